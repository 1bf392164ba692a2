package io.silverspark.jobs.report;

import io.silverspark.jobs.report.chart.Bar;
import io.silverspark.jobs.report.chart.BarChart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the pipeline did and how long each stage took. */
final class StageSection {
  private static final double MINUTES_FROM_SECONDS = 180;

  private final List<StageResult> stages;

  StageSection(List<StageResult> stages) {
    this.stages = stages;
  }

  void write(HtmlWriter out) {
    if (stages.isEmpty()) {
      return;
    }
    out.open("section", "").heading("Stages").open("div", "beside");
    out.figure(
        "Time by stage",
        "",
        BarChart.of("Time by stage", bars(), 0, inMinutes() ? "minutes" : "seconds"));
    out.table(
        List.of("Stage", "Status", "#Rows in", "#Rows out", "Note"),
        stages.stream()
            .map(
                stage ->
                    List.of(
                        stage.name(),
                        stage.status().name().toLowerCase(Locale.ROOT),
                        Display.count(stage.rowsIn()),
                        Display.count(stage.rowsOut()),
                        Display.text(stage.note())))
            .toList());
    out.close("div").close("section");
  }

  private boolean inMinutes() {
    return stages.stream().anyMatch(stage -> stage.seconds() >= MINUTES_FROM_SECONDS);
  }

  private List<Bar> bars() {
    List<Bar> bars = new ArrayList<>();
    double unit = inMinutes() ? 60 : 1;
    for (StageResult stage : stages) {
      boolean skipped = stage.status() == StageResult.Status.SKIPPED;
      bars.add(
          new Bar(
              stage.name(),
              SeriesColours.NEUTRAL,
              skipped ? Double.NaN : stage.seconds() / unit,
              Double.NaN,
              Double.NaN,
              skipped ? "up to date, skipped" : Display.seconds(stage.seconds())));
    }
    return bars;
  }
}
