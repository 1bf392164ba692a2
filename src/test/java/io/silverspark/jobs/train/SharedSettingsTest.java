package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The three trainings honour the settings that they share. */
@Tag("spark")
@Tag("cluster")
@ExtendWith(SparkFixture.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedSettingsTest {
  private SparkSession spark;
  private Path base;
  private JobRun validated;
  private JobRun unvalidated;

  enum Training {
    BI_ENCODER("train", "gold", "train-bi-gold", "gold only", new TrainBiJob()),
    CROSS_ENCODER("cross", "cross", "train-cross", "cross", new TrainCrossJob()),
    PRETRAINING("pretrain", "pretrained", "pretrain", "pretrained", new PretrainJob());

    private final String group;
    private final String model;
    private final String stage;
    private final String compared;
    private final Job job;

    Training(String group, String model, String stage, String compared, Job job) {
      this.group = group;
      this.model = model;
      this.stage = stage;
      this.compared = compared;
      this.job = job;
    }
  }

  @BeforeAll
  void writeTables(SparkSession session, @TempDir Path directory) {
    spark = session;
    base = directory.resolve("base");
    ModelDirectory.write(NarrowModel.deep(0.1), base, "# Narrow");
    validated = new JobRun(spark, directory.resolve("validated"));
    GoldRows.write(validated, 24, 12);
    unvalidated = new JobRun(spark, directory.resolve("unvalidated"));
    GoldRows.write(unvalidated, 24, 0);
  }

  @ParameterizedTest
  @EnumSource
  void run_settings_areHonoured(Training training) throws IOException {
    run(
        validated,
        training,
        "steps=9",
        "batchSize=8",
        "schedule=cosine",
        "warmupSteps=0", // or else the first step would have rate 0
        "gradientAccumulation=2",
        "maxGradNorm=0.5",
        "learningRate=1e-3",
        "headLearningRate=1e-2",
        "layerDecay=0.5",
        "freezeLayers=1",
        "precision=fp32",
        "evaluationSteps=1",
        "earlyStoppingPatience=2",
        "earlyStoppingThreshold=2"); // more than a correlation can gain

    Path model = validated.directory().resolve("models").resolve(training.model);
    assertThat(Files.readString(model.resolve("README.md")))
        .contains("| steps | 3 |")
        .contains("| stopped early | step ")
        .contains("| STS validation Spearman | ");
    Map<String, TensorData> before = ModelReference.open(base.toString()).weights();
    Map<String, TensorData> after = ModelReference.open(model.toString()).weights();
    String words = "embeddings.word_embeddings.weight";
    assertThat(after.get(words)).isEqualTo(before.get(words));
    String layer = "encoder.layer.2.output.dense.weight";
    assertThat(after.get(layer)).isNotEqualTo(before.get(layer));
    // The report gives the curve the colour of the model in its tables.
    JobContext context = SparkFixture.context(spark, "report", "run.dir=" + validated.directory());
    StageRecord record = StageRecord.last(context, training.stage).orElseThrow();
    assertThat(TrainingDetails.curve(record).model()).isEqualTo(training.compared);
  }

  @ParameterizedTest
  @EnumSource
  void run_whatDoesNotFit_isRefusedBeforeRowsAreRead(Training training) {
    assertThatThrownBy(() -> run(unvalidated, training, "freezeLayers=4"))
        .isInstanceOf(UserException.class)
        .hasMessage(training.group + ".freezeLayers = 4 is not valid: the model has 3 layers");
    assertThatThrownBy(() -> run(unvalidated, training, "evaluationSteps=5"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            training.group
                + ".evaluationSteps = 5 needs STS validation pairs, but the table sts_pairs holds"
                + " fewer than 2: ingest data.sts.validation, or set it to 0");
  }

  private void run(JobRun run, Training training, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "model.base=" + base, "gold.source=sts", "train.data=gold", "pretrain.method=mlm"));
    for (String setting : settings) {
      all.add(training.group + "." + setting);
    }
    run.run("train", training.job, all.toArray(String[]::new));
  }
}
