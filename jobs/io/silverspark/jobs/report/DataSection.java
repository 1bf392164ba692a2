package io.silverspark.jobs.report;

import io.silverspark.jobs.report.chart.HistogramChart;
import java.util.ArrayList;
import java.util.List;

/** Where the labels come from: distributions, samples to read, rows read and set aside. */
final class DataSection {
  private static final int LONGEST_SAMPLE = 280; // characters

  private final DataSummary data;

  DataSection(DataSummary data) {
    this.data = data;
  }

  void write(HtmlWriter out) {
    histograms(out);
    samples(out);
    counts(out);
  }

  private void histograms(HtmlWriter out) {
    if (data.silverLabels() == null
        && data.goldLabels() == null
        && data.candidateSimilarities() == null) {
      return;
    }
    out.open("section", "").heading("Silver labels").open("div", "grid");
    labels(out);
    Histogram candidates = data.candidateSimilarities();
    if (candidates != null) {
      out.figure(
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
              "cosine"));
    }
    out.close("div").close("section");
  }

  private void labels(HtmlWriter out) {
    Histogram silver = data.silverLabels();
    Histogram gold = data.goldLabels();
    Histogram frame = silver != null ? silver : gold;
    if (frame == null) {
      return;
    }
    List<String> names = new ArrayList<>();
    List<String> colours = new ArrayList<>();
    if (silver != null) {
      names.add("silver, " + Display.count(silver.total()) + " pairs");
      colours.add(SeriesColours.SILVER);
    }
    if (gold != null) {
      names.add("gold, " + Display.count(gold.total()) + " pairs");
      colours.add(SeriesColours.GOLD);
    }
    String plot =
        HistogramChart.of(
            "Silver scores and gold labels",
            frame.low(),
            frame.high(),
            silver == null ? List.of() : silver.shares(),
            SeriesColours.SILVER,
            gold == null ? List.of() : gold.shares(),
            SeriesColours.GOLD,
            "label");
    out.open("figure", "").open("figcaption", "");
    out.text("strong", "", "Silver scores and gold labels").legend(names, colours);
    out.close("figcaption").raw(plot).close("figure");
  }

  private void samples(HtmlWriter out) {
    if (data.silverPairs().isEmpty() && data.triplets().isEmpty()) {
      return;
    }
    out.open("section", "").heading("Rows to read");
    if (!data.silverPairs().isEmpty()) {
      out.details("Silver pairs with low, middle and high scores");
      out.table(
          List.of("Level", "#Score", "First", "Second"),
          data.silverPairs().stream()
              .map(
                  pair ->
                      List.of(
                          Display.text(pair.level()),
                          Display.score(pair.score()),
                          shortened(pair.first()),
                          shortened(pair.second())))
              .toList());
      out.endDetails();
    }
    if (!data.triplets().isEmpty()) {
      out.details("Mined triplets");
      out.table(
          List.of("Kind", "Anchor", "Positive", "#score +", "Negative", "#score −"),
          data.triplets().stream()
              .map(
                  triplet ->
                      List.of(
                          Display.text(triplet.kind()),
                          shortened(triplet.anchor()),
                          shortened(triplet.positive()),
                          Display.score(triplet.positiveScore()),
                          shortened(triplet.negative()),
                          Display.score(triplet.negativeScore())))
              .toList());
      out.endDetails();
    }
    out.close("section");
  }

  private void counts(HtmlWriter out) {
    if (data.counts().isEmpty()) {
      return;
    }
    out.open("section", "").heading("Rows");
    out.table(
        List.of("Source", "#Read", "#Kept", "#No gold label", "#Quarantined"),
        data.counts().stream()
            .map(
                count ->
                    List.of(
                        count.source(),
                        Display.count(count.read()),
                        Display.count(count.kept()),
                        Display.count(count.unlabelled()),
                        Display.count(count.quarantined())))
            .toList());
    if (!data.quarantine().isEmpty()) {
      out.details("Why rows were quarantined");
      out.table(
          List.of("Source", "Reason", "#Rows"),
          data.quarantine().stream()
              .map(
                  count ->
                      List.of(
                          count.source(), shortened(count.reason()), Display.count(count.rows())))
              .toList());
      out.endDetails();
    }
    out.close("section");
  }

  private static String shortened(String text) {
    if (text == null) {
      return Display.MISSING;
    }
    return text.codePointCount(0, text.length()) <= LONGEST_SAMPLE
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_SAMPLE)) + "…";
  }
}
