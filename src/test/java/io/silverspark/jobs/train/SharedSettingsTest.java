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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The three trainings honour the settings that they share. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
class SharedSettingsTest {
  @TempDir Path directory;
  private Path base;

  @BeforeEach
  void saveBase() {
    base = directory.resolve("base");
    ModelDirectory.write(NarrowModel.deep(0.1), base, "# Narrow");
  }

  enum Training {
    BI_ENCODER("train", "gold", new TrainBiJob()),
    CROSS_ENCODER("cross", "cross", new TrainCrossJob()),
    PRETRAINING("pretrain", "pretrained", new PretrainJob());

    private final String group;
    private final String model;
    private final Job job;

    Training(String group, String model, Job job) {
      this.group = group;
      this.model = model;
      this.job = job;
    }
  }

  @ParameterizedTest
  @EnumSource
  void run_patienceAndFrozenEmbeddings_areHonoured(Training training, SparkSession spark)
      throws IOException {
    JobRun run = new JobRun(spark, directory.resolve("run"));
    GoldRows.write(run, 24, 12);
    List<String> settings = new ArrayList<>(List.of("model.base=" + base));
    List.of(
            "steps=9",
            "batchSize=8",
            "schedule=cosine",
            "warmupSteps=1",
            "gradientAccumulation=2",
            "maxGradNorm=0.5",
            "learningRate=1e-3",
            "headLearningRate=1e-2",
            "layerDecay=0.5",
            "precision=fp32",
            "evaluationSteps=1",
            "earlyStoppingPatience=2",
            "earlyStoppingThreshold=2") // more than a correlation can gain
        .forEach(setting -> settings.add(training.group + "." + setting));
    settings.add("gold.source=sts");
    settings.add("train.data=gold");
    settings.add("pretrain.method=mlm");
    run.run("train", training.job, settings.toArray(String[]::new));

    Path model = run.directory().resolve("models").resolve(training.model);
    assertThat(Files.readString(model.resolve("README.md")))
        .contains("| steps | 3 |")
        .contains("| stopped early | step ")
        .contains("| STS validation Spearman | ");
  }

  @ParameterizedTest
  @EnumSource
  void run_freezeLayers_keepsTheEmbeddings(Training training, SparkSession spark) {
    JobRun run = new JobRun(spark, directory.resolve("run"));
    GoldRows.write(run, 24, 0);
    run.run(
        "train",
        training.job,
        "model.base=" + base,
        training.group + ".steps=2",
        training.group + ".batchSize=8",
        training.group + ".freezeLayers=1",
        training.group + ".headLearningRate=1e-2",
        "gold.source=sts",
        "train.data=gold",
        "train.loss=CoSENTLoss",
        "pretrain.method=mlm");
    Map<String, TensorData> before = ModelReference.open(base.toString()).weights();
    Map<String, TensorData> after =
        ModelReference.open(run.directory().resolve("models").resolve(training.model).toString())
            .weights();
    String words = "embeddings.word_embeddings.weight";
    assertThat(after.get(words)).isEqualTo(before.get(words));
    assertThat(after).isNotEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void run_whatDoesNotFit_isRefusedBeforeRowsAreRead(Training training, SparkSession spark) {
    JobRun run = new JobRun(spark, directory.resolve("run"));
    GoldRows.write(run, 24, 0);
    assertThatThrownBy(() -> run(run, training, "freezeLayers=4"))
        .isInstanceOf(UserException.class)
        .hasMessage(training.group + ".freezeLayers = 4 is not valid: the model has 3 layers");
    assertThatThrownBy(() -> run(run, training, "evaluationSteps=5"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            training.group
                + ".evaluationSteps = 5 needs STS validation pairs, but the table sts_pairs holds"
                + " fewer than 2: ingest data.sts.validation, or set it to 0");
  }

  /** The report gives a curve the colour of the model in its tables. */
  @Test
  void curve_isNamedAsTheModelOfTheComparison(SparkSession spark) {
    JobRun run = new JobRun(spark, directory.resolve("run"));
    GoldRows.write(run, 16, 4);
    run(run, Training.BI_ENCODER, "steps=1");
    JobContext context = SparkFixture.context(spark, "report", "run.dir=" + run.directory());
    StageRecord record = StageRecord.last(context, "train-bi-gold").orElseThrow();
    assertThat(TrainingDetails.curve(record).model()).isEqualTo("gold only");
  }

  private void run(JobRun run, Training training, String setting) {
    run.run(
        "train",
        training.job,
        "model.base=" + base,
        training.group + "." + setting,
        "gold.source=sts",
        "train.data=gold");
  }
}
