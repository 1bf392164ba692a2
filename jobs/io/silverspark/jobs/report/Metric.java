package io.silverspark.jobs.report;

import java.util.List;
import java.util.Objects;

/**
 * A measure that models are compared by. Higher is better.
 *
 * @param id key in {@link ModelResult#metrics()}, such as {@code sts_pearson}
 * @param label what tables and plots show, such as {@code STS Pearson}
 * @param headline true: in the main table and plots; false: in the details only
 */
public record Metric(String id, String label, boolean headline) {
  public static final Metric STS_SPEARMAN = new Metric("sts_spearman", "STS Spearman", true);
  public static final Metric STS_PEARSON = new Metric("sts_pearson", "STS Pearson", true);
  public static final Metric INTENT_ACCURACY =
      new Metric("intent_accuracy", "Intent accuracy", true);
  public static final Metric INTENT_MACRO_F1 =
      new Metric("intent_macro_f1", "Intent macro F1", false);
  public static final Metric TRIPLET_ACCURACY =
      new Metric("triplet_accuracy", "Triplet accuracy", true);

  public Metric {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(label, "label");
  }

  /** The four of the main table, then macro F1; the first one decides the verdict. */
  public static List<Metric> standard() {
    return List.of(STS_SPEARMAN, STS_PEARSON, INTENT_ACCURACY, TRIPLET_ACCURACY, INTENT_MACRO_F1);
  }

  /** A measure for the details table, such as {@code sts_pearson_dot}. */
  public static Metric detail(String id, String label) {
    return new Metric(id, label, false);
  }
}
