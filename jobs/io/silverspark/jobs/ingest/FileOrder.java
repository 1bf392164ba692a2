package io.silverspark.jobs.ingest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.jobs.table.RowNumbers;
import io.silverspark.model.error.UserException;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    Map<FileSummary, Long> offsets = new LinkedHashMap<>();
    Map<String, Long> before = new HashMap<>();
    for (FileSummary file : summaries) {
      String split = file.target() + "/" + file.split();
      long first = before.getOrDefault(split, 0L);
      if (first > 0) {
        offsets.put(file, first);
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
        .withColumn("row", col("position").plus(ofFile(offsets)))
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
    Map<FileSummary, Long> first = new LinkedHashMap<>();
    long before = 0;
    for (FileSummary summary : summaries) {
      if (files.stream().anyMatch(file -> file.isUnordered() && isOf(summary, file))) {
        first.put(summary, before);
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
            .withColumn("position", col("number").minus(ofFile(first)))
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

  /** The number of a row's file, else 0: one array for each split, however many files it has. */
  private static Column ofFile(Map<FileSummary, Long> numbers) {
    int files = 1 + numbers.keySet().stream().mapToInt(FileSummary::file).max().orElse(0);
    Map<List<String>, long[]> bySplit = new LinkedHashMap<>();
    numbers.forEach(
        (file, number) ->
            bySplit
                    .computeIfAbsent(List.of(file.target(), file.split()), key -> new long[files])[
                    file.file()] =
                number);
    Column found = lit(0L);
    for (Map.Entry<List<String>, long[]> split : bySplit.entrySet()) {
      Column isIn =
          col("target")
              .equalTo(split.getKey().get(0))
              .and(col("split").equalTo(split.getKey().get(1)));
      Column number = get(lit(split.getValue()), col("file"));
      found = when(isIn, coalesce(number, lit(0L))).otherwise(found);
    }
    return found;
  }
}
