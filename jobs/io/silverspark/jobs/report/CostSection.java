package io.silverspark.jobs.report;

import io.silverspark.jobs.report.chart.TradeoffChart;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What the models cost: a table, and quality against speed and size where there are several. */
final class CostSection {
  private final Evaluation evaluation;
  private final SeriesColours colours;

  CostSection(Evaluation evaluation, SeriesColours colours) {
    this.evaluation = evaluation;
    this.colours = colours;
  }

  void write(HtmlWriter out) {
    List<ModelResult> models =
        evaluation.models().stream().filter(model -> model.cost() != null).toList();
    if (models.isEmpty()) {
      return;
    }
    out.open("section", "").heading("Quality against speed and size");
    out.paragraph(
        "Speed as measured while evaluating, on this machine, loading not counted; a cross-encoder"
            + " reads pairs where a sentence encoder reads sentences.");
    out.table(
        List.of("Model", "#Parameters", "#MB", "#Per second", "Of", "#Measured on"),
        models.stream()
            .map(
                model ->
                    List.of(
                        model.name(),
                        Display.count(model.cost().parameters()),
                        Display.size(model.cost().megabytes()),
                        Display.size(model.cost().perSecond()),
                        Display.text(model.cost().unit()),
                        Display.count(model.cost().texts())))
            .toList());
    if (models.size() > 1 && !evaluation.headlines().isEmpty()) {
      out.open("div", "grid");
      for (Metric metric : evaluation.headlines()) {
        scatter(out, models, metric, "speed", "per second", model -> model.cost().perSecond());
      }
      Metric first = evaluation.headlines().get(0);
      scatter(out, models, first, "size", "MB of weights", model -> model.cost().megabytes());
      out.close("div");
    }
    out.close("section");
  }

  private void scatter(
      HtmlWriter out,
      List<ModelResult> models,
      Metric metric,
      String against,
      String unit,
      ToDoubleFunction<ModelResult> x) {
    List<TradeoffChart.Point> points = new ArrayList<>();
    for (ModelResult model : models) {
      MetricValue value = model.metric(metric);
      if (Double.isFinite(value.value()) && Double.isFinite(x.applyAsDouble(model))) {
        points.add(
            new TradeoffChart.Point(
                model.name(),
                colours.of(model.name()),
                x.applyAsDouble(model),
                value.value(),
                value.low(),
                value.high()));
      }
    }
    if (points.size() > 1) {
      String title = metric.label() + " against " + against;
      out.figure(title, "", TradeoffChart.of(title, points, unit, metric.label()));
    }
  }
}
