package io.silverspark.jobs.stage;

import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.encoder.PassClock.Passes;
import io.silverspark.udfs.serving.JobPasses;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The line that ends the log of a command that runs a model: how fast the first thousand texts
 * went, how fast the rest, and how many shapes their batches had. A first pass is all that a job
 * makes, so this is its speed, and not what a benchmark reaches that repeats itself.
 */
public final class SpeedLine {
  private static final Logger LOG = LoggerFactory.getLogger(SpeedLine.class);

  private SpeedLine() {}

  /**
   * Logs what the executors did for the command, all together.
   *
   * @param stage as the log names it
   * @param unit of the rates, such as {@code texts}
   * @return for the end of a note, as {@code , 1,540 texts/s after the first thousand (820/s)};
   *     empty if no model has run, or several executors did
   */
  public static String log(JobContext context, String stage, String unit) {
    return context.phase(
        "speed", () -> log(stage, unit, JobPasses.ofCommand(context.spark()).values()));
  }

  /**
   * Logs what one process did.
   *
   * @param unit of the rates, such as {@code texts}
   * @return as above
   */
  public static String log(String stage, String unit, Passes passes) {
    return log(stage, unit, List.of(passes));
  }

  private static String log(String stage, String unit, Collection<Passes> executors) {
    if (executors.isEmpty()) {
      return "";
    }
    LOG.info(
        "stage={} {}={} firstThousandPerSec={} restPerSec={} distinctShapes={}",
        stage,
        unit,
        executors.stream().mapToLong(Passes::texts).sum(),
        rounded(sum(executors, Passes::firstRate)),
        rounded(sum(executors, Passes::restRate)),
        executors.stream().mapToInt(Passes::shapes).max().orElseThrow());
    String text = executors.size() == 1 ? executors.iterator().next().text(unit) : "";
    return text.isEmpty() ? "" : ", " + text;
  }

  /** Executors work side by side. */
  private static double sum(Collection<Passes> executors, Function<Passes, Optional<Double>> rate) {
    return executors.stream().flatMap(each -> rate.apply(each).stream()).mapToDouble(r -> r).sum();
  }

  private static double rounded(double rate) {
    return Math.round(rate * 10) / 10.0;
  }
}
