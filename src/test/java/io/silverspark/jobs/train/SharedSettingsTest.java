package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.run.Job;
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
        .contains("| stopped early | step 1 was the best |")
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
}
