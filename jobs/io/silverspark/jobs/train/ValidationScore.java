package io.silverspark.jobs.train;

import io.silverspark.jobs.config.ColumnPrompts;
import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.evaluation.RankCorrelation;
import io.silverspark.model.prompt.Prompt;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * Spearman correlation of the model's similarity with the gold scores of the STS validation split,
 * measured while training.
 *
 * @param first first sentences
 * @param second second sentences
 * @param gold their scores
 * @param firstPrompt in front of the first sentences
 * @param secondPrompt in front of the second ones
 */
record ValidationScore(
    List<String> first,
    List<String> second,
    List<Double> gold,
    Prompt firstPrompt,
    Prompt secondPrompt)
    implements Serializable {
  private static final String VALIDATION = "split = 'validation'";

  /** Empty if there is no validation split with at least two pairs. */
  static Optional<ValidationScore> rows(JobContext context) {
    StoredTable table = TableStore.of(context).table(StsPairsTable.DEFINITION);
    if (!table.exists()) {
      return Optional.empty();
    }
    List<Row> rows =
        table
            .read()
            .where(VALIDATION)
            .orderBy("row")
            .select("sentence1", "sentence2", "score")
            .collectAsList();
    return rows.size() < 2
        ? Optional.empty()
        : Optional.of(
            new ValidationScore(
                rows.stream().map(row -> row.getString(0)).toList(),
                rows.stream().map(row -> row.getString(1)).toList(),
                rows.stream().map(row -> row.getDouble(2)).toList(),
                prompt(context, 0),
                prompt(context, 1)));
  }

  /** That of training, or else that of the evaluation. */
  static Prompt prompt(JobContext context, int column) {
    return ColumnPrompts.of(context.settings(), ColumnPrompts.PAIRS.get(column))
        .map(Prompt::of)
        .orElseGet(() -> EvaluateSettings.PROMPT.of(context.settings()));
  }

  /** The score of a model with its present weights. */
  double spearman(SentenceEncoder encoder) {
    double[] scores =
        encoder
            .similarity()
            .ofRows(encoder.encode(first, firstPrompt), encoder.encode(second, secondPrompt));
    return RankCorrelation.spearman(
        scores, gold.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
