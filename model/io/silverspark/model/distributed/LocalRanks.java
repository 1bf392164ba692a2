package io.silverspark.model.distributed;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * The ranks of one process: threads, each with a model of its own on a GPU of its own, or CPU
 * replicas. They meet here, exchange through the memory of the process and its devices, and one of
 * them exchanges with the other processes for all.
 */
public final class LocalRanks {
  private final int size;
  private final Collective processes;
  private final Replica[] replicas;
  private int arrived;
  private long meetings;
  private RankLostException failure;

  private LocalRanks(int size, Collective processes) {
    this.size = size;
    this.processes = processes;
    this.replicas = new Replica[size];
    for (int place = 0; place < size; place++) {
      replicas[place] = new Replica(this, place);
    }
  }

  /**
   * What one rank does.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  public interface RankWork<T> {
    /** Does the work as this rank, which is closed afterwards. */
    T run(Replica replica) throws Exception;
  }

  /**
   * Runs all ranks of a run in one process, each on a thread of its own, and waits for all of them.
   *
   * @param ranks at least 1
   * @param work called once per rank
   * @return the results in rank order
   * @throws RuntimeException what the first rank that failed threw; the others end with it
   */
  public static <T> List<T> run(int ranks, RankWork<T> work) {
    return run(ranks, Collective.ofOne(), work);
  }

  /**
   * Runs the ranks of one process of several.
   *
   * @param replicas ranks of each process, at least 1
   * @param processes connects this process with the others; stays owned by the caller
   * @param work called once per rank of this process
   * @return the results of this process, in rank order
   * @throws RuntimeException what the first rank of this process that failed threw
   */
  public static <T> List<T> run(int replicas, Collective processes, RankWork<T> work) {
    LocalRanks group = new LocalRanks(replicas, processes);
    ExecutorService threads = Executors.newFixedThreadPool(replicas, LocalRanks::thread);
    try {
      List<Callable<T>> calls =
          IntStream.range(0, replicas)
              .mapToObj(place -> (Callable<T>) () -> group.call(place, work))
              .toList();
      return results(threads.invokeAll(calls));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RankLostException("training was interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** The only rank of a run. */
  static Replica alone() {
    return new LocalRanks(1, Collective.ofOne()).replicas[0];
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "rank");
    thread.setDaemon(true);
    return thread;
  }

  private <T> T call(int place, RankWork<T> work) throws Exception {
    try (Replica replica = replicas[place]) {
      return work.run(replica);
    }
  }

  /**
   * A rank's own failure tells more than that of the ranks that only lost it, and the first rank,
   * which speaks with the other processes, knows more of a loss than the others.
   */
  private static <T> List<T> results(List<Future<T>> futures) throws InterruptedException {
    List<T> results = new ArrayList<>();
    Throwable first = null;
    for (Future<T> future : futures) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        boolean lost = e.getCause() instanceof RankLostException;
        boolean better = first == null || first instanceof RankLostException && !lost;
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

  /** Ranks of this process. */
  int size() {
    return size;
  }

  /** Ranks of this process, in their order. */
  Replica replica(int place) {
    return replicas[place];
  }

  /** Connects this process with the others. */
  Collective processes() {
    return processes;
  }

  /** Returns when all ranks of this process are here; each sees what the others did before. */
  synchronized void meet() {
    if (failure != null) {
      throw failure;
    }
    long meeting = meetings;
    arrived++;
    if (arrived == size) {
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

  /** Ends the meetings for all. */
  synchronized void fail(RankLostException cause) {
    if (failure == null) {
      failure = cause;
      notifyAll();
    }
  }
}
