package io.silverspark.jobs.train;

import io.silverspark.jobs.config.ColumnPrompts;
import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.error.UserException;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.ValidationPairs;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** The STS validation split, which models are measured on while they are trained. */
final class StsValidation {
  private StsValidation() {}

  /** Empty if there is no validation split with at least two pairs. */
  private static Optional<ValidationPairs> pairs(JobContext context) {
    StoredTable table = TableStore.of(context).table(StsPairsTable.DEFINITION);
    if (!table.exists()) {
      return Optional.empty();
    }
    List<Row> rows =
        table
            .read()
            .where("split = 'validation'")
            .orderBy("row")
            .select("sentence1", "sentence2", "score")
            .collectAsList();
    return rows.size() < 2
        ? Optional.empty()
        : Optional.of(
            new ValidationPairs(
                rows.stream().map(row -> row.getString(0)).toList(),
                rows.stream().map(row -> row.getString(1)).toList(),
                rows.stream().map(row -> row.getDouble(2)).toList(),
                prompt(context, 0),
                prompt(context, 1)));
  }

  /**
   * The pairs of a training.
   *
   * @param settings group of its settings, for the message
   * @throws UserException if the plan evaluates on the way and there is nothing to evaluate on
   */
  static Optional<ValidationPairs> pairs(JobContext context, TrainingPlan plan, String settings) {
    Optional<ValidationPairs> pairs = pairs(context);
    if (pairs.isEmpty() && plan.evaluationSteps() > 0) {
      throw new UserException(
          "%s.evaluationSteps = %d needs STS validation pairs, but the table sts_pairs holds fewer than 2: ingest data.sts.validation, or set it to 0"
              .formatted(settings, plan.evaluationSteps()));
    }
    return pairs;
  }

  /** Adds the pairs where they decide which weights are kept: where a plan evaluates on the way. */
  static void describe(JobContext context, TrainingPlan plan, Fingerprint fingerprint) {
    StoredTable table = TableStore.of(context).table(StsPairsTable.DEFINITION);
    if (plan.evaluationSteps() > 0 && table.exists()) {
      fingerprint.input("validation pairs", table.version());
    }
  }

  /** That of training, or else that of the evaluation. */
  static Prompt prompt(JobContext context, int column) {
    return ColumnPrompts.of(context.settings(), ColumnPrompts.PAIRS.get(column))
        .map(Prompt::of)
        .orElseGet(() -> EvaluateSettings.PROMPT.of(context.settings()));
  }
}
