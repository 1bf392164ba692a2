package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.trim;

import io.silverspark.jobs.config.MineSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.run.RowCounter;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Distinct texts with their embeddings, computed once and kept across the executors until closed.
 * The texts are dealt to tasks by id and sorted, so a text always shares its batch with the same
 * others and its vector has the same bits, however the input was partitioned.
 *
 * @param rows columns id, text, embedding
 * @param count number of texts
 */
record EmbeddedTexts(Dataset<Row> rows, long count) implements AutoCloseable {
  private static final int ROWS_PER_TASK = 1024;

  /**
   * Embeds texts, showing progress.
   *
   * @param texts columns id and text; ids may repeat; blank texts are left out
   */
  static EmbeddedTexts of(JobContext context, Dataset<Row> texts, EncodeSpec model) {
    Dataset<Row> distinct =
        texts.where(length(trim(col("text"))).gt(0)).groupBy("id").agg(min("text").as("text"));
    try (CachedRows cached = CachedRows.of(distinct)) {
      return context.get(MineSettings.EMBEDDINGS).equals("table")
          ? new StoredEmbeddings(context, model).of(cached)
          : inMemory(context, cached, model);
    }
  }

  private static EmbeddedTexts inMemory(JobContext context, CachedRows texts, EncodeSpec model) {
    try (Progress progress = context.console().progress("mine: embed texts", texts.count());
        RowCounter counter = new RowCounter(context.spark(), progress)) {
      Dataset<Row> dealt = dealt(texts.rows(), texts.count());
      Dataset<Row> embedded =
          counter
              .counted(TextEmbedding.embed(dealt, "text", "embedding", model))
              .persist(StorageLevel.MEMORY_AND_DISK());
      embedded.count();
      return new EmbeddedTexts(embedded, texts.count());
    }
  }

  /** Texts dealt to tasks of about 1,024 by id, and sorted. */
  static Dataset<Row> dealt(Dataset<Row> texts, long count) {
    int tasks = Math.toIntExact(1 + count / ROWS_PER_TASK);
    return texts.repartition(tasks, col("id")).sortWithinPartitions("id");
  }

  /** Ids and vectors alone. */
  Dataset<Row> vectors() {
    return rows.select("id", "embedding");
  }

  /** The vectors of some of the texts. */
  Dataset<Row> vectors(Dataset<Row> ids) {
    return vectors().join(ids.select("id").distinct(), "id");
  }

  /** The vectors of some of the texts, with the texts. */
  Dataset<Row> withVectors(Dataset<Row> ids) {
    return rows.join(ids.select("id").distinct(), "id");
  }

  /** Adds the text that belongs to an id, as a column of the given name. */
  Dataset<Row> withText(Dataset<Row> data, String id, String name) {
    Dataset<Row> texts = rows.select(col("id").as("text_id"), col("text").as(name));
    return data.join(texts, col(id).equalTo(col("text_id"))).drop("text_id");
  }

  @Override
  public void close() {
    rows.unpersist();
  }
}
