package io.silverspark.jobs.report;

import io.silverspark.jobs.report.chart.CurveChart;
import io.silverspark.jobs.report.chart.CurvePoint;
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
      out.figure(
          curve.name(),
          speed(curve),
          CurveChart.smoothed(
              "Training loss, " + curve.name(),
              points(curve, TrainingStep::loss),
              colours.of(curve.model()),
              "loss"));
    }
    curves.stream()
        .filter(curve -> !curve.evaluations().isEmpty())
        .forEach(curve -> score(out, curve));
    out.close("div");
    out.details("Learning rate and gradient norm").open("div", "grid");
    for (TrainingCurve curve : curves) {
      plain(out, curve, "learning rate", TrainingStep::learningRate);
      plain(out, curve, "gradient norm", TrainingStep::gradientNorm);
    }
    out.close("div").endDetails().close("section");
  }

  private void score(HtmlWriter out, TrainingCurve curve) {
    out.figure(
        curve.name(),
        curve.scoreName() + " during training",
        CurveChart.marked(
            curve.scoreName() + ", " + curve.name(),
            curve.evaluations().stream()
                .map(point -> new CurvePoint(point.step(), point.score()))
                .toList(),
            colours.of(curve.model()),
            curve.scoreName()));
  }

  private void plain(
      HtmlWriter out, TrainingCurve curve, String name, ToDoubleFunction<TrainingStep> value) {
    List<CurvePoint> points = points(curve, value);
    if (points.stream().anyMatch(point -> Double.isFinite(point.y()))) {
      out.figure(
          curve.name(),
          name,
          CurveChart.plain(name + ", " + curve.name(), points, colours.of(curve.model()), name));
    }
  }

  private static List<CurvePoint> points(
      TrainingCurve curve, ToDoubleFunction<TrainingStep> value) {
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
