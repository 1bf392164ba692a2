package io.silverspark.jobs.distributed;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.model.error.UserException;
import java.time.Duration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class ClusterSlotsTest {
  @Test
  void require_dynamicAllocation_isRefused(SparkSession spark) {
    SparkContext context = spark.sparkContext();
    context.conf().set("spark.dynamicAllocation.enabled", "true");
    try {
      assertThatThrownBy(() -> slots(context, "cpu").require(2))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("does not work with spark.dynamicAllocation.enabled = true");
    } finally {
      context.conf().remove("spark.dynamicAllocation.enabled");
    }
  }

  @Test
  void require_noExecutors_saysHowManyAreMissing(SparkSession spark) {
    assertThatThrownBy(() -> slots(spark.sparkContext(), "cpu").require(2))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("train.ranks = 2 needs as many executors, found 0 executors");
  }

  @Test
  void require_gpusNotConfigured_namesTheSetting(SparkSession spark) {
    assertThatThrownBy(() -> slots(spark.sparkContext(), "cuda").require(2))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("spark.executor.resource.gpu.amount = 1 or more");
  }

  private static ClusterSlots slots(SparkContext context, String device) {
    return new ClusterSlots(context, device, Duration.ofSeconds(1));
  }
}
