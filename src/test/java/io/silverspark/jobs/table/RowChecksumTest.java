package io.silverspark.jobs.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SparkFixture;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class RowChecksumTest {
  @Test
  void of_rowsTwice_doNotCancelOut(SparkSession spark) {
    String first = content(spark, "('a'), ('a'), ('c')");
    assertThat(content(spark, "('c'), ('a'), ('a')")).as("in another order").isEqualTo(first);
    assertThat(content(spark, "('b'), ('b'), ('c')")).isNotEqualTo(first);
    assertThat(content(spark, "('a'), ('c'), (NULL)")).isNotEqualTo(first);
  }

  private static String content(SparkSession spark, String values) {
    return TextTable.content(spark.sql("SELECT * FROM VALUES " + values + " AS t(text)"));
  }
}
