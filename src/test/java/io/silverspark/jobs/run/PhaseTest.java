package io.silverspark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;

/** What Spark's UI, its metrics and the logs see of a job. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
class PhaseTest {
  @Test
  void phase_withAModel_isDescribedAndCounted(SparkSession spark) throws Exception {
    Seen seen = new Seen();
    spark.sparkContext().addSparkListener(seen);
    JobContext context = SparkFixture.context(spark, "label");
    Dataset<Row> texts =
        spark
            .createDataset(List.of("short", "a text that is rather longer"), Encoders.STRING())
            .toDF("text")
            .coalesce(1);
    String before = spark.sparkContext().getLocalProperty("spark.job.description");
    try {
      context.phase(
          "chunk 1 of 2",
          () -> {
            assertThat(MDC.get("phase")).isEqualTo("chunk 1 of 2");
            TextEmbedding.embed(texts, "text", "v", EncodeSpec.of(NarrowModel.directory()))
                .collectAsList();
          });
      spark.sparkContext().listenerBus().waitUntilEmpty();
    } finally {
      spark.sparkContext().removeSparkListener(seen);
    }

    assertThat(seen.descriptions).containsKey("label: chunk 1 of 2");
    assertThat(seen.descriptions.get("label: chunk 1 of 2")).isEqualTo(context.runId().toString());
    assertThat(seen.counts).containsEntry("texts", "2").containsKey("model ms on CPU");
    assertThat(Long.parseLong(seen.counts.get("tokens"))).isGreaterThan(8);
    assertThat(Long.parseLong(seen.counts.get("padding tokens"))).isPositive();
    assertThat(spark.sparkContext().getLocalProperty("spark.job.description")).isEqualTo(before);
    assertThat(MDC.get("phase")).isNotEqualTo("chunk 1 of 2");
  }

  @Test
  void metrics_ofModels_areASourceOfSparksMetrics(SparkSession spark) {
    TextEmbedding.embed(
            spark.createDataset(List.of("a", "b"), Encoders.STRING()).toDF("text"),
            "text",
            "v",
            EncodeSpec.of(NarrowModel.directory()))
        .collectAsList();

    List<Source> sources =
        scala.jdk.javaapi.CollectionConverters.asJava(
            SparkEnv.get().metricsSystem().getSourcesByName("silverspark"));
    assertThat(sources).hasSize(1);
    assertThat(sources.get(0).metricRegistry().getCounters().get("texts").getCount())
        .isGreaterThanOrEqualTo(2);
    assertThat(sources.get(0).metricRegistry().getGauges())
        .containsKeys("paddingShare", "textsPerModelSecond");
  }

  private static final class Seen extends SparkListener {
    private final Map<String, String> descriptions = new ConcurrentHashMap<>();
    private final Map<String, String> counts = new ConcurrentHashMap<>();

    @Override
    public void onJobStart(SparkListenerJobStart started) {
      String description = started.properties().getProperty("spark.job.description", "");
      descriptions.put(description, started.properties().getProperty("mdc.run", ""));
    }

    @Override
    public void onStageCompleted(SparkListenerStageCompleted completed) {
      scala.jdk.javaapi.CollectionConverters.asJava(completed.stageInfo().accumulables())
          .values()
          .forEach(
              info -> {
                if (info.name().isDefined() && info.value().isDefined()) {
                  counts.put(info.name().get(), String.valueOf(info.value().get()));
                }
              });
    }
  }
}
