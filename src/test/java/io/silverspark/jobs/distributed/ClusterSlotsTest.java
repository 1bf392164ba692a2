package io.silverspark.jobs.distributed;

import static org.assertj.core.api.Assertions.assertThat;
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
      assertThatThrownBy(() -> slots(context, "cpu").require(new RankLayout(2, 1)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("does not work with spark.dynamicAllocation.enabled = true");
    } finally {
      context.conf().remove("spark.dynamicAllocation.enabled");
    }
  }

  @Test
  void require_noExecutors_saysHowManyAreMissing(SparkSession spark) {
    assertThatThrownBy(() -> slots(spark.sparkContext(), "cpu").require(new RankLayout(2, 1)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("train.ranks = 2 needs as many executors, found 0 executors");
  }

  @Test
  void require_gpusNotConfigured_namesTheSetting(SparkSession spark) {
    assertThatThrownBy(() -> slots(spark.sparkContext(), "cuda").require(new RankLayout(2, 1)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("spark.executor.resource.gpu.amount = 1 or more");
  }

  @Test
  void require_fewerGpusThanRanksInAnExecutor_namesBothNumbers(SparkSession spark) {
    SparkContext context = spark.sparkContext();
    context.conf().set(RankLayout.EXECUTOR_GPUS, "2");
    try {
      assertThatThrownBy(() -> slots(context, "cuda").require(new RankLayout(2, 4)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("spark.executor.resource.gpu.amount = 4 or more")
          .hasMessageContaining("found 2");
    } finally {
      context.conf().remove(RankLayout.EXECUTOR_GPUS);
    }
  }

  @Test
  void require_oneNamedGpuForSeveralRanks_isRefused(SparkSession spark) {
    assertThatThrownBy(() -> slots(spark.sparkContext(), "cuda:1").require(new RankLayout(1, 2)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "model.device = 'cuda:1' names one GPU, but each executor has 2 ranks");
  }

  @Test
  void layout_ofRanks_dividesThemEvenlyOrSaysWhyNot() {
    assertThat(RankLayout.of(8, 0, 1)).isEqualTo(new RankLayout(8, 1));
    assertThat(RankLayout.of(8, 0, 4)).isEqualTo(new RankLayout(2, 4));
    assertThat(RankLayout.of(2, 0, 8)).isEqualTo(new RankLayout(1, 2));
    assertThat(RankLayout.of(8, 2, 4)).isEqualTo(new RankLayout(4, 2));
    assertThatThrownBy(() -> RankLayout.of(6, 0, 4))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "train.ranks = 6 cannot be divided among executors of 4 ranks each"
                + " (spark.executor.resource.gpu.amount): needs a multiple of 4");
    assertThatThrownBy(() -> RankLayout.of(3, 2, 1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("(train.ranksPerExecutor): needs a multiple of 2");
  }

  private static ClusterSlots slots(SparkContext context, String device) {
    return new ClusterSlots(context, device, Duration.ofSeconds(1));
  }
}
