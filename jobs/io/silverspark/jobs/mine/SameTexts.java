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
    Dataset<Row> distinct =
        texts.where(length(trim(col("text"))).gt(0)).groupBy("id").agg(min("text").as("text"));
    Dataset<Row> keyed = TokenKeys.add(distinct, "text", "key", model).select("id", "key");
    try (CachedRows keys = CachedRows.of(keyed)) {
      Dataset<Row> first = keys.rows().groupBy("key").agg(min("id").as(SAME_AS));
      return new SameTexts(
          CachedRows.of(
              keys.rows()
                  .join(first, "key")
                  .where(col("id").notEqual(col(SAME_AS)))
                  .select("id", SAME_AS)));
    }
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
