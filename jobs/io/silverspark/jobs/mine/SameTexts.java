package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.trim;

import io.silverspark.udfs.columns.TokenKeys;
import io.silverspark.udfs.serving.EncodeSpec;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Texts that the model cannot tell apart, such as "The cat" and "the cat" for an uncased tokenizer,
 * are one text: the smallest id of its kind stands for all. So a text is never its own negative,
 * nor paired with itself, in another spelling.
 *
 * @param aliases columns id and same_as, one row per text that another one stands for
 */
record SameTexts(CachedRows aliases) implements AutoCloseable {
  private static final String SAME_AS = "same_as";

  /**
   * Compares texts on the executors.
   *
   * @param texts columns id and text, with repeats; blank ones are left out
   * @param model whose tokenizer decides
   */
  static SameTexts of(Dataset<Row> texts, EncodeSpec model) {
    try (CachedRows keys = keys(texts, model)) {
      return of(keys);
    }
  }

  /** The same of keys that are kept for {@link #further}. */
  static SameTexts of(CachedRows keys) {
    return aliases(keys.rows(), first(keys.rows()));
  }

  /** Columns id and key of texts: what the model sees of them. */
  static CachedRows keys(Dataset<Row> texts, EncodeSpec model) {
    Dataset<Row> distinct =
        texts.where(length(trim(col("text"))).gt(0)).groupBy("id").agg(min("text").as("text"));
    return CachedRows.of(TokenKeys.add(distinct, "text", "key", model).select("id", "key"));
  }

  /**
   * Compares further texts with each other and with those of before, which stand for them.
   *
   * @param before keys of the others
   */
  static SameTexts further(Dataset<Row> texts, EncodeSpec model, CachedRows before) {
    try (CachedRows keys = keys(texts, model)) {
      Dataset<Row> known =
          before
              .rows()
              .join(keys.rows().select("key").distinct(), new String[] {"key"}, "left_semi");
      Dataset<Row> standing = first(known).withColumnRenamed(SAME_AS, "before");
      Dataset<Row> first =
          first(keys.rows())
              .join(standing, new String[] {"key"}, "left")
              .select(col("key"), coalesce(col("before"), col(SAME_AS)).as(SAME_AS));
      return aliases(keys.rows(), first);
    }
  }

  private static Dataset<Row> first(Dataset<Row> keys) {
    return keys.groupBy("key").agg(min("id").as(SAME_AS));
  }

  private static SameTexts aliases(Dataset<Row> keys, Dataset<Row> first) {
    return new SameTexts(
        CachedRows.of(
            keys.join(first, "key").where(col("id").notEqual(col(SAME_AS))).select("id", SAME_AS)));
  }

  /** How many texts another one stands for. */
  long count() {
    return aliases.count();
  }

  /** The rows with the ids that stand for those in some columns. */
  Dataset<Row> replace(Dataset<Row> rows, String... columns) {
    Dataset<Row> replaced = rows;
    for (String column : aliases.count() == 0 ? new String[0] : columns) {
      Dataset<Row> standing =
          aliases.rows().select(col("id").as("alias_id"), col(SAME_AS).as("alias_of"));
      replaced =
          replaced
              .join(standing, col(column).equalTo(col("alias_id")), "left")
              .withColumn(column, coalesce(col("alias_of"), col(column)))
              .drop("alias_id", "alias_of");
    }
    return replaced;
  }

  /** The same for pairs first_id and second_id; the smaller comes first. */
  Dataset<Row> replacePairs(Dataset<Row> pairs) {
    Column smaller = least(col("first_id"), col("second_id"));
    Column larger = greatest(col("first_id"), col("second_id"));
    return aliases.count() == 0
        ? pairs
        : replace(pairs, "first_id", "second_id")
            .withColumn("smaller_id", smaller)
            .withColumn("second_id", larger)
            .withColumn("first_id", col("smaller_id"))
            .drop("smaller_id");
  }

  @Override
  public void close() {
    aliases.close();
  }
}
