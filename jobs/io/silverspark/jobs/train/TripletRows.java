package io.silverspark.jobs.train;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;

import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.model.config.Setting;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.columns.PairScoring;
import io.silverspark.udfs.serving.EncodeSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The mined triplets as rows of an anchor, its positive and one or more negatives, where asked for
 * with the margins that a cross-encoder sees between positive and negatives.
 */
final class TripletRows {
  private static final String EMPTY =
      "triplets in %s is empty: 'mine' found none; its output says why. Loosen its settings and run"
          + " it again.";
  private static final String TOO_FEW =
      "no anchor in %1$s has %2$d negatives, as %3$s asks; lower it, or run 'mine' with"
          + " mine.negativesPerAnchor = %2$d";

  private TripletRows() {}

  /**
   * The rows of a table, see {@link ExampleRows}.
   *
   * @param perRow how many negatives a row has; anchors with fewer are left out
   * @param teacher a cross-encoder that scores the triplets on the executors; null: no labels
   */
  static ExampleRows of(
      JobContext context, StoredTable table, Setting<Integer> perRow, EncodeSpec teacher) {
    int negatives = context.get(perRow);
    long triplets = count(table);
    Dataset<Row> mined = mined(table);
    Dataset<Row> counted = rows(mined.withColumn("margin", lit(0f)), negatives);
    Dataset<Row> rows = teacher == null ? counted : rows(scored(mined, teacher), negatives);
    return new ExampleRows(
        teacher == null ? rows.withColumn("labels", ExampleRows.NO_LABELS) : rows,
        triplets,
        negatives == 1 ? () -> triplets : counted::count,
        () -> TOO_FEW.formatted(table.path(), negatives, perRow));
  }

  private static Dataset<Row> mined(StoredTable table) {
    return table.read().select("row", "anchor", "positive", "negative");
  }

  /** The number of triplets, at least 1. */
  private static long count(StoredTable table) {
    long triplets = table.count();
    if (triplets == 0) {
      throw new UserException(EMPTY.formatted(table.path()));
    }
    return triplets;
  }

  /**
   * The texts of each anchor as pairs with label 1 or 0, each once: output format "labeled-pair" of
   * mine_hard_negatives.
   */
  static ExampleRows labelledPairs(StoredTable table) {
    long triplets = count(table);
    Column place = col("place");
    Dataset<Row> rows =
        mined(table)
            .select(
                col("row"),
                posexplode(
                        array(
                            array(col("anchor"), col("positive")),
                            array(col("anchor"), col("negative"))))
                    .as(new String[] {"place", "texts"}))
            .groupBy("texts")
            .agg(min(struct(col("row"), place)).as("position"))
            .select(
                col("position"),
                col("texts"),
                array(lit(1).minus(col("position").getField("place")).cast("float")).as("labels"));
    return new ExampleRows(rows, 2 * triplets, rows::count, () -> EMPTY.formatted(table.path()));
  }

  /**
   * Each anchor with a positive, label 1, and all its negatives, label 0: output format
   * "labeled-list" of mine_hard_negatives.
   */
  static ExampleRows lists(StoredTable table) {
    long triplets = count(table);
    Column negatives = col("found").getField("negative");
    Dataset<Row> rows =
        grouped(mined(table).withColumn("margin", lit(0f)))
            .select(
                col("position"),
                concat(array(col("anchor"), col("positive")), negatives).as("texts"),
                concat(array(lit(1f)), transform(negatives, negative -> lit(0f))).as("labels"));
    return new ExampleRows(rows, triplets, rows::count, () -> EMPTY.formatted(table.path()));
  }

  private static Dataset<Row> scored(Dataset<Row> mined, EncodeSpec teacher) {
    Dataset<Row> positives =
        PairScoring.scorePairs(mined, "anchor", "positive", "positive_label", teacher);
    return PairScoring.scorePairs(positives, "anchor", "negative", "negative_label", teacher)
        .withColumn("margin", col("positive_label").minus(col("negative_label")));
  }

  /**
   * Triplets as rows of several negatives.
   *
   * @param mined columns row, anchor, positive, negative, margin
   * @return position, texts, labels (the margins)
   */
  static Dataset<Row> rows(Dataset<Row> mined, int negatives) {
    if (negatives == 1) {
      return mined.select(
          col("row").as("position"),
          array(col("anchor"), col("positive"), col("negative")).as("texts"),
          array(col("margin")).as("labels"));
    }
    Column found = col("found");
    return grouped(mined)
        .where(size(found).geq(negatives))
        .withColumn("found", slice(found, 1, negatives))
        .select(
            col("position"),
            concat(array(col("anchor"), col("positive")), found.getField("negative")).as("texts"),
            found.getField("margin").as("labels"));
  }

  private static Dataset<Row> grouped(Dataset<Row> mined) {
    return mined
        .groupBy("anchor", "positive")
        .agg(
            min("row").as("position"),
            sort_array(collect_list(struct("row", "negative", "margin"))).as("found"));
  }

  /** The cross-encoder of {@code train.teacher}, or the run's own. */
  static EncodeSpec teacher(JobContext context) {
    String reference = context.get(TrainSettings.TEACHER);
    if (reference.isBlank()) {
      Path own = RunLayout.of(context).model(RunLayout.CROSS_ENCODER);
      if (!Files.isDirectory(own)) {
        throw new UserException(
            "%s needs a cross-encoder: set train.teacher, or run 'train-cross' first; there is none in %s"
                .formatted(context.get(TrainSettings.LOSS), own));
      }
      reference = own.toString();
    }
    return EncodeSpec.of(reference)
        .withMatchClass(context.get(TrainSettings.MATCH_CLASS))
        .withPrecision(context.get(CrossSettings.PLAN.precision()))
        .withDevice(context.get(ModelSettings.DEVICE))
        .withMaxSequenceLength(context.get(ModelSettings.MAX_SEQ_LENGTH));
  }
}
