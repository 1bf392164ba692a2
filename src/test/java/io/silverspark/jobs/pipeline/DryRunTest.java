package io.silverspark.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.ingest.IngestJob;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.JobPlan;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.run.PlannedStage.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class DryRunTest {
  private static final List<String> DATA =
      List.of(
          "data.nli.train=nli/validation.jsonl",
          "data.sts.train=sts/validation.csv",
          "data.sts.validation=sts/validation.csv");

  @TempDir private Path temporary;

  private List<PlannedStage> plan(SparkSession spark, Path run) {
    List<String> settings = new ArrayList<>(DATA);
    settings.add("run.dir=" + run);
    JobContext context = SparkFixture.context(spark, "pipeline", settings.toArray(String[]::new));
    return JobPlan.of(new PipelineJob(), context).stages();
  }

  @Test
  void plan_ofAFreshRun_countsRowsAndWritesNothing(SparkSession spark) {
    Path run = temporary.resolve("fresh");

    List<PlannedStage> stages = plan(spark, run);

    assertThat(stages)
        .extracting(PlannedStage::stage)
        .containsExactly(
            "ingest",
            "mine",
            "train-cross",
            "label",
            "train-bi-gold",
            "train-bi-gold-silver",
            "evaluate");
    assertThat(stages.get(0).status()).isEqualTo(Status.RUNS);
    assertThat(stages.get(0).rows().values()).allMatch(rows -> rows > 10);
    assertThat(stages.subList(1, 7)).allMatch(stage -> stage.status() == Status.DEPENDS);
    assertThat(run).doesNotExist();
  }

  @Test
  void plan_afterIngest_knowsThatItIsUpToDate(SparkSession spark) throws Exception {
    Path run = temporary.resolve("ingested");
    new JobRun(spark, run).run("ingest", new IngestJob(), DATA.toArray(String[]::new));
    List<Path> before = files(run);

    List<PlannedStage> stages = plan(spark, run);

    assertThat(stages.get(0).status()).isEqualTo(Status.UP_TO_DATE);
    assertThat(stages.get(1).status()).isEqualTo(Status.RUNS);
    assertThat(stages.get(1).rows()).containsKeys("nli_pairs", "sts_pairs");
    assertThat(stages.get(2).status()).isEqualTo(Status.RUNS);
    assertThat(stages.get(3).status()).isEqualTo(Status.DEPENDS);
    assertThat(files(run)).isEqualTo(before);
  }

  private static List<Path> files(Path directory) throws Exception {
    try (Stream<Path> tree = Files.walk(directory)) {
      return tree.sorted().toList();
    }
  }
}
