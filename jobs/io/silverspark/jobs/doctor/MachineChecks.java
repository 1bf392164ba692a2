package io.silverspark.jobs.doctor;

import com.sun.management.OperatingSystemMXBean;
import io.silverspark.model.encoder.Processor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Processor and memory. */
final class MachineChecks {
  /** What PyTorch, the tokenizer and a 6-layer model with a batch take outside of the Java heap. */
  private static final long OUTSIDE_HEAP = 1L << 30;

  private static final long LEAST_HEAP = 1L << 30;

  private MachineChecks() {}

  static List<Check> all() {
    return List.of(
        new Check("processor", "", context -> processor()),
        new Check("memory", "", context -> List.of(memory())));
  }

  private static List<Finding> processor() {
    int cores = Runtime.getRuntime().availableProcessors();
    Processor processor = Processor.current();
    String found =
        "%d cores, class %s, %s"
            .formatted(
                cores,
                processor.level().title(),
                processor.flags().isEmpty() ? "no vector flags known" : processor.flags());
    List<Finding> findings = new ArrayList<>();
    findings.add(
        processor.level() != Processor.Level.OTHER || !shouldHaveAvx2()
            ? Finding.ok("processor", found)
            : Finding.warning(
                "processor",
                found,
                "Without AVX2 PyTorch is many times slower: take another machine type."));
    String openMp = System.getenv("OMP_NUM_THREADS");
    if (openMp != null && Integer.parseInt(openMp.strip()) > cores) {
      findings.add(
          Finding.warning(
              "threads",
              "OMP_NUM_THREADS = %s on %d cores".formatted(openMp, cores),
              "Set OMP_NUM_THREADS to the cores of a task, usually 1."));
    }
    return findings;
  }

  /** Whether the level says what the processor lacks: elsewhere it is not known. */
  private static boolean shouldHaveAvx2() {
    return List.of("amd64", "x86_64").contains(System.getProperty("os.arch"))
        && System.getProperty("os.name").equals("Linux");
  }

  /** The bean tells of the container's limit where there is one. */
  private static Finding memory() {
    long heap = Runtime.getRuntime().maxMemory();
    long total =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    String found =
        String.format(
            Locale.ROOT, "heap %s of %s in machine or container", size(heap), size(total));
    if (heap + OUTSIDE_HEAP > total) {
      return Finding.warning(
          "memory",
          found,
          "PyTorch needs memory beside the heap (about "
              + size(OUTSIDE_HEAP)
              + " for a small model): lower --driver-memory, or raise spark.driver.memoryOverhead"
              + " and spark.executor.memoryOverhead.");
    }
    return heap < LEAST_HEAP
        ? Finding.warning("memory", found, "Give the driver at least 1 GiB: --driver-memory 2g.")
        : Finding.ok("memory", found);
  }

  static String size(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
