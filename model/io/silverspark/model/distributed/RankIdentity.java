package io.silverspark.model.distributed;

/**
 * Who a rank says it is.
 *
 * @param run secret of the run, which the driver gives to its ranks
 * @param attempt of the stage, from 0; a later attempt ends the earlier ones
 * @param rank from 0
 * @param executor the process it runs in, unique in the cluster
 * @param host where it runs
 * @param device {@code cpu} or {@code cuda:N}
 */
public record RankIdentity(
    String run, int attempt, int rank, String executor, String host, String device) {

  /** Such as {@code rank 1 (executor 3 on host-7, cuda:0)}. */
  String title() {
    return "rank %d (executor %s on %s, %s)".formatted(rank, executor, host, device);
  }

  /** Whether both would use one GPU. */
  boolean sharesGpuWith(RankIdentity other) {
    return !device.equals("cpu") && device.equals(other.device) && host.equals(other.host);
  }
}
