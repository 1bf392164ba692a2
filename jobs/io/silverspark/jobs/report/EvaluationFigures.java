package io.silverspark.jobs.report;

import io.silverspark.jobs.report.chart.Bar;
import io.silverspark.jobs.report.chart.BarChart;
import io.silverspark.jobs.report.chart.CurvePoint;
import io.silverspark.jobs.report.chart.DifferenceChart;
import io.silverspark.jobs.report.chart.ScatterChart;
import io.silverspark.jobs.report.chart.TradeoffChart;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Charts of the compared models: scores, paired differences, cosines, quality against cost. */
final class EvaluationFigures {
  private final Evaluation evaluation;
  private final SeriesColours colours;

  EvaluationFigures(Evaluation evaluation, SeriesColours colours) {
    this.evaluation = evaluation;
    this.colours = colours;
  }

  /** Bars of each headline metric; then gold + silver against gold, or every two models. */
  List<Figure> results() {
    List<Figure> figures = new ArrayList<>();
    for (Metric metric :
        evaluation.models().isEmpty() ? List.<Metric>of() : evaluation.headlines()) {
      figures.add(bars(metric));
    }
    if (evaluation.isLabelled()) {
      addDifference(figures, role(ModelRole.GOLD), role(ModelRole.GOLD_AND_SILVER));
      addDifference(figures, role(ModelRole.BASE), role(ModelRole.GOLD));
    } else {
      for (ModelResult from : evaluation.models()) {
        evaluation.models().forEach(to -> addDifference(figures, from, to));
      }
    }
    return figures;
  }

  private ModelResult role(ModelRole role) {
    return evaluation.model(role).orElse(null);
  }

  private Figure bars(Metric metric) {
    List<Bar> bars = evaluation.models().stream().map(model -> bar(model, metric)).toList();
    return Figure.of(
        metric.label(), "", BarChart.of(metric.label() + " by model", bars, 1, "score"));
  }

  private Bar bar(ModelResult model, Metric metric) {
    MetricValue value = model.metric(metric);
    return new Bar(
        model.name(),
        colours.of(model.name()),
        value.value(),
        value.low(),
        value.high(),
        Display.score(value));
  }

  /** Nothing where a model is null or the two were not compared. */
  private void addDifference(List<Figure> figures, ModelResult from, ModelResult to) {
    if (from == null || to == null) {
      return;
    }
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
      figures.add(
          Figure.of(
              title,
              "Right of zero is better; grey rings include zero.",
              DifferenceChart.of(
                  title, rows, "paired difference, " + evaluation.level() + " interval")));
    }
  }

  /** Cosine against gold score, one chart a model that has such points. */
  List<Figure> scatter() {
    double high = 1;
    double low = 0;
    for (ModelResult model : evaluation.models()) {
      for (ScatterPoint point : model.stsPoints()) {
        high = Math.max(high, point.gold());
        low = Math.min(low, point.cosine());
      }
    }
    List<Figure> figures = new ArrayList<>();
    for (ModelResult model : evaluation.models()) {
      List<CurvePoint> points =
          model.stsPoints().stream()
              .map(point -> new CurvePoint(point.gold(), point.cosine()))
              .toList();
      if (!points.isEmpty()) {
        figures.add(
            Figure.of(
                model.name(),
                "Pearson %s, Spearman %s, %s pairs"
                    .formatted(
                        Display.score(model.metric(Metric.STS_PEARSON)),
                        Display.score(model.metric(Metric.STS_SPEARMAN)),
                        Display.count((long) points.size())),
                ScatterChart.of(
                    "Cosine against gold score, " + model.name(),
                    points,
                    colours.of(model.name()),
                    high,
                    low)));
      }
    }
    return figures;
  }

  /** Headline metrics against speed, the first one against size; none for a single model. */
  List<Figure> costs() {
    List<Figure> figures = new ArrayList<>();
    for (Metric metric : evaluation.headlines()) {
      addTradeoff(figures, metric, "speed", "per second", ModelCost::perSecond);
    }
    evaluation.headlines().stream()
        .limit(1)
        .forEach(
            first -> addTradeoff(figures, first, "size", "MB of weights", ModelCost::megabytes));
    return figures;
  }

  private void addTradeoff(
      List<Figure> figures,
      Metric metric,
      String against,
      String unit,
      ToDoubleFunction<ModelCost> cost) {
    List<TradeoffChart.Point> points = new ArrayList<>();
    for (ModelResult model : evaluation.models()) {
      double x = model.cost() == null ? Double.NaN : cost.applyAsDouble(model.cost());
      if (Double.isFinite(model.metric(metric).value()) && Double.isFinite(x)) {
        points.add(new TradeoffChart.Point(x, bar(model, metric)));
      }
    }
    if (points.size() > 1) {
      String title = metric.label() + " against " + against;
      figures.add(Figure.of(title, "", TradeoffChart.of(title, points, unit, metric.label())));
    }
  }
}
