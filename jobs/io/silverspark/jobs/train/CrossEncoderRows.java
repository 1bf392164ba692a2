package io.silverspark.jobs.train;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.silverspark.jobs.config.CrossLossRules;
import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.GoldSettings;
import io.silverspark.jobs.gold.GoldPair;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.data.NliLabel;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ClassNames;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** The rows that a cross-encoder learns from as Spark computes them, see {@link ExampleRows}. */
final class CrossEncoderRows {
  private CrossEncoderRows() {}

  /**
   * The rows in the shape that {@code cross.loss} takes: pairs with a label; anchors with positive
   * and negatives, with the margins of a teacher or without labels; or queries with documents and
   * their labels.
   *
   * @param classes of the model, whose numbers labels are
   * @throws UserException if the loss does not fit the data
   */
  static ExampleRows of(JobContext context, ClassNames classes) {
    boolean mined = CrossSettings.takesTriplets(context.settings());
    return switch (CrossLossRules.loss(context.settings())) {
      case MULTIPLE_NEGATIVES_RANKING, CACHED_MULTIPLE_NEGATIVES_RANKING ->
          mined
              ? TripletRows.of(context, triplets(context), CrossSettings.HARD_NEGATIVES, null)
              : positives(context);
      case LAMBDA, RANK_NET, LIST_NET, LIST_MLE, P_LIST_MLE, ADR_MSE -> lists(context, mined);
      case MARGIN_MSE ->
          TripletRows.of(
              context,
              triplets(context),
              CrossSettings.HARD_NEGATIVES,
              CrossEncoderExamples.teacher(context));
      case BINARY_CROSS_ENTROPY, CROSS_ENTROPY, MSE ->
          mined ? labelled(context, classes) : scored(context, classes);
    };
  }

  static StoredTable triplets(JobContext context) {
    return TableStore.of(context).table(TripletsTable.DEFINITION);
  }

  private static ExampleRows positives(JobContext context) {
    requireOther(
        context,
        "sts",
        "it learns from positive pairs, and the data are scored pairs; use gold.source = nli, or one of BinaryCrossEntropyLoss, MSELoss");
    GoldPairs gold = GoldPairs.of(context);
    Dataset<Row> rows =
        gold.positioned()
            .where(col("label").equalTo(NliLabel.ENTAILMENT.number()))
            .select(
                col("position"),
                array(col("sentence1"), col("sentence2")).as("texts"),
                ExampleRows.NO_LABELS.as("labels"));
    return new ExampleRows(
        rows,
        gold.atMost(),
        rows::count,
        () ->
            "none of %d gold pairs is an entailment, and %s learns from positive pairs"
                .formatted(gold.rows().count(), CrossLossRules.loss(context.settings()).title()));
  }

  private static ExampleRows lists(JobContext context, boolean mined) {
    if (!context.get(CrossSettings.LISTS).isEmpty()) {
      return DocumentListTable.open(context).examples();
    }
    if (mined) {
      return TripletRows.lists(triplets(context));
    }
    requireOther(
        context,
        "sts",
        "it learns from document lists, and the data are scored pairs; set cross.lists, or use gold.source = nli, or one of BinaryCrossEntropyLoss, MSELoss");
    return DocumentListTable.ofGold(GoldPairs.of(context));
  }

  private static void requireOther(JobContext context, String source, String why) {
    if (context.get(GoldSettings.SOURCE).equals(source)) {
      throw new UserException(
          "cross.loss = '%s' does not fit gold.source = '%s': %s"
              .formatted(CrossLossRules.loss(context.settings()).title(), source, why));
    }
  }

  /** Mined pairs, positive or not, by the model's numbers for that. */
  private static ExampleRows labelled(JobContext context, ClassNames classes) {
    int match = classes.count() == 1 ? 1 : classes.match().orElseThrow();
    ExampleRows mined = TripletRows.labelledPairs(triplets(context));
    Column positive = col("labels").getItem(0).gt(0);
    Dataset<Row> rows =
        mined
            .rows()
            .withColumn("labels", array(when(positive, match).otherwise(1 - match).cast("float")));
    return new ExampleRows(rows, mined.atMost(), mined.counted(), mined.whyEmpty());
  }

