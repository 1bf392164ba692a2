package io.silverspark.jobs.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import io.silverspark.jobs.config.DataKind;
import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.ingest.CheckedRow.State;
import io.silverspark.jobs.run.JobContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.feature.HashingTF;
import org.apache.spark.ml.feature.MinHashLSH;
import org.apache.spark.ml.feature.MinHashLSHModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Keeps evaluation texts out of training: training rows with a text of a validation or test row, of
 * whatever kind, are left out. Texts are compared without case, punctuation and white space; {@code
 * near} also leaves out those whose runs of three words have a Jaccard similarity of {@code
 * data.nearSimilarity} or more, found by MinHash (Broder 1997) as Spark ML has it.
 *
 * @param rows what is left, stored until {@link #close}
 * @param removed training rows that were left out, by the table that they would have gone to
 */
record Decontamination(Dataset<Row> rows, Map<String, Long> removed) implements AutoCloseable {
  /** Words of a run; shorter texts are one run. */
  private static final int RUN = 3;

  private static final int HASH_TABLES = 8;
  private static final int FEATURES = 1 << 20;
  private static final long SEED = 1;

  /**
   * Compares the good rows as the settings say.
   *
   * @param rows numbered
   */
  static Decontamination of(JobContext context, Dataset<Row> rows) {
    String kind = context.get(DataSettings.DECONTAMINATION);
    if (kind.equals("none")) {
      return new Decontamination(rows, Map.of());
    }
    Column good = col("state").equalTo(State.GOOD.name());
    Column isTraining = good.and(col("split").equalTo(DataKind.TRAIN));
    Dataset<Row> marked =
        rows.withColumn("first_plain", plain("first")).withColumn("second_plain", plain("second"));
    Dataset<Row> training = marked.where(isTraining);
    Dataset<Row> evaluated = texts(marked.where(good.and(not(isTraining))));
    Dataset<Row> found =
        kind.equals("exact")
            ? evaluated
            : evaluated.union(near(context, texts(training), evaluated)).distinct();
    Dataset<Row> removed = found.persist(StorageLevel.MEMORY_AND_DISK()); // joined twice
    Dataset<Row> kept = without(without(training, removed, "first_plain"), removed, "second_plain");
    Dataset<Row> all =
        marked
            .where(not(isTraining))
            .unionByName(kept)
            .drop("first_plain", "second_plain")
            .persist(StorageLevel.MEMORY_AND_DISK());
    Map<String, Long> counts = counts(rows.where(isTraining));
    counts(all.where(isTraining)).forEach((table, left) -> counts.merge(table, -left, Long::sum));
    removed.unpersist();
    return new Decontamination(all, counts);
  }

  private static Dataset<Row> without(Dataset<Row> rows, Dataset<Row> texts, String column) {
    return rows.join(texts, rows.col(column).equalTo(texts.col("text")), "left_anti");
  }

  /** Texts of training rows that are almost an evaluation text. */
  private static Dataset<Row> near(
      JobContext context, Dataset<Row> training, Dataset<Row> evaluated) {
    HashingTF hashing =
        new HashingTF().setInputCol("runs").setOutputCol("features").setNumFeatures(FEATURES);
    Dataset<Row> trained = hashing.transform(runs(training));
    Dataset<Row> known = hashing.transform(runs(evaluated));
    MinHashLSHModel model =
        new MinHashLSH()
            .setInputCol("features")
            .setOutputCol("hashes")
            .setNumHashTables(HASH_TABLES)
            .setSeed(SEED)
            .fit(known);
    double farthest = 1 - context.get(DataSettings.NEAR_SIMILARITY) + 1e-9;
    return model
        .approxSimilarityJoin(trained, known, farthest)
        .select(col("datasetA.text").as("text"))
        .distinct();
  }

  /** Adds the runs of words of each text. */
  private static Dataset<Row> runs(Dataset<Row> texts) {
    return texts.withColumn(
        "runs",
        expr(
            "transform(sequence(0, greatest(size(split(text, ' ')) - %1$d, 0)), i -> array_join(slice(split(text, ' '), i + 1, %1$d), ' '))"
                .formatted(RUN)));
  }

  /** Column text: what texts are compared by, each once. */
  private static Dataset<Row> texts(Dataset<Row> marked) {
    return marked
        .select(explode(array(col("first_plain"), col("second_plain"))).as("text"))
        .where("text <> ''")
        .distinct();
  }

  /** Words in lower case with one space between them; texts without any word as they are. */
  private static Column plain(String column) {
    Column words = trim(regexp_replace(lower(col(column)), "[^\\p{L}\\p{N}\\p{M}]+", " "));
    return when(words.equalTo(""), trim(col(column))).otherwise(words);
  }

  private static Map<String, Long> counts(Dataset<Row> rows) {
    Map<String, Long> counts = new TreeMap<>();
    rows.groupBy("target")
        .count()
        .collectAsList()
        .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
    return counts;
  }

  /** What is told, one line a table. */
  List<String> remarks() {
    return removed.entrySet().stream()
        .filter(table -> table.getValue() > 0)
        .map(
            table ->
                String.format(
                    Locale.ROOT,
                    "%s: %,d training rows left out, since evaluation rows have their texts",
                    table.getKey(),
                    table.getValue()))
        .toList();
  }

  @Override
  public void close() {
    if (!removed.isEmpty()) {
      rows.unpersist();
    }
  }
}
