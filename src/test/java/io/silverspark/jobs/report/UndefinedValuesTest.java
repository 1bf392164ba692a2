package io.silverspark.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UndefinedValuesTest {
  private static final String CONSTANT = "all 6 gold scores are 2.5";
  private static final Metric DETAIL = Metric.detail("sts_pearson_dot", "STS Pearson, dot product");

  @Test
  void page_terminalAndJson_keepTheMetricAndSayWhy() throws IOException {
    Evaluation evaluation = evaluation(MetricValue.undefined(CONSTANT));
    RunReport report =
        RunReport.builder("r", "1", Instant.EPOCH).evaluation(evaluation).build(Instant.EPOCH);

    String sentence = "STS Spearman is NaN: all 6 gold scores are 2.5.";
    assertThat(evaluation.headlines()).containsExactly(Metric.STS_SPEARMAN, Metric.INTENT_ACCURACY);
    assertThat(new ConsoleTable(false, true).render(evaluation, Map.of()))
        .contains("STS Spearman", "NaN", sentence);
    assertThat(ReportPage.html(report, "metrics.json"))
        .contains("<b>NaN</b>", sentence, "STS Pearson, dot product is NaN: " + CONSTANT + ".");
    String json = ReportJson.write(report);
    JsonNode value =
        new ObjectMapper().readTree(json).at("/evaluation/models/0/metrics/sts_spearman");
    assertThat(value.path("value").isNull()).isTrue();
    assertThat(value.path("reason").asText()).isEqualTo(CONSTANT);
    assertThat(json).doesNotContain("NaN,", "\"reason\" : \"\"");
    assertThat(ReportJson.readEvaluation(ReportJson.write(evaluation), "test"))
        .isEqualTo(evaluation);
  }

  @Test
  void sentences_ofOneModelOnly_nameIt() {
    Evaluation evaluation =
        new Evaluation(
            "",
            List.of(),
            Metric.standard(),
            List.of(
                model("gold only", ModelRole.GOLD, MetricValue.of(0.5)),
                model("gold + silver", ModelRole.GOLD_AND_SILVER, MetricValue.undefined("flat"))),
            List.of());

    assertThat(UndefinedValues.sentences(evaluation, evaluation.headlines()))
        .containsExactly("STS Spearman of gold + silver is NaN: flat.");
  }

  @Test
  void verdict_whereNothingCompares_saysWhy() {
    Verdict verdict = Verdict.of(evaluation(MetricValue.undefined(CONSTANT)));

    assertThat(verdict.answer()).isEqualTo("Not measured.");
    assertThat(verdict.sentence())
        .isEqualTo("No metric could be compared. STS Spearman is NaN: all 6 gold scores are 2.5.");
  }

  @Test
  void difference_withoutInterval_isNotKnown() {
    PairedDifference difference =
        new PairedDifference(
            "sts_spearman", "a", "b", 0.1, Double.NaN, Double.NaN, Double.NaN, false);

    assertThat(difference.outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  private static Evaluation evaluation(MetricValue spearman) {
    return new Evaluation(
        "",
        List.of(),
        List.of(Metric.STS_SPEARMAN, Metric.INTENT_ACCURACY, DETAIL),
        List.of(
            model("gold only", ModelRole.GOLD, spearman),
            model("gold + silver", ModelRole.GOLD_AND_SILVER, spearman)),
        List.of());
  }

  private static ModelResult model(String name, ModelRole role, MetricValue spearman) {
    return new ModelResult(
        name,
        role,
        "",
        Map.of(
            "sts_spearman",
            spearman,
            "sts_pearson_dot",
            spearman,
            "intent_accuracy",
            MetricValue.of(0.5)),
        List.of());
  }
}
