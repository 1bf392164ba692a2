package io.silverspark.jobs.table;

import static org.apache.spark.sql.functions.bit_xor;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Number of rows and two sums over their hashes: equal for equal rows in whatever order. Needs no
 * shuffle, unlike finding the differences.
 */
public record RowChecksum(long rows, BigDecimal total, long xor) {
  /** Of all columns; nulls count. */
  public static RowChecksum of(Dataset<Row> rows) {
    Column[] parts =
        Arrays.stream(rows.columns())
            .flatMap(name -> Stream.of(col(name), col(name).isNull()))
            .toArray(Column[]::new);
    Row totals =
        rows.select(xxhash64(parts).as("hash"))
            .agg(count(lit(1)), sum(col("hash").cast("decimal(20,0)")), bit_xor(col("hash")))
            .first();
    return totals.getLong(0) == 0
        ? new RowChecksum(0, BigDecimal.ZERO, 0)
        : new RowChecksum(totals.getLong(0), totals.getDecimal(1), totals.getLong(2));
  }
}
