package io.silverspark.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final ModelResult GOLD = model("gold only", ModelRole.GOLD, 0.78);
  private static final ModelResult SILVER = model("gold + silver", ModelRole.GOLD_AND_SILVER, 0.80);

  @Test
  void of_intervalAboveZero_saysYes() {
    Verdict verdict = Verdict.of(evaluation(difference("sts_spearman", 0.02, 0.01, 0.03, true)));

    assertThat(verdict.outcome()).isEqualTo(Outcome.BETTER);
    assertThat(verdict.answer()).isEqualTo("Yes.");
    assertThat(verdict.sentence())
        .contains("STS Spearman rose from 0.780 with gold only to 0.800 with gold + silver")
        .contains("+0.020, 95 % interval [+0.010, +0.030].");
  }

  @Test
  void of_comparedWithTheBase_saysWhatWasGained() {
    ModelResult base = model("base", ModelRole.BASE, 0.63);
    PairedDifference silver = difference("sts_spearman", 0.02, 0.01, 0.03, true);
    PairedDifference all =
        new PairedDifference("sts_spearman", "base", "gold + silver", 0.17, 0.15, 0.19, 0, true);
    Verdict verdict =
        Verdict.of(
            new Evaluation(
                "",
                List.of(),
                Metric.standard(),
                List.of(base, GOLD, SILVER),
                List.of(silver, all)));

    assertThat(verdict.gained())
        .isEqualTo(
            "Training on gold and silver pairs raised STS Spearman from 0.630 (base) to 0.800:"
                + " +0.170, 95 % interval [+0.150, +0.190].");
    assertThat(Verdict.of(evaluation(silver)).gained()).isEmpty();
  }

  @Test
  void of_otherConfidence_namesIt() {
    Evaluation evaluation =
        new Evaluation(
            "",
            List.of(),
            Metric.standard(),
            List.of(GOLD, SILVER),
            List.of(difference("sts_spearman", 0.02, 0.01, 0.03, true)),
            0.995,
            null);
    assertThat(Verdict.of(evaluation).sentence())
        .endsWith("+0.020, 99.5 % interval [+0.010, +0.030].");
    assertThat(new ConsoleTable(false, true).render(evaluation, Map.of()))
        .contains("99.5 % interval");
  }

  @Test
  void of_intervalBelowZero_saysThatItHurt() {
    Verdict verdict = Verdict.of(evaluation(difference("sts_spearman", -0.02, -0.03, -0.01, true)));

    assertThat(verdict.outcome()).isEqualTo(Outcome.WORSE);
    assertThat(verdict.answer()).contains("hurt");
    assertThat(verdict.sentence()).contains("fell from");
  }

  @Test
  void of_intervalWithZero_claimsNothing() {
    Verdict verdict = Verdict.of(evaluation(difference("sts_spearman", 0.02, -0.01, 0.05, false)));

    assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(verdict.answer()).isEqualTo("No statistically significant difference.");
    assertThat(verdict.sentence()).contains("which includes zero");
  }

  @Test
  void of_otherMetrics_areToldApart() {
    Verdict verdict =
        Verdict.of(
            evaluation(
                difference("sts_spearman", 0.02, 0.01, 0.03, true),
                difference("intent_accuracy", -0.02, -0.03, -0.01, true),
                difference("triplet_accuracy", 0.0, -0.01, 0.01, false)));

    assertThat(verdict.others())
        .isEqualTo(
            "The other metrics: worse in Intent accuracy; no statistically significant"
                + " difference in Triplet accuracy.");
  }

  @Test
  void of_reversedOrMissingComparison_isUnknown() {
    PairedDifference reversed =
        new PairedDifference(
            "sts_spearman", "gold + silver", "gold only", 0.02, 0.01, 0.03, 0, true);
    PairedDifference missing =
        difference("sts_spearman", Double.NaN, Double.NaN, Double.NaN, false);

    assertThat(Verdict.of(evaluation(reversed)).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(Verdict.of(evaluation(missing)).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(Verdict.of(new Evaluation("", null, null, List.of(GOLD), null)).sentence())
        .contains("no gold + silver model");
  }

  private static Evaluation evaluation(PairedDifference... differences) {
    return new Evaluation(
        "", List.of(), Metric.standard(), List.of(GOLD, SILVER), List.of(differences));
  }

  private static PairedDifference difference(
      String metric, double value, double low, double high, boolean significant) {
    return new PairedDifference(
        metric, "gold only", "gold + silver", value, low, high, 0, significant);
  }

  private static ModelResult model(String name, ModelRole role, double value) {
    MetricValue one = MetricValue.of(value);
    return new ModelResult(
        name,
        role,
        "",
        Map.of("sts_spearman", one, "intent_accuracy", one, "triplet_accuracy", one),
        List.of());
  }
}
