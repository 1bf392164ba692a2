package io.silverspark.udfs.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.model.encoder.PassClock.Passes;
import io.silverspark.udfs.columns.TextEmbedding;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class JobPassesTest {
  @Test
  void command_withTwoDatasets_isCountedTogether_andApartFromOthers(SparkSession spark) {
    spark.sparkContext().setJobGroup("encode of this test", "", false);
    try {
      embed(spark, 900);
      embed(spark, 600);
      Map<String, Passes> passes = JobPasses.ofCommand(spark);

      assertThat(passes).containsOnlyKeys("driver");
      assertThat(passes.get("driver").texts()).isEqualTo(1500);
      assertThat(passes.get("driver").firstTexts()).isBetween(1000L, 1500L);
      assertThat(passes.get("driver").firstRate())
          .hasValueSatisfying(rate -> assertThat(rate).isPositive());
      assertThat(passes.get("driver").shapes()).isPositive();

      spark.sparkContext().setJobGroup("another one", "", false);
      assertThat(JobPasses.ofCommand(spark)).isEmpty();
    } finally {
      spark.sparkContext().clearJobGroup();
    }
  }

  private static void embed(SparkSession spark, int rows) {
    TextEmbedding.embed(
            spark.range(rows).selectExpr("concat('row ', id) AS text").repartition(2),
            "text",
            "vector",
            EncodeSpec.of(NarrowModel.directory()))
        .write()
        .format("noop")
        .mode("overwrite")
        .save();
  }
}
