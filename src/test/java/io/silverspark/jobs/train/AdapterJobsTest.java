package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.StandaloneCluster;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.evaluate.EvaluateJob;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.EvaluationFile;
import io.silverspark.jobs.report.MetricValue;
import io.silverspark.jobs.report.TrainingCurve.StepMetrics;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import io.silverspark.udfs.SilverSparkCatalog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * An adapter that two executors trained, and what reads its directory: two executors in processes
 * of their own, each with one core.
 */
@Tag("cluster")
@Timeout(240)
class AdapterJobsTest {
  private static final float NEAR = 1e-5f;
  private static final String FILE = "adapter_model.safetensors";

  @TempDir Path directory;

  @Test
  void trainBi_adapterInTwoExecutors_equalsOneRankAndIsReadByEvaluateAndSql() throws Exception {
    Path base = directory.resolve("base");
    ModelDirectory.write(NarrowModel.files(0), base, "");
    try (StandaloneCluster cluster = StandaloneCluster.start(directory, 2)) {
      JobRun one = new JobRun(cluster.session(), directory.resolve("one"));
      JobRun two = new JobRun(cluster.session(), directory.resolve("two"));
      List<StepMetrics> expected = train(cluster.session(), one, base, 1);
      List<StepMetrics> found = train(cluster.session(), two, base, 2);

      assertThat(found).hasSameSizeAs(expected).hasSize(20);
      for (int step = 0; step < found.size(); step++) {
        assertThat(found.get(step).loss())
            .as("loss of step " + step)
            .isCloseTo(expected.get(step).loss(), within(1e-5));
      }
      assertThat(found.get(19).loss()).isLessThan(found.get(0).loss());
      assertEqual(adapter(two), adapter(one));
      evaluate(two, base);
      embed(cluster.session(), two);
    }
  }

  private static List<StepMetrics> train(SparkSession spark, JobRun run, Path base, int ranks) {
    GoldRows.write(run, 80, 12);
    run.run(
        "train-bi",
        new TrainBiJob(),
        GoldRows.settings(
            "model.base=" + base,
            "train.ranks=" + ranks,
            "train.lora.rank=4",
            "train.learningRate=1e-2"));
    return TrainingDetails.curve(
            StageRecord.last(
                    SparkFixture.context(spark, "explain", "run.dir=" + run.directory()),
                    "train-bi-gold")
                .orElseThrow())
        .steps();
  }

  private static Path adapter(JobRun run) {
    return run.directory().resolve("models/gold/adapter");
  }

  private static void assertEqual(Path found, Path expected) {
    Map<String, TensorData> values = Safetensors.read(found.resolve(FILE));
    Map<String, TensorData> others = Safetensors.read(expected.resolve(FILE));
    assertThat(values.keySet()).isEqualTo(others.keySet()).hasSize(4);
    values.forEach(
        (name, value) ->
            assertThat(value.floats())
                .as(name)
                .containsExactly(others.get(name).floats(), within(1e-4f)));
  }

  /** Executors read the merged model and the adapter over its base, and measure the same. */
  private static void evaluate(JobRun run, Path base) throws Exception {
    EvaluateJob job = new EvaluateJob();
    new CommandLine(job)
        .parseArgs(
            "--model=base=" + base,
            "--model=merged=" + run.directory().resolve("models/gold"),
            "--model=adapter=" + adapter(run));
    run.run("evaluate", job, "evaluate.tasks=sts", "evaluate.resamples=50");
    Evaluation evaluation = EvaluationFile.read(run.directory().resolve("comparison.json"));
    Map<String, MetricValue> merged = evaluation.models().get(1).metrics();
    Map<String, MetricValue> adapter = evaluation.models().get(2).metrics();
    assertThat(adapter.keySet()).isEqualTo(merged.keySet()).contains("sts_pearson");
    adapter.forEach(
        (name, value) ->
            assertThat(value.value()).as(name).isCloseTo(merged.get(name).value(), within(1e-5)));
    assertThat(adapter.get("sts_pearson").value())
        .isNotCloseTo(
            evaluation.models().get(0).metrics().get("sts_pearson").value(), within(1e-3));
  }

  private static void embed(SparkSession spark, JobRun run) {
    List<String> texts = List.of("The cat is late.", "Our teacher was cold.");
    float[][] expected;
    try (SentenceEncoder encoder =
        SentenceEncoder.load(
            run.directory().resolve("models/gold").toString(),
            EncoderOptions.defaults().withWorkers(1))) {
      expected = encoder.encode(texts);
    }
    spark.conf().set("spark.sql.catalog.ml", SilverSparkCatalog.class.getName());
    spark.conf().set("spark.sql.catalog.ml.precision", "fp32");
    spark.conf().set("spark.sql.catalog.ml.model", adapter(run).toString());
    assertThat(Files.exists(adapter(run).resolve("model.safetensors"))).isFalse();
    List<Row> rows =
        spark
            .createDataset(texts, Encoders.STRING())
            .repartition(2)
            .selectExpr("value", "ml.embed(value)")
            .orderBy("value")
            .collectAsList();
    for (int i = 0; i < rows.size(); i++) {
      int text = texts.indexOf(rows.get(i).getString(0));
      List<Float> vector = rows.get(i).getList(1);
      assertThat(vector).hasSize(NarrowModel.WIDTH);
      for (int c = 0; c < vector.size(); c++) {
        assertThat(vector.get(c)).isCloseTo(expected[text][c], within(NEAR));
      }
    }
    assertThat(rows).hasSize(2);
  }
}
