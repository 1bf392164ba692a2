package io.silverspark.jobs.report;

import io.silverspark.jobs.report.chart.Bar;
import io.silverspark.jobs.report.chart.BarChart;
import io.silverspark.jobs.report.chart.CurvePoint;
import io.silverspark.jobs.report.chart.DifferenceChart;
import io.silverspark.jobs.report.chart.MarkupText;
import io.silverspark.jobs.report.chart.ScatterChart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Models against metrics: table, bars, paired differences, STS scatter. */
final class ResultSection {
  private static final String INTERVALS =
      "Intervals: 95 % bootstrap over the test rows; one training seed, so they do not show what"
          + " another seed would change.";

  private final Evaluation evaluation;
  private final SeriesColours colours;

  ResultSection(Evaluation evaluation, SeriesColours colours) {
    this.evaluation = evaluation;
    this.colours = colours;
  }

  void write(HtmlWriter out) {
    if (evaluation.models().isEmpty()) {
      return;
    }
    out.open("section", "").heading("Results");
    table(out);
    UndefinedValues.sentences(evaluation, evaluation.headlines()).forEach(out::paragraph);
    String note = evaluation.note().isBlank() ? "" : evaluation.note() + ". ";
    out.paragraph(note + INTERVALS);
    out.open("div", "grid");
    for (Metric metric : evaluation.headlines()) {
      bars(out, metric);
    }
    if (evaluation.isLabelled()) {
      difference(out, ModelRole.GOLD, ModelRole.GOLD_AND_SILVER);
      difference(out, ModelRole.BASE, ModelRole.GOLD);
    } else {
      allDifferences(out);
    }
    out.close("div").close("section");
    scatter(out);
  }

  private void table(HtmlWriter out) {
    List<Metric> metrics = evaluation.headlines();
    out.open("div", "scroll").open("table", "results").open("thead", "").open("tr", "");
    out.text("th", "", "Model");
    metrics.forEach(metric -> out.text("th", "number", metric.label()));
    out.close("tr").close("thead").open("tbody", "");
    for (ModelResult model : evaluation.models()) {
      out.open("tr", model.role() == ModelRole.GOLD_AND_SILVER ? "strong" : "");
      out.cell(
          "Model",
          "<i class=\"" + colours.of(model.name()) + "\"></i>" + MarkupText.escape(model.name()));
      for (Metric metric : metrics) {
        MetricValue value = model.metric(metric);
        out.cell(
            "#" + metric.label(),
            "<b>" + Display.score(value) + "</b> <small>" + Display.interval(value) + "</small>");
      }
      out.close("tr");
    }
    out.close("tbody").close("table").close("div");
  }

  private void bars(HtmlWriter out, Metric metric) {
    List<Bar> bars = new ArrayList<>();
    for (ModelResult model : evaluation.models()) {
      MetricValue value = model.metric(metric);
      bars.add(
          new Bar(
              model.name(),
              colours.of(model.name()),
              value.value(),
              value.low(),
              value.high(),
              Display.score(value)));
    }
    out.figure(metric.label(), "", BarChart.of(metric.label() + " by model", bars, 1, "score"));
  }

  private void difference(HtmlWriter out, ModelRole fromRole, ModelRole toRole) {
    Optional<ModelResult> from = evaluation.model(fromRole);
    Optional<ModelResult> to = evaluation.model(toRole);
    if (from.isPresent() && to.isPresent()) {
      difference(out, from.get(), to.get());
    }
  }

  /** Every two models that were compared. */
  private void allDifferences(HtmlWriter out) {
    for (ModelResult from : evaluation.models()) {
      for (ModelResult to : evaluation.models()) {
        difference(out, from, to);
      }
    }
  }

  private void difference(HtmlWriter out, ModelResult from, ModelResult to) {
    List<Bar> rows = new ArrayList<>();
    for (Metric metric : evaluation.headlines()) {
      evaluation
          .difference(metric, from, to)
          .ifPresent(
              difference ->
                  rows.add(
                      new Bar(
                          metric.label(),
                          difference.significant()
                              ? colours.of(to.name())
                              : SeriesColours.NEUTRAL + " hollow",
                          difference.difference(),
                          difference.low(),
                          difference.high(),
                          Display.signed(difference.difference()))));
    }
    if (!rows.isEmpty()) {
      String title = to.name() + " minus " + from.name();
      out.figure(
          title,
          "Right of zero is better; grey rings include zero.",
          DifferenceChart.of(title, rows, "paired difference, 95 % interval"));
    }
  }

  private void scatter(HtmlWriter out) {
    List<ModelResult> models =
        evaluation.models().stream().filter(model -> !model.stsPoints().isEmpty()).toList();
    if (models.isEmpty()) {
      return;
    }
    double high = 1;
    double low = 0;
    for (ModelResult model : models) {
      for (ScatterPoint point : model.stsPoints()) {
        high = Math.max(high, point.gold());
        low = Math.min(low, point.cosine());
      }
    }
    out.open("section", "").heading("Cosine against human score");
    out.paragraph("One point per test pair. A good model puts the points on a rising line.");
    out.open("div", "grid");
    for (ModelResult model : models) {
      out.figure(
          model.name(),
          subtitle(model),
          ScatterChart.of(
              "Cosine against gold score, " + model.name(),
              model.stsPoints().stream()
                  .map(point -> new CurvePoint(point.gold(), point.cosine()))
                  .toList(),
              colours.of(model.name()),
              high,
              low));
    }
    out.close("div").close("section");
  }

  private static String subtitle(ModelResult model) {
    return "Pearson "
        + Display.score(model.metric(Metric.STS_PEARSON))
        + ", Spearman "
        + Display.score(model.metric(Metric.STS_SPEARMAN))
        + ", "
        + Display.count((long) model.stsPoints().size())
        + " pairs";
  }
}
