package io.silverspark.jobs.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.distributed.Collective;
import io.silverspark.model.distributed.GradientFormat;
import io.silverspark.model.distributed.LocalRanks;
import io.silverspark.model.distributed.Replica;
import io.silverspark.model.distributed.RingListener;
import io.silverspark.model.encoder.TorchEngine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How long ranks take to average the gradients of a step, without a model: the replicas of this
 * process by copies between their devices, and two processes, here threads, over the loopback.
 *
 * @param millions of gradients
 * @param device {@code cpu} for two replicas, {@code cuda} for all GPUs of this machine
 * @param rounds measured; the median counts. The seconds of the processor are those of all ranks
 *     together, and mean something on a busy machine too.
 */
record GradientExchange(int millions, String device, int rounds) {
  private static final int WARM_UP = 2;
  private static final int PROCESSES = 2;
  private static final int MILLION = 1_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Puts the numbers into a result. */
  void measure(ObjectNode result) {
    result.put("megabytes", (long) millions * Float.BYTES);
    int replicas = isCuda() ? ai.djl.engine.Engine.getInstance().getGpuCount() : PROCESSES;
    put(
        result.putObject("replicas").put("replicas", replicas),
        () -> LocalRanks.run(replicas, replica -> seconds(replica, replica.rank())).get(0));
    for (GradientFormat format : GradientFormat.values()) {
      ObjectNode node = result.withArray("processes").addObject().put("processes", PROCESSES);
      node.put("precision", format.name().toLowerCase(Locale.ROOT));
      put(node, () -> overLoopback(format));
    }
  }

  private boolean isCuda() {
    return device.equals("cuda");
  }

  private void put(ObjectNode node, Supplier<double[]> work) {
    double before = cpuSeconds();
    double median = Repeats.median(work.get());
    double cpu = (cpuSeconds() - before) / (WARM_UP + rounds);
    node.put("secondsPerStep", Math.round(median * 1e5) / 1e5);
    node.put("megabytesPerSecond", Math.round((double) millions * Float.BYTES / median));
    node.put("cpuSecondsPerStep", Math.round(cpu * 1e5) / 1e5);
  }

  private static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  private double[] overLoopback(GradientFormat format) {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (RingListener first = RingListener.open(here);
        RingListener second = RingListener.open(here)) {
      List<RingListener> listeners = List.of(first, second);
      List<InetSocketAddress> addresses =
          Stream.of(first, second)
              .map(listener -> new InetSocketAddress(here, listener.port()))
              .toList();
      return LocalRanks.run(
              PROCESSES,
              thread -> {
                int process = thread.place();
                try (Collective ring =
                    listeners
                        .get(process)
                        .connect(addresses, process, format, "benchmark", PATIENCE)) {
                  return LocalRanks.run(1, ring, replica -> seconds(replica, 0)).get(0);
                }
              })
          .get(0);
    }
  }

  private double[] seconds(Replica replica, int gpu) {
    double[] seconds = new double[rounds];
    try (NDManager manager = TorchEngine.open(isCuda() ? "cuda:" + gpu : device)) {
      NDArray gradients = manager.ones(new Shape((long) millions * MILLION));
      for (int round = -WARM_UP; round < rounds; round++) {
        long begin = System.nanoTime();
        replica.mean(gradients);
        try (NDManager scope = manager.newSubManager()) {
          gradients.get(scope, new NDIndex("0")).getFloat(); // waits for the device
        }
        if (round >= 0) {
          seconds[round] = (System.nanoTime() - begin) / 1e9;
        }
      }
    }
    return seconds;
  }
}
