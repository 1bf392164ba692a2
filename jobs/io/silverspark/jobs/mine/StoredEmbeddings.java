package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.run.RowCounter;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.table.EmbeddingsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Embeds the texts that the table {@code embeddings} lacks, a chunk a commit: a job that was killed
 * has one chunk to do again, and a later one only the new texts. Two jobs that embed the same texts
 * at once leave them twice, which reading undoes.
 */
final class StoredEmbeddings {
  private static final int CHUNK_ROWS = 65_536;

  private final JobContext context;
  private final EncodeSpec spec;
  private final String model;
  private final StoredTable table;

  StoredEmbeddings(JobContext context, EncodeSpec spec) {
    this.context = context;
    this.spec = spec;
    Fingerprint fingerprint = new Fingerprint("embeddings");
    MiningModel.describe(spec, fingerprint);
    this.model = fingerprint.digest();
    this.table = TableStore.of(context).table(EmbeddingsTable.DEFINITION);
  }

  /**
   * Embeddings of all texts.
   *
   * @param texts columns id and text, ids distinct; stored
   */
  EmbeddedTexts of(CachedRows texts) {
    table.createIfAbsent();
    try (CachedRows missing =
        CachedRows.of(texts.rows().join(known().select("id"), new String[] {"id"}, "left_anti"))) {
      if (missing.count() < texts.count()) {
        context
            .console()
            .tell(
                String.format(
                    Locale.ROOT,
                    "mine: %,d of %,d texts are in the table embeddings already",
                    texts.count() - missing.count(),
                    texts.count()));
      }
      embed(missing);
    }
    Dataset<Row> rows =
        known()
            .join(texts.rows().select("id"), new String[] {"id"}, "left_semi")
            .dropDuplicates("id")
            .select("id", "text", "embedding")
            .persist(StorageLevel.MEMORY_AND_DISK());
    return new EmbeddedTexts(rows, texts.count());
  }

  private Dataset<Row> known() {
    return table.read().where(col("model").equalTo(model));
  }

  private void embed(CachedRows missing) {
    int chunks = Math.toIntExact((missing.count() + CHUNK_ROWS - 1) / CHUNK_ROWS);
    // A series of its own: another job that embeds other texts may have begun at the same version.
    String writer = "embed-" + UUID.randomUUID();
    try (Progress progress = context.console().progress("mine: embed texts", missing.count());
        RowCounter counter = new RowCounter(context.spark(), progress)) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        Column inChunk = pmod(xxhash64(col("id")), lit(chunks)).equalTo(chunk);
        Dataset<Row> dealt =
            EmbeddedTexts.dealt(
                missing.rows().where(inChunk), Math.min(missing.count(), CHUNK_ROWS));
        Dataset<Row> embedded =
            counter
                .counted(TextEmbedding.embed(dealt, "text", "embedding", spec))
                .withColumn("model", lit(model));
        table.append(embedded, writer, chunk, Map.of());
      }
    }
  }
}
