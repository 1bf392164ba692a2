package io.silverspark.model.distributed;

import java.util.Collections;
import java.util.List;

/**
 * Who a process with ranks says it is. Ranks are numbered process by process, so that of a replica
 * is {@code process * devices + replica}, in every attempt.
 *
 * @param run secret of the run, which the driver gives to its ranks
 * @param attempt of the stage, from 0; a later attempt ends the earlier ones
 * @param process from 0
 * @param executor unique in the cluster
 * @param host where it runs
 * @param devices one for each replica, {@code cpu} or {@code cuda:N}; all processes of a run have
 *     as many
 */
public record RankIdentity(
    String run, int attempt, int process, String executor, String host, List<String> devices) {

  /** Keeps copies. */
  public RankIdentity {
    devices = List.copyOf(devices);
  }

  /** Such as {@code rank 1 (executor 3 on host-7, cuda:0)}. */
  String title() {
    int first = process * devices.size();
    String ranks =
        devices.size() == 1
            ? "rank " + first
            : "the process of ranks %d to %d".formatted(first, first + devices.size() - 1);
    return "%s (executor %s on %s, %s)"
        .formatted(ranks, executor, host, String.join(" ", devices.stream().distinct().toList()));
  }

  /** Whether both would use one GPU. */
  boolean sharesGpuWith(RankIdentity other) {
    List<String> gpus = devices.stream().filter(device -> !device.equals("cpu")).toList();
    return host.equals(other.host) && !Collections.disjoint(gpus, other.devices);
  }
}
