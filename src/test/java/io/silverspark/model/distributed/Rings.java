package io.silverspark.model.distributed;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs ranks as threads that are connected by TCP. */
final class Rings {
  private Rings() {}

  static <T> List<T> run(int ranks, LocalRanks.RankWork<T> work) throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    List<RingListener> listeners = new ArrayList<>();
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      listeners.add(RingListener.open(here));
      addresses.add(new InetSocketAddress(here, listeners.get(rank).port()));
    }
    ExecutorService threads = Executors.newFixedThreadPool(ranks);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int rank = 0; rank < ranks; rank++) {
        int own = rank;
        futures.add(
            threads.submit(
                () -> {
                  try (RingListener listener = listeners.get(own);
                      Collective ring =
                          listener.connect(addresses, own, "secret", Duration.ofSeconds(10))) {
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
