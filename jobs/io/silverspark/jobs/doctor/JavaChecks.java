package io.silverspark.jobs.doctor;

import io.silverspark.jobs.run.JobContext;
import java.util.List;
import java.util.stream.Stream;

/** The Java that runs this process. */
final class JavaChecks {
  private static final int LEAST = 17;
  private static final int NEWEST_OF_SPARK = 21;

  /** Packages that Spark reaches into; spark-submit opens them by itself. */
  private static final List<String> OPEN =
      List.of(
          "java.nio",
          "sun.nio.ch",
          "java.lang",
          "java.lang.invoke",
          "java.util",
          "sun.util.calendar");

  private JavaChecks() {}

  static List<Check> all() {
    return List.of(
        new Check("Java", "Install Java 17 and set JAVA_HOME.", context -> List.of(version())),
        new Check("Java flags", "", JavaChecks::flags));
  }

  private static Finding version() {
    int version = Runtime.version().feature();
    String found = System.getProperty("java.version") + ", " + System.getProperty("java.vendor");
    if (version < LEAST) {
      return Finding.failure("Java", found, "Install Java 17 and set JAVA_HOME.");
    }
    return version > NEWEST_OF_SPARK
        ? Finding.warning("Java", found, "Spark 4.0 is tested with Java 17 and 21; prefer those.")
        : Finding.ok("Java", found);
  }

  private static List<Finding> flags(JobContext context) {
    Module own = JavaChecks.class.getModule();
    Module base = Object.class.getModule();
    List<String> closed = OPEN.stream().filter(name -> !base.isOpen(name, own)).toList();
    String missing =
        String.join(
            " ",
            closed.stream()
                .flatMap(name -> Stream.of("--add-opens=java.base/" + name + "=ALL-UNNAMED"))
                .toList());
    return List.of(
        closed.isEmpty()
            ? Finding.ok("Java flags", "the packages that Spark reaches into are open")
            : Finding.failure(
                "Java flags",
                "closed: " + String.join(", ", closed),
                "Start with spark-submit or exec:exec, or add " + missing));
  }
}
