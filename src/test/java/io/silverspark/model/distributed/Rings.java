package io.silverspark.model.distributed;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that are connected by TCP as processes would be. */
public final class Rings {
  private Rings() {}

  /** What one of them does. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Collective ring) throws Exception;
  }

  static <T> List<T> run(int processes, Work<T> work) throws Exception {
    return run(processes, GradientFormat.FP32, work);
  }

  /** Runs so many, each with a ring of its own, and gives their results in order. */
  public static <T> List<T> run(int processes, GradientFormat format, Work<T> work)
      throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    List<RingListener> listeners = new ArrayList<>();
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (int process = 0; process < processes; process++) {
      listeners.add(RingListener.open(here));
      addresses.add(new InetSocketAddress(here, listeners.get(process).port()));
    }
    ExecutorService threads = Executors.newFixedThreadPool(processes);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int process = 0; process < processes; process++) {
        int own = process;
        futures.add(
            threads.submit(
                () -> {
                  try (RingListener listener = listeners.get(own);
                      Collective ring =
                          listener.connect(
                              addresses, own, format, "secret", Duration.ofSeconds(10))) {
                    return work.run(ring);
                  }
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