  private static ExampleRows scored(JobContext context, ClassNames classes) {
    requireOther(
        context,
        "pairs",
        "it learns from scores or classes, and the data are positive pairs; use MultipleNegativesRankingLoss, or MarginMSELoss over mined triplets");
    GoldPairs gold = GoldPairs.of(context);
    requireDifferent(context, gold.rows(), classes.count());
    boolean both = context.get(CrossSettings.BOTH_ORDERS);
    Dataset<Row> rows = pairs(gold.positioned(), both, classes);
    return new ExampleRows(
        rows,
        (both ? 2 : 1) * gold.atMost(),
        rows::count,
        () -> {
          throw new IllegalStateException("there are two gold pairs or more");
        });
  }

  /**
   * Gold pairs with labels. Entailment has a direction, so only graded pairs are swapped.
   *
   * @param gold position, sentence1, sentence2, score, label
   * @param bothOrders whether a graded pair (A, B) is there as (B, A) too
   */
  static Dataset<Row> pairs(Dataset<Row> gold, boolean bothOrders, ClassNames classes) {
    Column graded = col("label").lt(0);
    Column orders =
        bothOrders ? when(graded, array(lit(0), lit(1))).otherwise(array(lit(0))) : array(lit(0));
    return gold.withColumn("order", explode(orders))
        .select(
            struct(col("position").as("place"), col("order")).as("position"),
            when(col("order").equalTo(0), array(col("sentence1"), col("sentence2")))
                .otherwise(array(col("sentence2"), col("sentence1")))
                .as("texts"),
            array(label(classes)).as("labels"));
  }

  /**
   * One label: the score; two: entailed or not; three: the NLI class, each by the model's number
   * for it.
   */
  static Column label(ClassNames classes) {
    Column label = col("label");
    Column own =
        switch (classes.count()) {
          case 1 -> col("score");
          case 2 -> {
            int match = classes.match().orElseThrow();
            yield when(label.equalTo(NliLabel.ENTAILMENT.number()), match).otherwise(1 - match);
          }
          default -> {
            List<NliLabel> order = classes.nliLabels().orElseThrow();
            yield functions.element_at(
                array(
                    List.of(NliLabel.values()).stream()
                        .map(each -> lit(order.indexOf(each)))
                        .toArray(Column[]::new)),
                label.plus(1));
          }
        };
    return own.cast("float");
  }

  /**
   * Refuses gold pairs that are too few or all equal, before they are doubled and scaled.
   *
   * @param gold score, label
   * @param labels outputs of the model
   */
  private static void requireDifferent(JobContext context, Dataset<Row> gold, int labels) {
    String table = context.get(GoldSettings.SOURCE) + "_pairs";
    Row all =
        gold.agg(functions.count(lit(1)), min("score"), max("score"), min("label"), max("label"))
            .first();
    long pairs = all.getLong(0);
    if (pairs < 2) {
      int limit = context.get(GoldSettings.ROWS);
      throw new UserException(
          "train-cross needs at least two gold pairs with different labels, but %s has %d in its split train%s"
              .formatted(table, pairs, limit == 1 ? " that gold.rows = 1 leaves" : ""));
    }
    int of = labels == 3 ? 3 : 1;
    if (all.get(of).equals(all.get(of + 1))) {
      throw new UserException(
          "train-cross has nothing to learn from: all %d gold pairs of %s %s, and it needs different labels"
              .formatted(pairs, table, words(all.getFloat(1), all.getInt(3), labels)));
    }
  }

  private static String words(float score, int label, int labels) {
    GoldPair pair = new GoldPair("", "", score, label);
    if (pair.isGraded()) {
      return "have the score %s of 5".formatted(Math.round(score * 500) / 100.0);
    }
    return labels == 3 || pair.isEntailment()
        ? "have the label %d".formatted(label)
        : "are no entailments";
  }
}
