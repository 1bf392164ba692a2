package io.silverspark.jobs.encode;

import io.silverspark.jobs.table.TableAddress;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How embeddings are written; known by the ending. */
enum OutputFormat {
  /** One local file, written by the driver. */
  JSON_LINES {
    @Override
    void write(Dataset<Row> rows, String output) {
      throw new IllegalStateException("JSON lines are written by EmbeddingLines");
    }
  },
  /** A Parquet directory, written by the executors. */
  PARQUET {
    @Override
    void write(Dataset<Row> rows, String output) {
      try {
        FileSystem files =
            new Path(output).getFileSystem(rows.sparkSession().sessionState().newHadoopConf());
        Path target = files.makeQualified(new Path(output));
        Path partial =
            new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID());
        try {
          rows.write().parquet(partial.toString());
          files.delete(target, true);
          if (!files.rename(partial, target)) {
            throw new IOException("cannot rename " + partial);
          }
        } finally {
          files.delete(partial, true);
        }
      } catch (IOException e) {
        throw new UserException(output + " cannot be written: " + e, e);
      }
    }
  },
  /** A Delta table, written by the executors. */
  DELTA {
    @Override
    void write(Dataset<Row> rows, String output) {
      new TableAddress(output)
          .save(rows.write().format("delta").mode("overwrite").option("overwriteSchema", "true"));
    }
  };

  /** Writes a table, replacing an older one; it is seen whole or not at all. */
  abstract void write(Dataset<Row> rows, String output);

  /**
   * The format of an output path.
   *
   * @throws UserException if the ending is another one
   */
  static OutputFormat of(String output) {
    if (TableAddress.isName(output)) {
      return DELTA;
    }
    String name = output.substring(output.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    if (name.endsWith(".jsonl")) {
      return JSON_LINES;
    }
    if (name.endsWith(".parquet")) {
      return PARQUET;
    }
    if (name.endsWith(".delta") || !name.contains(".")) {
      return DELTA;
    }
    throw new UserException(
        ("--output '%s': unknown ending. Allowed: .jsonl, .parquet, .delta or none (Delta table),"
                + " catalog:NAME.SCHEMA.TABLE.")
            .formatted(output));
  }
}
