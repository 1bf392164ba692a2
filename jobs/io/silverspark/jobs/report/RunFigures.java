package io.silverspark.jobs.report;

import io.silverspark.jobs.report.chart.Bar;
import io.silverspark.jobs.report.chart.BarChart;
import io.silverspark.jobs.report.chart.CurveChart;
import io.silverspark.jobs.report.chart.CurvePoint;
import io.silverspark.jobs.report.chart.HistogramChart;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Charts of what led to the models: training curves, distributions of labels, time by stage. */
final class RunFigures {
  private static final double MINUTES_FROM_SECONDS = 180;

  private final RunReport report;
  private final SeriesColours colours;

  RunFigures(RunReport report, SeriesColours colours) {
    this.report = report;
    this.colours = colours;
  }

  /** Loss, and score where it was measured, of each training with steps. */
  List<Figure> training() {
    List<Figure> figures = new ArrayList<>();
    for (TrainingCurve curve : curves()) {
      List<String> charts = new ArrayList<>();
      charts.add(smoothed("Training loss", "loss", curve, TrainingCurve.StepMetrics::loss));
      if (!curve.evaluations().isEmpty()) {
        charts.add(
            CurveChart.marked(
                curve.scoreName() + ", " + curve.name(),
                curve.evaluations().stream()
                    .map(point -> new CurvePoint(point.step(), point.score()))
                    .toList(),
                colours.of(curve.model()),
                curve.scoreName()));
      }
      figures.add(new Figure(curve.name(), speed(curve), List.of(), charts));
    }
    return figures;
  }

  /** Learning rate and gradient norm of each training that measured one. */
  List<Figure> optimizer() {
    List<Figure> figures = new ArrayList<>();
    for (TrainingCurve curve : curves()) {
      List<String> charts = new ArrayList<>();
      if (measured(curve, TrainingCurve.StepMetrics::learningRate)) {
        charts.add(
            CurveChart.plain(
                "Learning rate, " + curve.name(),
                points(curve, TrainingCurve.StepMetrics::learningRate),
                colours.of(curve.model()),
                "learning rate"));
      }
      if (measured(curve, TrainingCurve.StepMetrics::gradientNorm)) {
        charts.add(
            smoothed(
                "Gradient norm", "gradient norm", curve, TrainingCurve.StepMetrics::gradientNorm));
      }
      if (!charts.isEmpty()) {
        figures.add(new Figure(curve.name(), "", List.of(), charts));
      }
    }
    return figures;
  }

  private List<TrainingCurve> curves() {
    return report.curves().stream().filter(curve -> !curve.steps().isEmpty()).toList();
  }

  private String smoothed(
      String title,
      String yLabel,
      TrainingCurve curve,
      ToDoubleFunction<TrainingCurve.StepMetrics> value) {
    return CurveChart.smoothed(
        title + ", " + curve.name(), points(curve, value), colours.of(curve.model()), yLabel);
  }

  private static boolean measured(
      TrainingCurve curve, ToDoubleFunction<TrainingCurve.StepMetrics> value) {
    return curve.steps().stream().mapToDouble(value).anyMatch(Double::isFinite);
  }

  private static List<CurvePoint> points(
      TrainingCurve curve, ToDoubleFunction<TrainingCurve.StepMetrics> value) {
    return curve.steps().stream()
        .map(step -> new CurvePoint(step.step(), value.applyAsDouble(step)))
        .toList();
  }

  private static String speed(TrainingCurve curve) {
    List<String> parts = new ArrayList<>();
    long last = curve.steps().get(curve.steps().size() - 1).step();
    parts.add(Display.count(last) + " steps");
    if (Double.isFinite(curve.stepsPerSecond())) {
      parts.add(Display.rate(curve.stepsPerSecond()) + " steps/s");
    }
    if (Double.isFinite(curve.paddingShare())) {
      parts.add(Display.percent(curve.paddingShare()) + " padding");
    }
    return String.join(", ", parts);
  }

  /** Silver scores and gold labels in one histogram, and the cosines of the candidates. */
  List<Figure> labels() {
    List<Figure> figures = new ArrayList<>();
    Histogram silver = report.data().silverLabels();
    Histogram gold = report.data().goldLabels();
    Histogram frame = silver != null ? silver : gold;
    if (frame != null) {
      String title = "Silver scores and gold labels";
      List<Figure.Entry> legend = new ArrayList<>();
      addEntry(legend, SeriesColours.SILVER, "silver", silver);
      addEntry(legend, SeriesColours.GOLD, "gold", gold);
      String chart =
          HistogramChart.of(
              title,
              frame.low(),
              frame.high(),
              silver == null ? List.of() : silver.shares(),
              SeriesColours.SILVER,
              gold == null ? List.of() : gold.shares(),
              SeriesColours.GOLD,
              "label");
      figures.add(new Figure(title, "", legend, List.of(chart)));
    }
    Histogram candidates = report.data().candidateSimilarities();
    if (candidates != null) {
      figures.add(
          Figure.of(
              "Candidate pairs",
              "Cosine before labelling, " + Display.count(candidates.total()) + " pairs",
              HistogramChart.of(
                  "Cosine of the candidate pairs",
                  candidates.low(),
                  candidates.high(),
                  candidates.shares(),
                  SeriesColours.NEUTRAL,
                  List.of(),
                  "",
                  "cosine")));
    }
    return figures;
  }

  private static void addEntry(
      List<Figure.Entry> legend, String colour, String name, Histogram histogram) {
    if (histogram != null) {
      legend.add(
          new Figure.Entry(colour, name + ", " + Display.count(histogram.total()) + " pairs"));
    }
  }

  /** Time by stage, in minutes if one took long. */
  Figure stages() {
    boolean minutes =
        report.stages().stream().anyMatch(stage -> stage.seconds() >= MINUTES_FROM_SECONDS);
    List<Bar> bars = new ArrayList<>();
    for (StageResult stage : report.stages()) {
      boolean skipped = stage.status() == StageResult.Status.SKIPPED;
      bars.add(
          new Bar(
              stage.name(),
              SeriesColours.NEUTRAL,
              skipped ? Double.NaN : stage.seconds() / (minutes ? 60 : 1),
              Double.NaN,
              Double.NaN,
              skipped ? "up to date, skipped" : Display.seconds(stage.seconds())));
    }
    return Figure.of(
        "Time by stage",
        "",
        BarChart.of("Time by stage", bars, 0, minutes ? "minutes" : "seconds"));
  }
}
