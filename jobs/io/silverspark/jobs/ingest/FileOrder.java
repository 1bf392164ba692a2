package io.silverspark.jobs.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.silverspark.model.error.UserException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Numbers the rows of a split through all its files. */
final class FileOrder {
  private FileOrder() {}

  /** Adds {@code row}: position in the split, from 0; rows after the cut are left out. */
  static Dataset<Row> numbered(
      Dataset<Row> rows, List<FileSummary> summaries, List<SourceFile> files) {
    Column offset = lit(0L);
    Map<String, Long> before = new HashMap<>();
    for (FileSummary file : summaries) {
      String split = file.target() + "/" + file.split();
      long first = before.getOrDefault(split, 0L);
      if (first > 0) {
        offset = when(isIn(file), first).otherwise(offset);
      }
      before.put(split, first + file.positions());
    }
    Column kept = lit(true);
    for (SourceFile file : files) {
      if (file.mostRows() != Long.MAX_VALUE && file.order() == 0) {
        Column isOther =
            col("target")
                .notEqual(file.rows().table().name())
                .or(col("split").notEqual(file.split()));
        kept = kept.and(isOther.or(col("row").lt(file.mostRows())));
      }
    }
    return rows.withColumn("row", col("position").plus(offset)).where(kept);
  }

  /**
   * Refuses files without any row.
   *
   * @throws UserException naming the first such file
   */
  static void requireRows(List<SourceFile> files, List<FileSummary> summaries) {
    for (SourceFile file : files) {
      boolean found = summaries.stream().anyMatch(s -> isOf(s, file));
      if (!found) {
        throw new UserException(file.source() + " has no rows. Nothing was written.");
      }
    }
  }

  private static boolean isOf(FileSummary summary, SourceFile file) {
    return summary.target().equals(file.rows().table().name())
        && summary.split().equals(file.split())
        && summary.file() == file.order();
  }

  private static Column isIn(FileSummary file) {
    return col("target")
        .equalTo(file.target())
        .and(col("split").equalTo(file.split()))
        .and(col("file").equalTo(file.file()));
  }
}
