package io.silverspark.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SparkFixture;
import io.silverspark.model.files.ClassNames;
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

  /** The order of most cross-encoders on the Hub. */
  private static final ClassNames HUB =
      new ClassNames(List.of("contradiction", "entailment", "neutral"));

  private static List<Object> labels(SparkSession spark, Column label) {
    StructType schema = StructType.fromDDL("probability float, class int");
    return spark.createDataFrame(OUTPUTS, schema).select(label).collectAsList().stream()
        .map(row -> row.get(0))
        .toList();
  }

  @Test
  void hard_oneLabel_isMatchFromHalfOn(SparkSession spark) {
    assertThat(labels(spark, SilverLabels.hard(ClassNames.ofNumber(1), 0)))
        .containsExactly(0f, 1f, 0f);
  }

  @Test
  void hard_threeLabels_isMatchWhereEntailmentIsMostProbable(SparkSession spark) {
    assertThat(labels(spark, SilverLabels.hard(ClassNames.nli(), 0))).containsExactly(0f, 0f, 1f);
    assertThat(labels(spark, SilverLabels.hard(HUB, 1))).containsExactly(1f, 1f, 0f);
  }

  @Test
  void nliClass_ofThreeLabels_isTheNumberOfTheName(SparkSession spark) {
    assertThat(labels(spark, SilverLabels.nliClass(ClassNames.nli()))).containsExactly(1, 1, 0);
    assertThat(labels(spark, SilverLabels.nliClass(HUB))).containsExactly(0, 0, 2);
  }

  @Test
  void nliClass_ofOtherClasses_isNull(SparkSession spark) {
    ClassNames grades = new ClassNames(List.of("bad", "fair", "good"));
    for (ClassNames other : List.of(ClassNames.ofNumber(2), grades)) {
      assertThat(labels(spark, SilverLabels.nliClass(other)))
          .isEqualTo(Arrays.asList(null, null, null));
    }
  }
}
