package io.silverspark.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReportPageTest {
  private static final Pattern ATTRIBUTE =
      Pattern.compile("\\b(src|href|action|data)=\"([^\"]*)\"");

  @Test
  void toHtml_fullExample_writesPageToLookAt() throws IOException {
    ReportFiles files =
        ReportFiles.write(ExampleReport.full(), Path.of("target", "example-report"));

    String html = Files.readString(files.html());
    assertThat(html)
        .startsWith("<!DOCTYPE html>")
        .contains("Did silver help?", "Yes.", "gold + silver minus gold only")
        .contains("Further metrics", "Lineage: tables and their versions", "Settings");
    assertThat(count(html, "<svg ")).isEqualTo(29);
    assertThat(html.length()).isLessThan(900_000);
  }

  @Test
  void toHtml_fullExample_loadsNothingFromElsewhere() {
    String html = html(ExampleReport.full());

    assertThat(html).doesNotContain("http://", "https://", "url(", "@import", "<script", "<link");
    Matcher attribute = ATTRIBUTE.matcher(html);
    assertThat(attribute.find()).as("attributes that load something").isFalse();
    assertThat(html).contains("default-src 'none'");
  }

  @Test
  void toHtml_markupInTexts_isEscaped() {
    String html = html(ExampleReport.full());

    assertThat(html)
        .contains("&lt;script&gt;alert(1)&lt;/script&gt; aloud &amp; laughs")
        .contains("&lt;b&gt;not markup&lt;/b&gt;")
        .doesNotContain("<b>not markup");
  }

  @Test
  void toHtml_confidentialSetting_isHidden() {
    RunReport report = ExampleReport.full();

    assertThat(html(report)).doesNotContain("do-not-show");
    assertThat(ReportJson.write(report)).doesNotContain("do-not-show");
    assertThat(report.configuration()).containsEntry("train.batchSize", "32");
  }

  @Test
  void toHtml_hostileTextEverywhere_leavesNoMarkup() {
    String evil = "\"'><img src=x onerror=alert(1)>\ud800";
    Instant now = Instant.EPOCH;
    RunReport report =
        RunReport.builder(evil, evil, now)
            .configuration(Map.of(evil, evil))
            .environment(
                new Environment(evil, evil, evil, 1, 1, evil, evil, evil, evil, evil, evil))
            .add(new StageResult(evil, StageResult.Status.DONE, 1L, 1L, 1, evil))
            .add(new DataSummary.DataCount(evil, 1, 1, 1, 1))
            .add(new DataSummary.QuarantineCount(evil, evil, 1))
            .add(new DataSummary.TripletSample(evil, evil, evil, 1, 1, evil))
            .add(new DataSummary.PairSample(evil, evil, 1, evil))
            .evaluation(
                new Evaluation(
                    evil,
                    List.of(),
                    List.of(new Metric(evil, evil, true), new Metric("d", evil, false)),
                    List.of(
                        new ModelResult(
                            evil,
                            ModelRole.BASE,
                            evil,
                            Map.of(evil, MetricValue.of(1), "d", MetricValue.undefined(evil)),
                            List.of(new ScatterPoint(1, 1)),
                            new ModelCost(1, 1, 1, 1, 1, evil))),
                    List.of(new PairedDifference(evil, evil, evil, 1, 1, 1, 1, true)),
                    null,
                    List.of(
                        new SmallVectorResult(
                            evil, 1, evil, 1, Map.of(evil, MetricValue.of(0.123))))))
            .add(
                new TrainingCurve(
                    evil,
                    evil,
                    evil,
                    List.of(new TrainingCurve.StepMetrics(1, 1, 1, 1)),
                    List.of(new TrainingCurve.EvaluationPoint(1, 1)),
                    1,
                    1))
            .add(new RunReport.TableVersion(evil, evil, 1, 1L, List.of(evil)))
            .build(now);

    String html = html(report);

    assertThat(html).doesNotContain("<img", "\"'>", "\ud800").contains("&lt;img src=x");
    assertThat(html).contains("Small vectors", "0.123");
  }

  @Test
  void toHtml_emptyRun_saysThatNothingWasCompared() {
    RunReport empty = RunReport.builder("empty", "1", Instant.EPOCH).build(Instant.EPOCH);

    String html = html(empty);

    assertThat(html).contains("Not measured.").doesNotContain("<svg", "NaN", "null");
  }

  @Test
  void toHtml_missingValues_areDashes() {
    MetricValue none = MetricValue.MISSING;
    RunReport report =
        RunReport.builder("missing", "1", Instant.EPOCH)
            .evaluation(
                new Evaluation(
                    "",
                    List.of(),
                    Metric.standard(),
                    List.of(
                        model(
                            "one",
                            Map.of("sts_pearson", MetricValue.of(0.5), "sts_spearman", none)),
                        model("two", Map.of("sts_pearson", none))),
                    List.of()))
            .add(new StageResult("ingest", StageResult.Status.DONE, null, null, Double.NaN, null))
            .add(
                new TrainingCurve(
                    "run",
                    null,
                    null,
                    List.of(new TrainingCurve.StepMetrics(1, Double.NaN, Double.NaN, Double.NaN)),
                    List.of(new TrainingCurve.EvaluationPoint(1, Double.NaN)),
                    Double.NaN,
                    Double.NaN))
            .build(Instant.EPOCH);

    String html = html(report);

    assertThat(html).contains("<b>–</b>", "<b>0.500</b>").doesNotContain("NaN", "null", "Infinity");
    assertThat(html).as("a metric that no model has").doesNotContain("STS Spearman</th>");
  }

  @Test
  void toHtml_fullExample_balancesItsTags() {
    String html = html(ExampleReport.full());

    for (String tag :
        List.of("section", "div", "table", "tr", "td", "figure", "svg", "details", "p")) {
      assertThat(count(html, "</" + tag + ">"))
          .as(tag)
          .isEqualTo(count(html, "<" + tag + ">") + count(html, "<" + tag + " "));
    }
  }

  private static ModelResult model(String name, Map<String, MetricValue> metrics) {
    return new ModelResult(name, ModelRole.OTHER, null, metrics, null);
  }

  private static String html(RunReport report) {
    return ReportPage.html(report, "metrics.json");
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }
}
