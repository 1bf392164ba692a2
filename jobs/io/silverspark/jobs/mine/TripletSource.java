package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.col;

import io.silverspark.jobs.config.MineSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.StableId;
import io.silverspark.model.data.NliLabel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What triplets are made of: anchors with their positives, and texts that may be negatives. Of NLI
 * premises are the anchors and what they entail the positives.
 *
 * @param entailed columns anchor_id and positive_id, one row per labelled pair
 * @param corpus column id: texts that may be negatives, besides the positives
 * @param anchors columns id and text of the anchors, with repeats
 * @param hypotheses columns id and text of positives and corpus, with repeats
 * @param isEmpty whether there is no such pair
 */
record TripletSource(
    Dataset<Row> entailed,
    Dataset<Row> corpus,
    Dataset<Row> anchors,
    Dataset<Row> hypotheses,
    boolean isEmpty) {
  /** The rows of which a triplet may come. */
  static final Column IS_APART = col("anchor_id").notEqual(col("positive_id"));

  static TripletSource of(JobContext context, MineInputs inputs) {
    Dataset<Row> rows = inputs.labelledPairs();
    Dataset<Row> entailed = rows.where(col("label").equalTo(NliLabel.ENTAILMENT.number()));
    Dataset<Row> pairs =
        entailed.select(
            StableId.of(col("premise")).as("anchor_id"),
            StableId.of(col("hypothesis")).as("positive_id"));
    boolean all = MineSettings.minesHypotheses(context.settings());
    Dataset<Row> positives = MineInputs.texts(all ? rows : entailed, "hypothesis");
    Dataset<Row> hypotheses =
        inputs
            .corpus()
            .map(texts -> positives.union(MineInputs.texts(texts, "text")))
            .orElse(positives);
    return new TripletSource(
        pairs,
        hypotheses.select("id").distinct(),
        MineInputs.texts(entailed, "premise"),
        hypotheses,
        pairs.isEmpty());
  }

  /** The rows whose anchor and positive differ. */
  Dataset<Row> pairs() {
    return entailed.where(IS_APART);
  }

  /** The same with one id for texts that the model cannot tell apart. */
  TripletSource of(SameTexts same) {
    return new TripletSource(
        same.replace(entailed, "anchor_id", "positive_id"),
        same.replace(corpus, "id").distinct(),
        same.replace(anchors, "id"),
        same.replace(hypotheses, "id"),
        isEmpty);
  }
}
