package io.silverspark.jobs.report;

import io.silverspark.model.encoder.GpuCard;
import io.silverspark.model.encoder.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the run happened. Operating system and CPU are kept because they move the last digits. */
public record Environment(
    String java,
    String operatingSystem,
    String cpu,
    int cores,
    long maxHeapBytes,
    String device,
    String spark,
    String delta,
    String djl,
    String pytorch,
    String silverspark) {

  /**
   * This machine, with the versions that only the caller knows. The device is told by the name of
   * the processor or card: {@code NVIDIA H200 (cuda:0, compute capability 9.0, 139.8 GiB)}.
   *
   * @param device as set: {@code cpu}, {@code cuda} or {@code cuda:N}
   */
  public static Environment here(
      String device, String spark, String delta, String djl, String pytorch, String silverspark) {
    Runtime runtime = Runtime.getRuntime();
    return new Environment(
        System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        cpuModel(),
        runtime.availableProcessors(),
        runtime.maxMemory(),
        deviceName(device),
        spark,
        delta,
        djl,
        pytorch,
        silverspark);
  }

  /**
   * A card that the driver of this machine does not know, such as one of executors, stays as set.
   */
  private static String deviceName(String device) {
    return device.equals("cpu")
        ? "%s (cpu, class %s)".formatted(cpuModel(), Processor.current().level().title())
        : GpuCard.of(device).map(GpuCard::toString).orElse(device);
  }

  private static String cpuModel() {
    Path linux = Path.of("/proc/cpuinfo");
    if (Files.isReadable(linux)) {
      try (Stream<String> lines = Files.lines(linux)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      } catch (IOException e) {
        return System.getProperty("os.arch"); // a name for the reader, not worth failing for
      }
    }
    String windows = System.getenv("PROCESSOR_IDENTIFIER");
    return windows == null ? System.getProperty("os.arch") : windows;
  }
}
