package io.silverspark.jobs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** All that is looked up rather than read: further metrics, settings, lineage, environment. */
final class DetailSection {
  private static final double BYTES_PER_GIB = 1L << 30;

  private final RunReport report;
  private final Evaluation evaluation;

  DetailSection(RunReport report) {
    this.report = report;
    this.evaluation = report.evaluation();
  }

  void write(HtmlWriter out) {
    out.open("section", "").heading("Details");
    metrics(out);
    differences(out);
    models(out);
    tables(out);
    settings(out);
    environment(out);
    out.close("section");
  }

  private void metrics(HtmlWriter out) {
    List<Metric> metrics = evaluation.details();
    if (metrics.isEmpty()) {
      return;
    }
    List<String> headers = new ArrayList<>(List.of("Metric"));
    evaluation.models().forEach(model -> headers.add("#" + model.name()));
    List<List<String>> rows = new ArrayList<>();
    for (Metric metric : metrics) {
      List<String> row = new ArrayList<>(List.of(metric.label()));
      for (ModelResult model : evaluation.models()) {
        MetricValue value = model.metric(metric);
        row.add((Display.score(value) + " " + Display.interval(value)).strip());
      }
      rows.add(row);
    }
    out.details("Further metrics").table(headers, rows);
    UndefinedValues.sentences(evaluation, metrics).forEach(out::paragraph);
    out.endDetails();
  }

  private void differences(HtmlWriter out) {
    if (evaluation.differences().isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (PairedDifference difference : evaluation.differences()) {
      Optional<Metric> metric =
          evaluation.metrics().stream()
              .filter(known -> known.id().equals(difference.metric()))
              .findFirst();
      rows.add(
          List.of(
              metric.map(Metric::label).orElse(difference.metric()),
              difference.to() + " minus " + difference.from(),
              Display.signed(difference.difference()),
              Display.interval(difference),
              Display.percent(difference.shareAtOrBelowZero()),
              difference.outcome().text()));
    }
    out.details("Paired differences");
    out.table(
        List.of("Metric", "Models", "#Difference", "#95 % interval", "#Resamples ≤ 0", "Reading"),
        rows);
    out.endDetails();
  }

  private void models(HtmlWriter out) {
    if (evaluation.models().isEmpty()) {
      return;
    }
    out.details("Models");
    out.table(
        List.of("Model", "Path"),
        evaluation.models().stream()
            .map(model -> List.of(model.name(), Display.text(model.path())))
            .toList());
    out.endDetails();
  }

  private void tables(HtmlWriter out) {
    if (report.tables().isEmpty()) {
      return;
    }
    out.details("Lineage: tables and their versions");
    out.table(
        List.of("Table", "#Version", "#Rows", "Made from", "Path"),
        report.tables().stream()
            .map(
                table ->
                    List.of(
                        table.name(),
                        Long.toString(table.version()),
                        Display.count(table.rows()),
                        Display.text(String.join(", ", table.inputs())),
                        Display.text(table.path())))
            .toList());
    out.endDetails();
  }

  private void settings(HtmlWriter out) {
    if (report.configuration().isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, String> setting : report.configuration().entrySet()) {
      rows.add(List.of(setting.getKey(), Display.text(setting.getValue())));
    }
    out.details("Settings").table(List.of("Key", "Value"), rows).endDetails();
  }

  private void environment(HtmlWriter out) {
    Environment here = report.environment();
    if (here == null) {
      return;
    }
    out.details("Environment");
    out.table(
        List.of("What", "Value"),
        List.of(
            List.of("Device", Display.text(here.device())),
            List.of("CPU", Display.text(here.cpu()) + ", " + here.cores() + " cores"),
            List.of(
                "Largest heap",
                String.format(Locale.ROOT, "%.1f GiB", here.maxHeapBytes() / BYTES_PER_GIB)),
            List.of("Operating system", Display.text(here.operatingSystem())),
            List.of("Java", Display.text(here.java())),
            List.of("Spark", Display.text(here.spark())),
            List.of("Delta", Display.text(here.delta())),
            List.of("DJL", Display.text(here.djl())),
            List.of("PyTorch", Display.text(here.pytorch())),
            List.of("SilverSpark", Display.text(here.silverspark()))));
    out.endDetails();
  }
}
