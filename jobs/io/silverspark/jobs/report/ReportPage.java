package io.silverspark.jobs.report;

import io.silverspark.jobs.report.chart.MarkupText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The page: the answer first, then its numbers, then the plots, then everything else folded.
 *
 * <p>No script, no font, no picture from elsewhere; the content policy in the head forbids them
 * even to a text that slipped through.
 */
final class ReportPage {
  private static final String STYLE = style();

  private final RunReport report;
  private final String jsonName;
  private final HtmlWriter out = new HtmlWriter();

  /**
   * The page of a report.
   *
   * @param jsonName file beside the page that holds its numbers
   */
  ReportPage(RunReport report, String jsonName) {
    this.report = report;
    this.jsonName = jsonName;
  }

  String html() {
    SeriesColours colours = new SeriesColours(report.evaluation());
    head();
    out.open("main", "");
    title();
    verdict();
    new ResultSection(report.evaluation(), colours).write(out);
    new CostSection(report.evaluation(), colours).write(out);
    new TrainingSection(report.curves(), colours).write(out);
    new DataSection(report.data()).write(out);
    new StageSection(report.stages()).write(out);
    new DetailSection(report).write(out);
    footer();
    return out.close("main").raw("</body></html>\n").html();
  }

  private void head() {
    out.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
        .raw("style-src 'unsafe-inline'\">\n")
        .text("title", "", report.name() + " · SilverSpark")
        .raw("<style>\n" + STYLE + "</style></head>\n<body>");
  }

  private void title() {
    out.open("header", "").text("h1", "", report.name());
    List<String> facts = new ArrayList<>();
    facts.add(Display.time(report.started()));
    facts.add("took " + Display.duration(report.duration()));
    Environment environment = report.environment();
    if (environment != null) {
      facts.add(Display.text(environment.device()));
      facts.add("SilverSpark " + Display.text(environment.silverspark()));
    }
    facts.add("run " + report.runId());
    out.text("p", "facts", String.join(" · ", facts)).close("header");
  }

  /** Left out where models were compared that are no gold and silver ones. */
  private void verdict() {
    if (!report.evaluation().models().isEmpty() && !report.evaluation().isLabelled()) {
      return;
    }
    Verdict verdict = Verdict.of(report.evaluation());
    String style =
        switch (verdict.outcome()) {
          case BETTER -> "better";
          case WORSE -> "worse";
          case UNDECIDED, UNKNOWN -> "undecided";
        };
    out.open("section", "verdict " + style)
        .text("p", "question", "Did silver help?")
        .text("p", "answer", verdict.answer())
        .text("p", "", verdict.sentence());
    if (!verdict.others().isEmpty()) {
      out.text("p", "", verdict.others());
    }
    out.close("section");
  }

  private void footer() {
    out.raw("<footer>All numbers of this page are in <code>")
        .raw(MarkupText.escape(jsonName))
        .raw("</code>, beside it.</footer>\n");
  }

  private static String style() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      return new String(
          Objects.requireNonNull(in, "report.css is missing from the class path").readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
