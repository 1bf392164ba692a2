package io.silverspark.model.distributed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.silverspark.model.encoder.TorchEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One rank's end of the exchange: a replica of the model in one thread of its process. All ranks
 * call the same methods in the same order.
 *
 * <p>Ranks are numbered process by process. Means are made on two levels: the replicas of a process
 * add up on their devices, each one part for all, by copies from device to device; then one of them
 * adds the result to those of the other processes.
 */
public final class Replica implements AutoCloseable {
  /** Floats that travel between processes in one call: a buffer of Java holds 2 GiB. */
  private static final long PIECE = 1 << 28;

  private final LocalRanks group;
  private final int place;
  private final SeededPasses passes;
  private NDArray values;
  private NDArray onHost;
  private NDArray hostRoom;
  private byte[] block;
  private List<byte[]> blocks;

  Replica(LocalRanks group, int place) {
    this.group = group;
    this.place = place;
    this.passes = new SeededPasses(group, place);
  }

  /** Number of ranks of all processes, at least 1. */
  public int ranks() {
    return group.processes().processes() * group.size();
  }

  /** This rank, from 0: those of the first process come first. */
  public int rank() {
    return group.processes().process() * group.size() + place;
  }

  /** Whether other ranks are in this process. */
  boolean sharesProcess() {
    return group.size() > 1;
  }

  /** This rank among those of its process, from 0. */
  public int place() {
    return place;
  }

  /**
   * Replaces the values by their means over all ranks, which are the same on every rank, bit for
   * bit.
   *
   * @param own float32 [N] on this rank's device, of the same size on every rank
   */
  public void mean(NDArray own) {
    values = own;
    boolean speaks = place == 0 && group.processes().processes() > 1;
    onHost = speaks ? hostMemory() : null;
    group.meet();
    try (NDManager scope = own.getManager().newSubManager()) {
      addUpOwnPart(scope);
      if (group.processes().processes() > 1) {
        sumOverProcesses(scope);
      }
      partOf(scope, values, place).muli(1f / ranks());
      group.meet();
      for (int other = 0; other < group.size(); other++) {
        if (other != place) {
          setPart(values, other, partOf(scope, group.replica(other).values, other));
        }
      }
    }
    group.meet(); // until then the others read from here
  }

  /** Each replica adds up one part for all: nobody else reads or writes that part of its values. */
  private void addUpOwnPart(NDManager scope) {
    NDArray sum = partOf(scope, values, place);
    for (int other = 0; other < group.size(); other++) {
      if (other != place) {
        try (NDManager copy = scope.newSubManager()) {
          NDArray theirs = partOf(copy, group.replica(other).values, place);
          sum.addi(theirs.toDevice(values.getDevice(), false));
        }
      }
    }
  }

  /** Through the memory of the host, where each replica puts its part. */
  private void sumOverProcesses(NDManager scope) {
    NDArray host = group.replica(0).onHost;
    boolean isElsewhere = host != values;
    if (isElsewhere) {
      setPart(host, place, partOf(scope, values, place));
    }
    group.meet();
    if (place == 0) {
      for (long begin = 0; begin < host.size(); begin += PIECE) {
        long end = Math.min(host.size(), begin + PIECE);
        group.processes().sum(slice(scope, host, begin, end).toByteBuffer(true));
      }
    }
    group.meet();
    if (isElsewhere) {
      setPart(values, place, partOf(scope, host, place));
    }
  }

  /** On a CPU the values' own memory, else room for them, which is kept. */
  private NDArray hostMemory() {
    if (!values.getDevice().isGpu()) {
      return values;
    }
    if (hostRoom == null || hostRoom.size() < values.size()) {
      closeHostRoom();
      hostRoom = TorchEngine.open("cpu").create(values.getShape());
    }
    return hostRoom.size() == values.size()
        ? hostRoom
        : slice(values.getManager(), hostRoom, 0, values.size());
  }

  private NDArray partOf(NDManager scope, NDArray array, int index) {
    return slice(scope, array, begin(array, index), begin(array, index + 1));
  }

  private void setPart(NDArray array, int index, NDArray source) {
    NDIndex where = new NDIndex("%d:%d".formatted(begin(array, index), begin(array, index + 1)));
    array.set(where, source.toDevice(array.getDevice(), false));
  }

  private long begin(NDArray array, int index) {
    return array.size() * index / group.size();
  }

  /** The same memory. */
  private static NDArray slice(NDManager scope, NDArray array, long begin, long end) {
    return array.get(scope, new NDIndex("%d:%d".formatted(begin, end)));
  }

  /**
   * Gives every rank the blocks of all.
   *
   * @param own block of this rank; sizes may differ between ranks
   * @return one block per rank, in rank order
   */
  public List<byte[]> gather(byte[] own) {
    block = own;
    group.meet();
    if (place == 0) {
      List<byte[]> here = new ArrayList<>();
      for (int replica = 0; replica < group.size(); replica++) {
        here.add(group.replica(replica).block);
      }
      blocks =
          group.processes().gather(Blocks.join(here)).stream()
              .flatMap(joined -> Blocks.split(joined).stream())
              .toList();
    }
    group.meet();
    return group.replica(0).blocks;
  }

  /**
   * Makes the random numbers of the next forward pass depend on the seed alone.
   *
   * @param seed of this rank's pass
   * @param manager of the model
   */
  public void seed(long seed, NDManager manager) {
    passes.seed(seed, manager);
  }

  /**
   * Runs a forward pass with the random numbers of {@link #seed}; a rank without rows leaves it
   * out.
   */
  public <T> T forward(NDManager manager, Supplier<T> pass) {
    return passes.run(pass, manager);
  }

  /** Ends this rank's part; those of its process that still wait for it fail. */
  @Override
  public void close() {
    closeHostRoom();
    group.fail(new RankLostException("rank %d of this process has ended".formatted(rank())));
  }

  private void closeHostRoom() {
    if (hostRoom != null) {
      hostRoom.getManager().close();
      hostRoom = null;
    }
  }
}
