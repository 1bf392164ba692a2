package io.silverspark.jobs.report;

import io.silverspark.jobs.run.Terminal;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The end of a run in the terminal: models against headline metrics with intervals, the verdict,
 * and where things are. At most {@link #WIDTH} columns wide, except for paths, which are never cut.
 *
 * @param colour whether to use ANSI colours
 * @param unicode whether the terminal shows more than ASCII
 */
public record ConsoleTable(boolean colour, boolean unicode) {
  static final int WIDTH = 100;

  private static final int NAME_WIDTH = 24;
  private static final int CELL_WIDTH = 16; // "Triplet accuracy"
  private static final int GAP = 2;
  private static final int METRIC_WIDTH = 24;
  private static final int DIFFERENCE_WIDTH = 12;
  private static final int INTERVAL_WIDTH = 20;
  private static final String BOLD = "\u001b[1m";
  private static final String DIM = "\u001b[2m";
  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String RESET = "\u001b[0m";

  /** For standard output: colours on a terminal unless NO_COLOR is set. */
  public static ConsoleTable forStandardOutput() {
    boolean colour = Terminal.ofStandardOutput().colour();
    return new ConsoleTable(colour, Charset.defaultCharset().newEncoder().canEncode("─–−"));
  }

  /**
   * The text, ending in a line break.
   *
   * @param places label to path, such as {@code Report} to {@code out/report/report.html}
   */
  public String render(RunReport report, Map<String, String> places) {
    return render(report.evaluation(), ConsoleColumn.scores(report.evaluation()), true, places);
  }

  /**
   * The same for an evaluation without a run, with size and speed of the models. The verdict is
   * shown where there is a model trained on labels of a run, the differences of the models where
   * there is none.
   */
  public String render(Evaluation evaluation, Map<String, String> places) {
    List<ConsoleColumn> columns = new ArrayList<>(ConsoleColumn.scores(evaluation));
    columns.addAll(ConsoleColumn.costs(evaluation));
    return render(evaluation, columns, evaluation.isLabelled(), places);
  }

  private String render(
      Evaluation evaluation,
      List<ConsoleColumn> columns,
      boolean verdict,
      Map<String, String> places) {
    StringBuilder out = new StringBuilder("\n");
    if (!evaluation.models().isEmpty()) {
      table(out, evaluation.models(), columns);
      List<String> undefined = UndefinedValues.sentences(evaluation, evaluation.headlines());
      undefined.forEach(sentence -> wrap(out, sentence));
      out.append(undefined.isEmpty() ? "" : "\n");
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

  /** Columns that do not fit beside the others follow in further blocks. */
  private void table(StringBuilder out, List<ModelResult> models, List<ConsoleColumn> columns) {
    int nameWidth =
        Math.min(
            NAME_WIDTH, models.stream().mapToInt(model -> length(model.name())).max().orElse(0));
    nameWidth = Math.max(nameWidth, "Model".length());
    int fitting = (WIDTH - nameWidth) / (CELL_WIDTH + GAP);
    int from = 0;
    do {
      int to = Math.min(columns.size(), from + fitting);
      block(out, models, columns.subList(from, to), nameWidth);
      from = to;
    } while (from < columns.size());
  }

  private void block(
      StringBuilder out, List<ModelResult> models, List<ConsoleColumn> columns, int nameWidth) {
    List<String> upper = new ArrayList<>();
    List<String> lower = new ArrayList<>();
    for (ConsoleColumn column : columns) {
      int space = column.label().indexOf(' ');
      boolean two = space > 0 && length(column.label()) > CELL_WIDTH;
      upper.add(two ? column.label().substring(0, space) : "");
      lower.add(two ? column.label().substring(space + 1) : column.label());
    }
    if (upper.stream().anyMatch(text -> !text.isEmpty())) {
      row(out, "", upper, nameWidth, BOLD);
    }
    row(out, "Model", lower, nameWidth, BOLD);
    out.append("─".repeat(nameWidth + columns.size() * (CELL_WIDTH + GAP))).append('\n');
    for (int i = 0; i < models.size(); i++) {
      int model = i;
      row(
          out,
          models.get(i).name(),
          columns.stream().map(column -> column.values().get(model)).toList(),
          nameWidth,
          models.get(i).role() == ModelRole.GOLD_AND_SILVER ? BOLD : "");
      List<String> intervals =
          columns.stream().map(column -> column.intervals().get(model)).toList();
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
    if (!verdict.gained().isEmpty()) {
      wrap(out, verdict.gained());
      out.append('\n');
    }
    out.append(styled("Did silver help? " + verdict.answer(), style)).append('\n');
    wrap(out, verdict.sentence());
    wrap(out, verdict.others());
  }

  /**
   * One line per metric and model: the paired difference, its interval, and what it allows to say.
   */
  private void differences(StringBuilder out, Evaluation evaluation) {
    List<PairedDifference> differences = evaluation.differences();
    if (differences.isEmpty()) {
      return;
    }
    int width =
        Math.min(
            NAME_WIDTH,
            differences.stream().mapToInt(d -> Math.max(length(d.to()), 5)).max().orElse(0));
    differenceLine(
        out,
        "Minus " + differences.get(0).from(),
        "Model",
        width,
        List.of("Difference", evaluation.level() + " interval", "Significant"),
        BOLD);
    for (Metric metric : evaluation.headlines()) {
      for (PairedDifference difference : differences) {
        if (difference.metric().equals(metric.id())) {
          differenceLine(
              out,
              metric.label(),
              difference.to(),
              width,
              List.of(
                  Display.signed(difference.difference()),
                  Display.interval(difference),
                  significance(difference)),
              "");
        }
      }
    }
  }

  private static String significance(PairedDifference difference) {
    return switch (difference.outcome()) {
      case BETTER, WORSE -> "yes, " + difference.outcome().text();
      case UNDECIDED -> "no";
      case UNKNOWN -> "not known";
    };
  }

  private void differenceLine(
      StringBuilder out, String metric, String model, int width, List<String> cells, String style) {
    String line =
        padded(metric, METRIC_WIDTH, false)
            + "  "
            + padded(model, width, false)
            + padded(cells.get(0), DIFFERENCE_WIDTH, true)
            + padded(cells.get(1), INTERVAL_WIDTH, true)
            + "  "
            + cells.get(2);
    out.append(styled(line.stripTrailing(), style)).append('\n');
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
