package io.silverspark.jobs.report;

import java.util.Objects;

/**
 * How much better {@code to} is than {@code from}, from resamples of the same test rows.
 *
 * @param metric {@link Metric#id()}
 * @param from name of the model compared with
 * @param to name of the model in question
 * @param difference to minus from
 * @param low lower end of the 95 % interval of the difference
 * @param high upper end
 * @param shareAtOrBelowZero share of resamples in which {@code to} was not better, 0 to 1
 * @param significant whether the interval leaves out zero
 */
public record PairedDifference(
    String metric,
    String from,
    String to,
    double difference,
    double low,
    double high,
    double shareAtOrBelowZero,
    boolean significant) {

  public PairedDifference {
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
  }

  /** What can be said from the interval. */
  public Outcome outcome() {
    if (Double.isNaN(difference) || Double.isNaN(low) || Double.isNaN(high)) {
      return Outcome.UNKNOWN;
    }
    if (!significant || difference == 0) {
      return Outcome.UNDECIDED;
    }
    return difference > 0 ? Outcome.BETTER : Outcome.WORSE;
  }
}
