package io.silverspark.udfs.columns;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.spark_partition_id;
import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SparkFixture;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class BalancedRowsTest {
  /** 1,000 rows whose cost falls off steeply, all dear ones in one input partition. */
  private static Dataset<Row> rows(SparkSession spark, int partitions) {
    return spark
        .range(0, 1000, 1, partitions)
        .selectExpr("id", "cast(1000000 / (1 + id) as int) as cost");
  }

  private static List<Row> dealt(Dataset<Row> rows) {
    return BalancedRows.deal(rows, col("cost"), "id", 4)
        .withColumn("task", spark_partition_id())
        .collectAsList();
  }

  @Test
  void deal_skewedCosts_givesEachTaskItsShare(SparkSession spark) {
    Dataset<Row> tasks =
        BalancedRows.deal(rows(spark, 2).where("id > 4"), col("cost"), "id", 4)
            .withColumn("task", spark_partition_id())
            .groupBy("task")
            .agg(
                org.apache.spark.sql.functions.count("id").as("rows"),
                org.apache.spark.sql.functions.sum("cost").as("cost"));
    List<Row> found = tasks.orderBy("cost").collectAsList();

    assertThat(found).hasSize(4);
    assertThat(found).allMatch(task -> task.<Long>getAs("rows") >= 248);
    long least = found.get(0).getAs("cost");
    long most = found.get(3).getAs("cost");
    assertThat((double) most / least).isLessThan(1.1);
  }

  @Test
  void deal_manyTasks_givesEachAsManyRowsToWithinOne(SparkSession spark) {
    List<Row> tasks =
        BalancedRows.deal(rows(spark, 2), col("cost"), "id", 49)
            .groupBy(spark_partition_id())
            .count()
            .collectAsList();

    assertThat(tasks).hasSize(49).allMatch(task -> task.getLong(1) == 20 || task.getLong(1) == 21);
  }

  @Test
  void deal_otherPartitions_givesTheSameTasksInTheSameOrder(SparkSession spark) {
    assertThat(dealt(rows(spark, 3).repartition(5, col("cost")))).isEqualTo(dealt(rows(spark, 1)));
  }
}
