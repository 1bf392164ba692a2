package io.silverspark.jobs.silver;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SparkFixture;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class SilverLabelsTest {
  private static final List<Row> OUTPUTS =
      List.of(RowFactory.create(0.49f, 1), RowFactory.create(0.5f, 1), RowFactory.create(0.4f, 0));

  private static List<Object> labels(SparkSession spark, Column label) {
    StructType schema = StructType.fromDDL("probability float, class int");
    return spark.createDataFrame(OUTPUTS, schema).select(label).collectAsList().stream()
        .map(row -> row.get(0))
        .toList();
  }

  @Test
  void hard_oneLabel_isMatchFromHalfOn(SparkSession spark) {
    assertThat(labels(spark, SilverLabels.hard(1))).containsExactly(0f, 1f, 0f);
  }

  @Test
  void hard_threeLabels_isMatchWhereEntailmentIsMostProbable(SparkSession spark) {
    assertThat(labels(spark, SilverLabels.hard(3))).containsExactly(0f, 0f, 1f);
  }

  @Test
  void nliClass_onlyOfThreeLabels(SparkSession spark) {
    assertThat(labels(spark, SilverLabels.nliClass(3))).containsExactly(1, 1, 0);
    assertThat(labels(spark, SilverLabels.nliClass(2))).isEqualTo(Arrays.asList(null, null, null));
  }
}
