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
 * What triplets are made of: premises with the hypotheses that they entail.
 *
 * @param entailed columns anchor_id and positive_id, one row per labelled entailment
 * @param corpus column id: texts that may be negatives, besides the positives
 * @param anchors columns id and text of the premises, with repeats
 * @param hypotheses columns id and text of positives and corpus, with repeats
 * @param isEmpty whether there is no entailment
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
    Dataset<Row> rows = inputs.labelledNli();
    Dataset<Row> entailed = rows.where(col("label").equalTo(NliLabel.ENTAILMENT.number()));
    Dataset<Row> pairs =
        entailed.select(
            StableId.of(col("premise")).as("anchor_id"),
            StableId.of(col("hypothesis")).as("positive_id"));
    boolean all = context.get(MineSettings.CORPUS).equals("hypotheses");
    Dataset<Row> hypotheses = MineInputs.texts(all ? rows : entailed, "hypothesis");
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
