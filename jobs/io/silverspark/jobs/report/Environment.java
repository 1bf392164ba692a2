package io.silverspark.jobs.report;

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
   * This machine, with the versions that only the caller knows.
   *
   * @param device such as {@code cpu} or {@code NVIDIA H100 (gpu 0)}
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
        device,
        spark,
        delta,
        djl,
        pytorch,
        silverspark);
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
