package io.silverspark.jobs.train;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.data.NliLabel;
import io.silverspark.model.data.RankedDocuments;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.DataShape;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.udfs.columns.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * The examples of a data set as Spark computes them, in an order that depends on nothing but the
 * rows and the seed.
 *
 * @param rows {@code position} (the order; different for each row), {@code texts} (array of
 *     strings) and {@code labels} (array of floats, or null); of lists the texts are the query and
 *     its documents, with a label for each document
 * @param atMost number of rows or more, known without looking
 * @param counted number of rows
 * @param whyEmpty what to tell where there is none
 */
record ExampleRows(
    Dataset<Row> rows, long atMost, LongSupplier counted, Supplier<String> whyEmpty) {
  static final Column NO_LABELS = lit(null).cast("array<float>");

  /**
   * What examples are when they are all on the driver.
   *
   * @param texts by column, then by example
   * @param labels by example; null: none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Collected(List<List<String>> texts, float[][] labels) {}

  /**
   * The examples of a data set in the shape that its loss takes.
   *
   * @throws UserException if its tables hold no row that the loss can use
   */
  static ExampleRows of(BiEncoderDataset data) {
    TableStore tables = TableStore.of(data.context());
    return switch (data.source()) {
      case TRIPLETS -> triplets(data, tables.table(TripletsTable.DEFINITION));
      case INTENTS -> intents(data, tables.table(IntentsTable.DEFINITION));
      case GOLD -> pairs(data, GoldPairs.of(data.context()), null);
      case GOLD_SILVER ->
          pairs(data, GoldPairs.of(data.context()), tables.table(SilverPairsTable.DEFINITION));
      case DATASETS -> throw new IllegalStateException("a data set holds no other ones");
    };
  }

  private static ExampleRows pairs(BiEncoderDataset data, GoldPairs gold, StoredTable silver) {
    long silverRows = silver == null ? 0 : silver.count();
    if (silver != null && silverRows == 0) {
      throw new UserException(
          "silver_pairs in %s is empty: 'label' kept no pair. See candidate_pairs and run it again."
              .formatted(silver.path()));
    }
    if (silver != null
        && data.shape() == DataShape.CLASSIFIED_PAIRS
        && !silver.read().where("label is null").isEmpty()) {
      throw new UserException(
          "train.loss = 'softmax' needs silver pairs with classes, but silver_pairs has none: set"
              + " cross.numLabels = 3 and run train-cross and label again");
    }
    Dataset<Row> rows = pairs(data, gold.positioned(), silver == null ? null : silver.read());
    long goldRows = gold.atMost();
    long times = silver == null ? 1 : data.context().get(TrainSettings.GOLD_REPEAT);
    long texts = data.shape() == DataShape.SENTENCES ? 2 : 1;
    return new ExampleRows(
        rows,
        texts * (times * goldRows + silverRows),
        rows::count,
        () ->
            "none of %d training pairs is an entailment or has a silver score above 0.5, and train.loss learns from pairs that mean the same"
                .formatted(gold.rows().count() + silverRows));
  }

  /**
   * Gold and silver pairs in the shape that the loss takes: gold ones first, beside silver ones as
   * often as {@code train.goldRepeat} says.
   *
   * @param gold position, id, sentence1, sentence2, score, label
   * @param silver the table; null: there are none
   */
  static Dataset<Row> pairs(BiEncoderDataset data, Dataset<Row> gold, Dataset<Row> silver) {
    int times = silver == null ? 1 : data.context().get(TrainSettings.GOLD_REPEAT);
    boolean classes = data.shape() == DataShape.CLASSIFIED_PAIRS;
    boolean all = data.context().get(TrainSettings.POSITIVES).equals("all");
    Dataset<Row> rows =
        gold.withColumn("copy", explode(sequence(lit(1), lit(times))))
            .select(
                struct(col("copy"), col("position").as("place")).as("position"),
                array(col("sentence1"), col("sentence2")).as("texts"),
                col(classes ? "label" : "score").cast("float").as("label"),
                lit(all).or(col("label").equalTo(NliLabel.ENTAILMENT.number())).as("positive"));
    if (silver != null) {
      Column score = col("score");
      Column label =
          switch (data.shape()) {
            case BINARY_PAIRS -> when(score.gt(0.5f), 1).otherwise(0);
            case CLASSIFIED_PAIRS -> col("label");
            default -> score;
          };
      rows =
          rows.union(
              silver.select(
                  struct(lit(times + 1), struct(lit(0L), col("id"))).as("position"),
                  array(col("sentence1"), col("sentence2")).as("texts"),
                  label.cast("float").as("label"),
                  lit(all).or(score.gt(0.5f)).as("positive")));
    }
    return switch (data.shape()) {
      case POSITIVE_PAIRS ->
          rows.where("positive").select(col("position"), col("texts"), NO_LABELS.as("labels"));
      case SENTENCES -> sentences(data, rows, false);
      default -> rows.select(col("position"), col("texts"), array(col("label")).as("labels"));
    };
  }

  private static ExampleRows triplets(BiEncoderDataset data, StoredTable table) {
    if (TrainingSource.areLabelledPairs(data.shape())) {
      return TripletRows.labelledPairs(table);
    }
    boolean withMargins = data.shape() == DataShape.TRIPLETS_WITH_MARGINS;
    ExampleRows all =
        TripletRows.of(
            data.context(),
            table,
            TrainSettings.HARD_NEGATIVES,
            withMargins ? TripletRows.teacher(data.context()) : null);
    return switch (data.shape()) {
      case SENTENCES -> {
        Dataset<Row> rows = sentences(data, all.rows, true);
        yield new ExampleRows(rows, 3 * all.atMost, rows::count, all.whyEmpty);
      }
      case POSITIVE_PAIRS -> {
        Dataset<Row> rows =
            all.rows
                .withColumn("texts", array(col("texts").getItem(0), col("texts").getItem(1)))
                .groupBy("texts")
                .agg(min("position").as("position"))
                .select(col("position"), col("texts"), NO_LABELS.as("labels"));
        yield new ExampleRows(rows, all.atMost, rows::count, all.whyEmpty);
      }
      default -> all;
    };
  }

  private static ExampleRows intents(BiEncoderDataset data, StoredTable table) {
    Dataset<Row> train = table.readNonEmpty("split = 'train'");
    List<String> names =
        train.select("intent").distinct().as(Encoders.STRING()).collectAsList().stream()
            .sorted()
            .toList();
    Dataset<Row> classes =
        train
            .sparkSession()
            .createDataFrame(
                IntStream.range(0, names.size())
                    .mapToObj(i -> RowFactory.create(names.get(i), (float) i))
                    .toList(),
                StructType.fromDDL("name string, class float"));
    Dataset<Row> rows =
        train
            .join(broadcast(classes), col("intent").equalTo(col("name")))
            .select(
                col("row").as("position"),
                array(col("text")).as("texts"),
                array(col("class")).as("labels"));
    Dataset<Row> shaped = data.shape() == DataShape.SENTENCES ? sentences(data, rows, false) : rows;
    return new ExampleRows(
        shaped, table.count(), shaped::count, () -> "the table intents has no text to train on");
  }

  /**
   * Each text once, without labels; twice in an example for ContrastiveTensionLossInBatchNegatives.
   *
   * @param byColumn whether the first texts of all rows come before the second ones
   */
  private static Dataset<Row> sentences(
      BiEncoderDataset data, Dataset<Row> rows, boolean byColumn) {
    Column text = col("text");
    Column place = col("place");
    boolean twice = data.loss() == NamedLoss.CONTRASTIVE_TENSION_IN_BATCH_NEGATIVES;
    return rows.select(col("position"), posexplode(col("texts")).as(new String[] {"place", "text"}))
        .groupBy("text")
        .agg(
            min(byColumn ? struct(place, col("position")) : struct(col("position"), place))
                .as("position"))
        .select(
            col("position"),
            (twice ? array(text, text) : array(text)).as("texts"),
            NO_LABELS.as("labels"));
  }

  /**
   * The examples on the driver, in their order.
   *
   * @throws UserException if there is none
   */
  Collected collect() {
    List<Row> collected = rows.orderBy("position").select("texts", "labels").collectAsList();
    if (collected.isEmpty()) {
      throw new UserException(whyEmpty.get());
    }
    int columns = collected.get(0).getList(0).size();
    List<List<String>> texts = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      int column = i;
      texts.add(collected.stream().map(row -> row.<String>getList(0).get(column)).toList());
    }
    boolean labelled = !collected.get(0).isNullAt(1);
    return new Collected(
        texts,
        labelled
            ? collected.stream().map(row -> Columns.floats(row, 1)).toArray(float[][]::new)
            : null);
  }

  /**
   * Queries with labelled documents on the driver, in their order.
   *
   * @throws UserException if there is none
   */
  List<RankedDocuments> collectLists() {
    List<Row> collected = rows.orderBy("position").select("texts", "labels").collectAsList();
    if (collected.isEmpty()) {
      throw new UserException(whyEmpty.get());
    }
    return collected.stream()
        .map(
            row -> {
              List<String> texts = row.getList(0);
              return new RankedDocuments(
                  texts.get(0), texts.subList(1, texts.size()), row.getList(1));
            })
        .toList();
  }
}
