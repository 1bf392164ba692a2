package io.silverspark.jobs.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.ingest.IngestJob;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.JobPlan;
import io.silverspark.jobs.train.TrainBiJob;
import io.silverspark.model.error.UserException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class ExplainJobTest {
  private static final String[] SETTINGS = {
    "data.sts.train=sts/validation.csv",
    "train.data=gold",
    "gold.rows=16",
    "train.epochs=1",
    "train.batchSize=8",
    "model.base=" + NarrowModel.directory()
  };

  @TempDir private Path temporary;

  @Test
  void explain_trainedModel_goesBackToTheIngestedTable(SparkSession spark) throws Exception {
    JobRun run = new JobRun(spark, temporary.resolve("run"));
    run.run("ingest", new IngestJob(), SETTINGS);
    run.run("train-bi", new TrainBiJob(), SETTINGS);
    Path model = run.directory().resolve("models/gold");
    assertThat(model.resolve("silverspark_lineage.json")).exists();

    for (String wanted : new String[] {"gold", model.toString()}) {
      JobContext context = explained(spark, run, wanted);
      JsonNode origin = context.results().json().path("models").path(0);
      assertThat(origin.path("kind").asText()).isEqualTo("bi-encoder");
      assertThat(origin.path("settings").path("gold.rows").asText()).isEqualTo("16");
      assertThat(origin.path("settings").has("train.loss")).isFalse();
      JsonNode table = origin.path("tables").path(0);
      assertThat(table.path("table").asText()).isEqualTo("sts_pairs");
      assertThat(table.path("job").asText()).isEqualTo("ingest");
      assertThat(table.path("rows").asLong()).isGreaterThan(16);
      assertThat(origin.path("parents").path(0).path("model").asText())
          .isEqualTo(NarrowModel.directory());
    }
    assertThat(lines.toString(StandardCharsets.UTF_8))
        .contains("sts_pairs@1: ")
        .contains("by ingest");
    JobContext again = SparkFixture.context(spark, "train-bi", withDirectory(run));
    assertThat(JobPlan.of(new TrainBiJob(), again).stages().get(0).status().words())
        .isEqualTo("up to date");
  }

  @Test
  void explain_unknownModel_namesThoseThatAre(SparkSession spark) {
    JobRun run = new JobRun(spark, temporary.resolve("empty"));
    Assertions.assertThatThrownBy(() -> explained(spark, run, "golden"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("model 'golden' is not known")
        .hasMessageContaining("nothing was trained yet");
  }

  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

  private JobContext explained(SparkSession spark, JobRun run, String wanted) {
    ExplainJob job = new ExplainJob();
    new CommandLine(job).parseArgs(wanted);
    JobContext context =
        SparkFixture.context(spark, "explain", lines, "run.dir=" + run.directory());
    job.run(context);
    return context;
  }

  private static String[] withDirectory(JobRun run) {
    String[] all = java.util.Arrays.copyOf(SETTINGS, SETTINGS.length + 1);
    all[SETTINGS.length] = "run.dir=" + run.directory();
    return all;
  }
}
