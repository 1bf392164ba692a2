package io.silverspark.model.distributed;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Ranks that are threads of one JVM, each with a model of its own: several GPUs of one machine, or
 * CPU replicas. They exchange through shared memory.
 */
public final class LocalRanks {
  private final int ranks;
  private final FloatBuffer[] values;
  private final byte[][] blocks;
  private int arrived;
  private long meetings;
  private RankLostException failure;

  private LocalRanks(int ranks) {
    this.ranks = ranks;
    this.values = new FloatBuffer[ranks];
    this.blocks = new byte[ranks][];
  }

  /**
   * What one rank does.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  public interface RankWork<T> {
    /** Does the work with this rank's collective, which is closed afterwards. */
    T run(Collective collective) throws Exception;
  }

  /**
   * Runs all ranks, each on a thread of its own, and waits for all of them.
   *
   * @param ranks at least 1
   * @param work called once per rank
   * @return the results in rank order
   * @throws RuntimeException what the first rank that failed threw; the others end with it
   */
  public static <T> List<T> run(int ranks, RankWork<T> work) {
    LocalRanks group = new LocalRanks(ranks);
    ExecutorService threads = Executors.newFixedThreadPool(ranks, LocalRanks::thread);
    try {
      List<Callable<T>> calls =
          IntStream.range(0, ranks)
              .mapToObj(rank -> (Callable<T>) () -> group.call(rank, work))
              .toList();
      return results(threads.invokeAll(calls));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RankLostException("training was interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "rank");
    thread.setDaemon(true);
    return thread;
  }

  private <T> T call(int rank, RankWork<T> work) throws Exception {
    try (Collective member = new Member(rank)) {
      return work.run(member);
    }
  }

  /** A rank's own failure tells more than that of the ranks that only lost it. */
  private static <T> List<T> results(List<Future<T>> futures) throws InterruptedException {
    List<T> results = new ArrayList<>();
    Throwable first = null;
    for (Future<T> future : futures) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        boolean better = first == null || first instanceof RankLostException;
        first = better ? e.getCause() : first;
      }
    }
    if (first instanceof RuntimeException cause) {
      throw cause;
    }
    if (first instanceof Error cause) {
      throw cause;
    }
    if (first != null) {
      throw new IllegalStateException(first);
    }
    return results;
  }

  /** Returns when all ranks are here. */
  private synchronized void meet() {
    if (failure != null) {
      throw failure;
    }
    long meeting = meetings;
    arrived++;
    if (arrived == ranks) {
      arrived = 0;
      meetings++;
      notifyAll();
    }
    while (meeting == meetings) {
      if (failure != null) {
        throw failure;
      }
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail(new RankLostException("training was interrupted", e));
      }
    }
  }

  private synchronized void fail(RankLostException cause) {
    if (failure == null) {
      failure = cause;
      notifyAll();
    }
  }

  /** One rank's end of the exchange. */
  private final class Member implements Collective {
    private final int rank;

    Member(int rank) {
      this.rank = rank;
    }

    @Override
    public int ranks() {
      return ranks;
    }

    @Override
    public int rank() {
      return rank;
    }

    /** Each rank adds up one part for all, in rank order. */
    @Override
    public void sum(ByteBuffer own) {
      FloatBuffer floats = own.slice().order(own.order()).asFloatBuffer();
      values[rank] = floats;
      meet();
      int size = floats.capacity();
      int begin = (int) ((long) size * rank / ranks);
      int end = (int) ((long) size * (rank + 1) / ranks);
      FloatBuffer[] all = values.clone();
      for (int i = begin; i < end; i++) {
        float sum = all[0].get(i);
        for (int other = 1; other < all.length; other++) {
          sum += all[other].get(i);
        }
        for (FloatBuffer each : all) {
          each.put(i, sum);
        }
      }
      meet();
    }

    @Override
    public List<byte[]> gather(byte[] own) {
      blocks[rank] = own;
      meet();
      List<byte[]> all = List.copyOf(Arrays.asList(blocks));
      meet();
      return all;
    }

    @Override
    public void close() {
      fail(new RankLostException("rank %d of this JVM has ended".formatted(rank)));
    }
  }
}
