package io.silverspark.jobs.encode;

import io.silverspark.jobs.files.TextFile;
import io.silverspark.jobs.files.TextSource;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.TextTable;
import io.silverspark.udfs.serving.HadoopModels;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The texts to embed: lines or rows of a local file, read here without Spark, or rows of a table.
 *
 * @param path of the file or table
 * @param column with the texts; unused by a file of lines
 */
record InputTexts(JobContext context, String path, String column) {
  static final TextTable TABLES = new TextTable("--input", "--column");

  private static final int CHUNK = 4096;

  /** The texts in order; the caller closes it. */
  TextSource source() {
    return isLocalText() ? TextFile.open(Path.of(path), column) : new TableColumn(rows(), column);
  }

  /** The rows of a table or file, with all their columns. */
  Dataset<Row> rows() {
    return TABLES.read(context.spark(), path, column);
  }

  /** How many texts there are. */
  long count() {
    if (!isLocalText()) {
      return rows().count();
    }
    long count = 0;
    try (TextSource texts = source()) {
      for (int read = -1; read != 0; count += read) {
        read = texts.next(CHUNK).size();
      }
    }
    return count;
  }

  private boolean isLocalText() {
    return TextFile.reads(path) && !HadoopModels.isRemote(path);
  }
}
