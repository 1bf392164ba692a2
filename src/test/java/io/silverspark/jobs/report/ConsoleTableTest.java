package io.silverspark.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTableTest {
  private static final ConsoleTable PLAIN = new ConsoleTable(false, true);

  @Test
  void render_fullExample_alignsColumnsWithinTheWidth() {
    String text = PLAIN.render(ExampleReport.full(), places());

    List<String> lines = text.lines().toList();
    String header = line(lines, "Model");
    String scores = line(lines, "gold + silver");
    String intervals = lines.get(lines.indexOf(scores) + 1);
    for (String label : List.of("Spearman", "Pearson", "accuracy")) {
      int end = header.indexOf(label) + label.length();
      assertThat(scores.substring(0, end)).as(label).matches(".*\\d\\.\\d{3}$");
      assertThat(intervals.substring(0, end)).as(label).endsWith("]");
    }
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    assertThat(text).contains("Did silver help? Yes.").doesNotContain("\u001b");
  }

  @Test
  void render_missingValues_areDashesUnderTheirColumn() {
    List<String> lines = PLAIN.render(ExampleReport.full(), Map.of()).lines().toList();

    int end = line(lines, "Model").indexOf("Intent accuracy") + "Intent accuracy".length();
    assertThat(line(lines, ExampleReport.TRIPLETS).charAt(end - 1)).isEqualTo('–');
  }

  @Test
  void render_places_areNeverCut() {
    String longPath = "out/" + "folder/".repeat(30) + "report.html";
    Map<String, String> places = new LinkedHashMap<>();
    places.put("Report", longPath);
    places.put("Models", "out/models");

    assertThat(PLAIN.render(ExampleReport.full(), places))
        .endsWith("Report  " + longPath + "\nModels  out/models\n");
  }

  @Test
  void render_asciiTerminal_usesAsciiOnly() {
    String text = new ConsoleTable(false, false).render(ExampleReport.full(), places());

    assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(text)).isTrue();
  }

  @Test
  void render_colour_changesNothingButTheColour() {
    RunReport report = ExampleReport.full();

    String coloured = new ConsoleTable(true, true).render(report, places());

    assertThat(coloured).contains("\u001b[");
    assertThat(coloured.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(PLAIN.render(report, places()));
  }

  @Test
  void render_longNamesAndManyMetrics_keepTheWidth() {
    List<Metric> metrics = new ArrayList<>();
    Map<String, MetricValue> values = new LinkedHashMap<>();
    for (int i = 0; i < 9; i++) {
      metrics.add(new Metric("m" + i, "A metric with a long name " + i, true));
      values.put("m" + i, MetricValue.of(-0.5, -0.6, -0.4));
    }
    ModelResult model = new ModelResult("name ".repeat(20), ModelRole.OTHER, "", values, List.of());

    String text =
        PLAIN.render(new Evaluation("", List.of(), metrics, List.of(model), List.of()), Map.of());

    assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    assertThat(text).contains("…", "−0.500");
  }

  @Test
  void render_noModels_stillSaysWhereThingsAre() {
    RunReport empty = RunReport.builder("r", "1", Instant.EPOCH).build(Instant.EPOCH);

    assertThat(PLAIN.render(empty, places())).contains("Not measured.", "Report   out/report.html");
  }

  @Test
  void render_evaluationOfOtherModels_tellsDifferencesInsteadOfTheVerdict() {
    Evaluation evaluation =
        new Evaluation(
            "",
            List.of(),
            List.of(Metric.STS_SPEARMAN),
            List.of(model("a", 0.5), model("b", 0.6)),
            List.of(new PairedDifference("sts_spearman", "a", "b", 0.1, 0.05, 0.15, 0.0, true)));

    assertThat(PLAIN.render(evaluation, Map.of()))
        .containsPattern("Minus a +Model +Difference +95 % interval +Significant")
        .containsPattern("STS Spearman +b +\\+0.100 +\\[\\+0.050, \\+0.150] +yes, better")
        .doesNotContain("silver");
  }

  @Test
  void render_evaluation_showsSizeAndSpeedInAFurtherBlock() {
    ModelResult fast =
        new ModelResult(
            "fast",
            ModelRole.OTHER,
            "a",
            Map.of("sts_spearman", MetricValue.of(0.5)),
            List.of(),
            new ModelCost(22_565_376, 384, 90.26, 412.3, 500, "sentences"));
    Evaluation evaluation =
        new Evaluation(
            "",
            List.of(),
            List.of(Metric.STS_SPEARMAN),
            List.of(fast, model("unknown", 0.6)),
            List.of());

    assertThat(PLAIN.render(evaluation, Map.of()))
        .contains("Parameters", "22,565,376", "90", "Sentences/s", "412")
        .containsPattern("unknown +0.600 +– +– +–");
  }

  private static ModelResult model(String name, double spearman) {
    Map<String, MetricValue> values =
        Map.of(Metric.STS_SPEARMAN.id(), MetricValue.of(spearman, spearman, spearman));
    return new ModelResult(name, ModelRole.OTHER, name, values, List.of());
  }

  private static Map<String, String> places() {
    Map<String, String> places = new LinkedHashMap<>();
    places.put("Report", "out/report.html");
    places.put("Metrics", "out/metrics.json");
    return places;
  }

  private static String line(List<String> lines, String start) {
    return lines.stream().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
  }
}
