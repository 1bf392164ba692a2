package io.silverspark.jobs.report;

import io.silverspark.jobs.report.chart.CurveChart;
import io.silverspark.jobs.report.chart.CurvePoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The course of each training run: loss and score in view, learning rate and gradients folded. */
final class TrainingSection {
  private final List<TrainingCurve> curves;
  private final SeriesColours colours;

  TrainingSection(List<TrainingCurve> curves, SeriesColours colours) {
    this.curves = curves.stream().filter(curve -> !curve.steps().isEmpty()).toList();
    this.colours = colours;
  }

  void write(HtmlWriter out) {
    if (curves.isEmpty()) {
      return;
    }
    out.open("section", "").heading("Training");
    out.paragraph("Loss of each step, thin, and its moving average.");
    out.open("div", "grid");
    for (TrainingCurve curve : curves) {
      List<String> plots = new ArrayList<>(List.of(loss(curve)));
      if (!curve.evaluations().isEmpty()) {
        plots.add(score(curve));
      }
      out.figure(curve.name(), speed(curve), plots.toArray(String[]::new));
    }
    out.close("div");
    out.details("Learning rate and gradient norm").open("div", "grid");
    for (TrainingCurve curve : curves) {
      List<String> plots = new ArrayList<>();
      if (measured(curve, TrainingCurve.StepMetrics::learningRate)) {
        plots.add(learningRate(curve));
      }
      if (measured(curve, TrainingCurve.StepMetrics::gradientNorm)) {
        plots.add(gradientNorm(curve));
      }
      if (!plots.isEmpty()) {
        out.figure(curve.name(), "", plots.toArray(String[]::new));
      }
    }
    out.close("div").endDetails().close("section");
  }

  private String loss(TrainingCurve curve) {
    return CurveChart.smoothed(
        "Training loss, " + curve.name(),
        points(curve, TrainingCurve.StepMetrics::loss),
        colours.of(curve.model()),
        "loss");
  }

  private String score(TrainingCurve curve) {
    return CurveChart.marked(
        curve.scoreName() + ", " + curve.name(),
        curve.evaluations().stream()
            .map(point -> new CurvePoint(point.step(), point.score()))
            .toList(),
        colours.of(curve.model()),
        curve.scoreName());
  }

  private String learningRate(TrainingCurve curve) {
    return CurveChart.plain(
        "Learning rate, " + curve.name(),
        points(curve, TrainingCurve.StepMetrics::learningRate),
        colours.of(curve.model()),
        "learning rate");
  }

  private String gradientNorm(TrainingCurve curve) {
    return CurveChart.smoothed(
        "Gradient norm, " + curve.name(),
        points(curve, TrainingCurve.StepMetrics::gradientNorm),
        colours.of(curve.model()),
        "gradient norm");
  }

  private static boolean measured(
      TrainingCurve curve, ToDoubleFunction<TrainingCurve.StepMetrics> value) {
    return curve.steps().stream().anyMatch(step -> Double.isFinite(value.applyAsDouble(step)));
  }

  private static List<CurvePoint> points(
      TrainingCurve curve, ToDoubleFunction<TrainingCurve.StepMetrics> value) {
    return curve.steps().stream()
        .map(step -> new CurvePoint(step.step(), value.applyAsDouble(step)))
        .toList();
  }

  private static String speed(TrainingCurve curve) {
    int last = curve.steps().get(curve.steps().size() - 1).step();
    String steps = Display.count((long) last) + " steps";
    String rate =
        Double.isFinite(curve.stepsPerSecond())
            ? ", " + Display.rate(curve.stepsPerSecond()) + " steps/s"
            : "";
    String padding =
        Double.isFinite(curve.paddingShare())
            ? ", " + Display.percent(curve.paddingShare()) + " padding"
            : "";
    return steps + rate + padding;
  }
}
