package io.silverspark.jobs.report;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The end of a run in the terminal: models against headline metrics with 95 % intervals, the
 * verdict, and where things are. At most {@link #WIDTH} columns wide, except for paths, which are
 * never cut. Metrics that do not fit are left to the page.
 *
 * @param colour whether to use ANSI colours
 * @param unicode whether the terminal shows more than ASCII
 */
public record ConsoleTable(boolean colour, boolean unicode) {
  static final int WIDTH = 100;

  private static final int NAME_WIDTH = 24;
  private static final int CELL_WIDTH = 16; // "Triplet accuracy"
  private static final int GAP = 2;
  private static final String BOLD = "\u001b[1m";
  private static final String DIM = "\u001b[2m";
  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String RESET = "\u001b[0m";

  /** For standard output: colours on a terminal unless NO_COLOR is set. */
  public static ConsoleTable forStandardOutput() {
    String terminal = System.getenv("TERM");
    boolean colour =
        System.console() != null
            && System.getenv("NO_COLOR") == null
            && terminal != null
            && !terminal.equals("dumb");
    return new ConsoleTable(colour, Charset.defaultCharset().newEncoder().canEncode("─–−"));
  }

  /**
   * The text, ending in a line break.
   *
   * @param places label to path, such as {@code Report} to {@code out/report/report.html}
   */
  public String render(RunReport report, Map<String, String> places) {
    return render(report.evaluation(), true, places);
  }

  /**
   * The same for an evaluation without a run. The verdict is shown where there is a model trained
   * on labels of a run, the differences of the models where there is none.
   */
  public String render(Evaluation evaluation, Map<String, String> places) {
    boolean labelled =
        evaluation.model(ModelRole.GOLD).isPresent()
            || evaluation.model(ModelRole.GOLD_AND_SILVER).isPresent();
    return render(evaluation, labelled, places);
  }

  private String render(Evaluation evaluation, boolean verdict, Map<String, String> places) {
    StringBuilder out = new StringBuilder("\n");
    if (!evaluation.models().isEmpty()) {
      table(out, evaluation);
    }
    if (verdict) {
      verdict(out, Verdict.of(evaluation));
    } else {
      differences(out, evaluation);
    }
    out.append('\n');
    int width = places.keySet().stream().mapToInt(ConsoleTable::length).max().orElse(0);
    places.forEach(
        (label, path) ->
            out.append(padded(label, width, false)).append("  ").append(path).append('\n'));
    return unicode ? out.toString() : ascii(out);
  }

  private void table(StringBuilder out, Evaluation evaluation) {
    List<Metric> metrics = evaluation.headlines();
    int nameWidth =
        Math.min(
            NAME_WIDTH,
            evaluation.models().stream().mapToInt(model -> length(model.name())).max().orElse(0));
    nameWidth = Math.max(nameWidth, "Model".length());
    int fitting = Math.min(metrics.size(), (WIDTH - nameWidth) / (CELL_WIDTH + GAP));
    List<String> upper = new ArrayList<>();
    List<String> lower = new ArrayList<>();
    for (Metric metric : metrics.subList(0, fitting)) {
      int space = metric.label().indexOf(' ');
      boolean two = space > 0 && length(metric.label()) > CELL_WIDTH;
      upper.add(two ? metric.label().substring(0, space) : "");
      lower.add(two ? metric.label().substring(space + 1) : metric.label());
    }
    if (upper.stream().anyMatch(text -> !text.isEmpty())) {
      row(out, "", upper, nameWidth, BOLD);
    }
    row(out, "Model", lower, nameWidth, BOLD);
    out.append("─".repeat(nameWidth + fitting * (CELL_WIDTH + GAP))).append('\n');
    for (ModelResult model : evaluation.models()) {
      List<MetricValue> values = metrics.subList(0, fitting).stream().map(model::metric).toList();
      row(
          out,
          model.name(),
          values.stream().map(value -> Display.score(value.value())).toList(),
          nameWidth,
          model.role() == ModelRole.GOLD_AND_SILVER ? BOLD : "");
      List<String> intervals = values.stream().map(Display::interval).toList();
      if (intervals.stream().anyMatch(text -> !text.isEmpty())) {
        row(out, "", intervals, nameWidth, DIM);
      }
    }
    out.append('\n');
  }

  private void row(
      StringBuilder out, String name, List<String> cells, int nameWidth, String style) {
    StringBuilder line = new StringBuilder(padded(name, nameWidth, false));
    for (String cell : cells) {
      line.append(" ".repeat(GAP)).append(padded(cell, CELL_WIDTH, true));
    }
    out.append(styled(line.toString().stripTrailing(), style)).append('\n');
  }

  private void verdict(StringBuilder out, Verdict verdict) {
    String style =
        switch (verdict.outcome()) {
          case BETTER -> BOLD + GREEN;
          case WORSE -> BOLD + RED;
          default -> BOLD;
        };
    out.append(styled("Did silver help? " + verdict.answer(), style)).append('\n');
    wrap(out, verdict.sentence());
    wrap(out, verdict.others());
  }

  private static void differences(StringBuilder out, Evaluation evaluation) {
    for (Metric metric : evaluation.headlines()) {
      for (PairedDifference difference : evaluation.differences()) {
        if (difference.metric().equals(metric.id())) {
          wrap(
              out,
              "%s, %s against %s: %s %s, %s."
                  .formatted(
                      metric.label(),
                      difference.to(),
                      difference.from(),
                      Display.signed(difference.difference()),
                      Display.interval(difference),
                      difference.outcome().text()));
        }
      }
    }
  }

  private static void wrap(StringBuilder out, String text) {
    int column = 0;
    for (String word : text.isEmpty() ? new String[0] : text.split(" ")) {
      if (column > 0 && column + 1 + length(word) > WIDTH) {
        out.append('\n');
        column = 0;
      }
      out.append(column == 0 ? "" : " ").append(word);
      column += (column == 0 ? 0 : 1) + length(word);
    }
    if (column > 0) {
      out.append('\n');
    }
  }

  private String styled(String text, String style) {
    return colour && !style.isEmpty() ? style + text + RESET : text;
  }

  private static String padded(String text, int width, boolean right) {
    String shown = text.replaceAll("\\p{Cntrl}", " ");
    if (length(shown) > width) {
      shown = shown.substring(0, shown.offsetByCodePoints(0, width - 1)) + "…";
    }
    String space = " ".repeat(width - length(shown));
    return right ? space + shown : shown + space;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String ascii(StringBuilder text) {
    return text.toString().replace('─', '-').replace('–', '-').replace('−', '-').replace('…', '~');
  }
}
