package io.silverspark.jobs.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.jobs.table.RowNumbers;
import io.silverspark.model.error.UserException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Numbers the rows of a split through all its files. */
final class FileOrder {
  private FileOrder() {}

  /** Adds {@code row}: position in the split, from 0; rows after the cut are left out. */
  static Dataset<Row> numbered(
      Dataset<Row> rows, List<SourceFile> files, List<FileSummary> summaries) {
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
    return positioned(rows, files, summaries)
        .withColumn("row", col("position").plus(offset))
        .where(kept);
  }

  /**
   * Gives rows of relations, which have no order of their own, one by their content. The rows are
   * sorted across the executors.
   */
  private static Dataset<Row> positioned(
      Dataset<Row> rows, List<SourceFile> files, List<FileSummary> summaries) {
    if (files.stream().noneMatch(SourceFile::isUnordered)) {
      return rows;
    }
    Column first = lit(0L);
    long before = 0;
    for (FileSummary summary : summaries) {
      if (files.stream().anyMatch(file -> file.isUnordered() && isOf(summary, file))) {
        first = when(isIn(summary), before).otherwise(first);
        before += summary.rows();
      }
    }
    Column[] content = {col("first"), col("second"), col("label"), col("key"), col("raw")};
    Dataset<Row> sorted =
        rows.where(col("position").isNull())
            .orderBy(
                col("target"),
                col("split"),
                col("file"),
                xxhash64(content),
                col("first"),
                col("second"),
                col("label"),
                col("key"),
                col("raw"));
    Dataset<Row> relations =
        RowNumbers.add(sorted, "number")
            .withColumn("position", col("number").minus(first))
            .drop("number");
    return rows.where(col("position").isNotNull()).unionByName(relations);
  }

  /**
   * Refuses files without any row, and splits that nothing was held out for.
   *
   * @throws UserException naming the first such file
   */
  static void requireRows(List<SourceFile> files, List<FileSummary> summaries) {
    for (SourceFile file : files) {
      boolean found = summaries.stream().anyMatch(s -> isOf(s, file));
      if (!found) {
        throw new UserException(file.source() + " has no rows. Nothing was written.");
      }
      for (String split :
          file.order() == 0 ? file.mapping().heldOut().keySet() : Set.<String>of()) {
        if (summaries.stream().noneMatch(s -> isIn(s, file, split))) {
          throw new UserException(
              "%s: none of its rows became %s, by the share %s of data.%s.holdOut. It has too few rows, or too few groups. Nothing was written."
                  .formatted(
                      file.source(),
                      split,
                      file.mapping().heldOut().get(split),
                      file.rows().name().toLowerCase(Locale.ROOT)));
        }
      }
    }
  }

  private static boolean isIn(FileSummary summary, SourceFile file, String split) {
    return summary.target().equals(file.rows().table().name()) && summary.split().equals(split);
  }

  private static boolean isOf(FileSummary summary, SourceFile file) {
    return summary.target().equals(file.rows().table().name())
        && (summary.split().equals(file.split()) || file.isSplit())
        && summary.source().equals(file.source())
        && summary.file() == file.order();
  }

  private static Column isIn(FileSummary file) {
    return col("target")
        .equalTo(file.target())
        .and(col("split").equalTo(file.split()))
        .and(col("file").equalTo(file.file()));
  }
}
