package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.table.ModelsTable;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("cluster")
@ExtendWith(SparkFixture.class)
class LocalRanksJobTest {
  @Test
  void trainBi_twoReplicasInTheDriver_leaveAModelItsScoreAndTheCostOfAStep(
      SparkSession spark, @TempDir Path directory) throws IOException {
    JobRun run = new JobRun(spark, directory);
    GoldRows.write(run, 32, 6);
    String loss = "train.loss=AdaptiveLayerLoss";
    String inner = "train.lossParameters={ loss = CosineSimilarityLoss }";
    String told =
        run.run("train-bi", new TrainBiJob(), GoldRows.settings("train.ranks=2", loss, inner));

    assertThat(told).contains("waiting").contains("communication");
    assertThat(directory.resolve("models/gold/model.safetensors")).exists();
    assertThat(directory.resolve("models/gold/README.md"))
        .content()
        .contains("| loss | AdaptiveLayerLoss of CosineSimilarityLoss |");
    assertThat(run.rows(ModelsTable.DEFINITION).toString())
        .contains("communication seconds a step")
        .contains("STS validation Spearman");
    assertThat(
            run.run("train-bi", new TrainBiJob(), GoldRows.settings("train.ranks=3", loss, inner)))
        .as("the number of ranks is not part of the recipe")
        .contains("is up to date");
  }

  @Test
  void trainBi_modelWithADense_twoReplicasSaveTheDenseOfOne(
      SparkSession spark, @TempDir Path directory) throws IOException {
    Path base = directory.resolve("base");
    ModelDirectory.write(NarrowModel.withDense(0), base, "");
    Map<String, TensorData> before = Safetensors.read(base.resolve("2_Dense/model.safetensors"));
    Map<String, TensorData> one = dense(spark, directory.resolve("one"), base, "train.ranks=1");
    Map<String, TensorData> two = dense(spark, directory.resolve("two"), base, "train.ranks=2");
    assertThat(two.keySet()).isEqualTo(one.keySet()).hasSize(2);
    one.forEach(
        (name, weight) -> {
          assertThat(two.get(name).floats()).containsExactly(weight.floats(), within(1e-5f));
          assertThat(weight.floats()).isNotEqualTo(before.get(name).floats());
        });
  }

  private static Map<String, TensorData> dense(
      SparkSession spark, Path directory, Path base, String ranks) throws IOException {
    JobRun run = new JobRun(spark, Files.createDirectory(directory));
    GoldRows.write(run, 32, 0);
    run.run(
        "train-bi",
        new TrainBiJob(),
        GoldRows.settings(ranks, "model.base=" + base, "model.truncateDim=3"));
    assertThat(ModelDirectory.read(directory.resolve("models/gold")).dimension())
        .as("the loss sees all 8 numbers, the trained model gives 3")
        .isEqualTo(3);
    return Safetensors.read(directory.resolve("models/gold/2_Dense/model.safetensors"));
  }

  @Test
  void trainCross_twoReplicas_giveTheModelOfOne(SparkSession spark, @TempDir Path directory)
      throws IOException {
    Map<String, TensorData> one = cross(spark, directory.resolve("one"), "train.ranks=1");
    Map<String, TensorData> two = cross(spark, directory.resolve("two"), "train.ranks=2");
    assertThat(two.keySet()).isEqualTo(one.keySet());
    float[] expected = one.get("classifier.weight").floats();
    float[] found = two.get("classifier.weight").floats();
    for (int i = 0; i < expected.length; i++) {
      // Dropout masks differ between numbers of ranks; the weights start from the same seed.
      assertThat((double) found[i]).isCloseTo(expected[i], within(5e-3));
    }
  }

  private static Map<String, TensorData> cross(SparkSession spark, Path directory, String ranks)
      throws IOException {
    JobRun run = new JobRun(spark, Files.createDirectory(directory));
    GoldRows.write(run, 32, 0);
    Job job = new TrainCrossJob();
    run.run("train-cross", job, GoldRows.settings(ranks));
    return Safetensors.read(directory.resolve("models/cross/model.safetensors"));
  }

  @Test
  void trainBi_fewerGpusThanRanks_saysSo(SparkSession spark, @TempDir Path directory) {
    JobRun run = new JobRun(spark, directory);
    GoldRows.write(run, 32, 0);
    assertThatThrownBy(
            () ->
                run.run(
                    "train-bi",
                    new TrainBiJob(),
                    GoldRows.settings("train.ranks=2", "model.device=cuda")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("needs as many GPUs while model.device = 'cuda', found 0");
  }
}
