package io.silverspark.jobs.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The memory that this process holds, and the most it held so far, native memory included. */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private PeakMemory() {}

  /** Bytes (VmHWM); empty where the operating system is not Linux. */
  static OptionalLong bytes() {
    return line("VmHWM:");
  }

  /** Bytes now (VmRSS); empty where the operating system is not Linux. */
  static OptionalLong nowBytes() {
    return line("VmRSS:");
  }

  private static OptionalLong line(String name) {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
