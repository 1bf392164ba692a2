package io.silverspark.jobs.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SparkFixture;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class FileOrderTest {
  private static final int FILES = 5000;

  @Test
  void rowsOfThousandsOfFiles_areNumberedThroughThem(SparkSession spark) {
    assertThat(rows(spark, FileFormat.PARQUET, col("id").mod(3)))
        .containsExactlyElementsOf(LongStream.range(0, 3 * FILES).boxed().toList());
  }

  @Test
  void rowsOfThousandsOfRelations_areNumberedThroughThem(SparkSession spark) {
    assertThat(rows(spark, FileFormat.ORC, lit(null).cast("bigint")))
        .containsExactlyElementsOf(LongStream.range(0, 3 * FILES).boxed().toList());
  }

  /** Numbers of three rows of each file, by file and place. */
  private static List<Long> rows(SparkSession spark, FileFormat format, Column position) {
    List<SourceFile> files =
        IntStream.range(0, FILES)
            .mapToObj(
                file ->
                    new SourceFile(
                        RowFormat.PAIRS,
                        format,
                        "train",
                        "/part-%05d".formatted(file),
                        "part-%05d".formatted(file),
                        file,
                        Long.MAX_VALUE,
                        new SourceFile.Mapping(Map.of(), "", Map.of(), Map.of())))
            .toList();
    Dataset<Row> rows =
        spark
            .range(3 * FILES)
            .withColumn("file", col("id").divide(3).cast("int"))
            .selectExpr(
                "*",
                "'pairs' AS target",
                "'train' AS split",
                "format_string('part-%05d', file) AS source",
                "'GOOD' AS state",
                "id AS line",
                "string(id) AS first",
                "string(id) AS second",
                "string(null) AS label",
                "string(null) AS key",
                "string(null) AS reason",
                "string(null) AS raw")
            .withColumn("position", position);
    return FileOrder.numbered(rows, files, FileSummary.of(rows))
        .orderBy("file", "row")
        .select("row")
        .as(Encoders.LONG())
        .collectAsList();
  }
}
