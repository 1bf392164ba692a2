package io.silverspark.jobs.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;

import io.silverspark.jobs.files.LayoutException;
import io.silverspark.jobs.ingest.CheckedRow.State;
import io.silverspark.jobs.run.ComputedRows;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The files of one batch. One file must not stop a stream: a file that cannot be read to its end
 * becomes one malformed row, which says why, and none of its other rows arrives. So it can be
 * mended and come again under another name.
 *
 * @param files each at the place of its {@link SourceFile#order}
 */
record FollowedFiles(SparkSession spark, List<SourceFile> files) {

  /** Their rows, checked; in the columns of {@link SourceRows#SCHEMA}. */
  ComputedRows rows() {
    if (files.isEmpty()) {
      return ComputedRows.of(rows(List.of()));
    }
    ComputedRows read = ComputedRows.of(SourceRows.read(spark, files, this::unopened));
    List<Row> unreadable =
        read.rows()
            .where(col("state").equalTo(State.UNREADABLE.name()))
            .groupBy("file")
            .agg(min("reason"))
            .collectAsList();
    if (unreadable.isEmpty()) {
      return read;
    }
    Object[] left = unreadable.stream().map(row -> row.getInt(0)).toArray();
    List<Row> refused =
        unreadable.stream()
            .map(row -> SourceRows.malformed(files.get(row.getInt(0)), row.getString(1)))
            .toList();
    try (read) {
      return ComputedRows.of(
          read.rows().where(not(col("file").isin(left))).unionByName(rows(refused)));
    }
  }

  private Dataset<Row> unopened(SourceFile file, LayoutException problem) {
    return rows(List.of(SourceRows.unreadable(file, problem.getMessage())));
  }

  private Dataset<Row> rows(List<Row> rows) {
    return spark.createDataFrame(rows, SourceRows.SCHEMA);
  }
}
