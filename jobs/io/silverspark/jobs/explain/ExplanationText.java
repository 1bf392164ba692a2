package io.silverspark.jobs.explain;

import io.silverspark.jobs.explain.ModelOrigin.Score;
import io.silverspark.jobs.explain.ModelOrigin.TableOrigin;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An explanation for the terminal. */
final class ExplanationText {
  private final StringBuilder out = new StringBuilder();

  private ExplanationText() {}

  /**
   * The text of one model.
   *
   * @param tablesDir where its tables were looked for
   */
  static String of(ModelOrigin model, String tablesDir) {
    ExplanationText text = new ExplanationText();
    text.line(0, "%s  %s  %s".formatted(model.name(), model.kind(), model.id()));
    text.line(2, model.path());
    if (model.finished() != null) {
      text.line(2, "finished " + model.finished());
    }
    text.line(2, "made with");
    model
        .parents()
        .forEach(p -> text.line(4, "%s: %s %s".formatted(p.role(), p.model(), p.id()).strip()));
    text.line(2, "trained on, looked for in " + tablesDir);
    text.tables(4, model.tables());
    text.values("settings that differ from their defaults", model.settings());
    text.values("training", model.metrics());
    text.scores(model.evaluation());
    return text.out.toString().stripTrailing();
  }

  private void tables(int indent, List<TableOrigin> tables) {
    for (TableOrigin table : tables) {
      String rows =
          table.rows() == null ? "not there" : String.format(Locale.ROOT, "%,d rows", table.rows());
      String by =
          table.job() == null
              ? ""
              : ", by %s of run %s at %s".formatted(table.job(), table.run(), table.at());
      line(indent, "%s@%d: %s%s".formatted(table.table(), table.version(), rows, by));
      tables(indent + 2, table.inputs());
    }
  }

  private void values(String title, Map<String, String> values) {
    if (!values.isEmpty()) {
      line(2, title);
      values.forEach((key, value) -> line(4, key + " = " + value));
    }
  }

  private void scores(List<Score> scores) {
    if (!scores.isEmpty()) {
      line(2, "evaluation");
    }
    for (Score score : scores) {
      String interval =
          score.low() == null || score.high() == null
              ? ""
              : String.format(Locale.ROOT, " [%.4f, %.4f]", score.low(), score.high());
      line(
          4,
          String.format(
              Locale.ROOT,
              "%s %s = %.4f%s",
              score.dataset(),
              score.metric(),
              score.value(),
              interval));
    }
  }

  private void line(int indent, String text) {
    out.append(" ".repeat(indent)).append(text).append('\n');
  }
}
