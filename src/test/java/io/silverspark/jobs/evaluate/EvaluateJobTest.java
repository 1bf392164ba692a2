package io.silverspark.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.BrokenModel;
import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.EvaluationFile;
import io.silverspark.jobs.report.Metric;
import io.silverspark.jobs.report.MetricValue;
import io.silverspark.jobs.report.ModelResult;
import io.silverspark.jobs.report.ModelRole;
import io.silverspark.jobs.report.PairedDifference;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.MetricsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.prompt.Prompt;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class EvaluateJobTest {
  private static final String MODEL = NarrowModel.directory();
  private static final List<String> SUBJECTS =
      List.of("The cat", "A lawyer", "My train", "This soup", "The river", "Our teacher");

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path directory;
  @TempDir static Path models;
  private static List<EvaluatedModel> both;

  /** Two models that differ in what they make of the tokens. */
  @BeforeAll
  static void write() {
    Path first = models.resolve("first");
    ModelDirectory.write(
        NarrowModel.files(0).withModules(SentenceModules.of(PoolingMode.CLS, true)),
        first,
        "# CLS");
    both =
        List.of(
            new EvaluatedModel("base", ModelRole.BASE, first.toString(), 0),
            new EvaluatedModel("full", ModelRole.OTHER, MODEL, 0));
  }

  @Test
  void evaluate_allTables_givesMetricsTwiceTheSame(SparkSession spark) {
    JobContext context = context(spark);
    put(context, StsPairsTable.DEFINITION, stsRows());
    put(context, IntentsTable.DEFINITION, intentRows());
    put(context, NliPairsTable.DEFINITION, nliRows());

    Evaluation evaluation = EvaluateJob.evaluate(context, both);

    assertThat(evaluation.models()).extracting(ModelResult::name).containsExactly("base", "full");
    assertThat(evaluation.headlines())
        .containsExactly(
            Metric.STS_SPEARMAN,
            Metric.STS_PEARSON,
            Metric.INTENT_ACCURACY,
            Metric.TRIPLET_ACCURACY);
    assertThat(evaluation.details())
        .extracting(Metric::id)
        .contains("intent_macro_f1", "sts_pearson_manhattan", "sts_test_spearman");
    for (ModelResult model : evaluation.models()) {
      for (Metric metric : evaluation.headlines()) {
        MetricValue value = model.metric(metric);
        assertThat(value.value()).as(metric.id()).isBetween(value.low(), value.high());
      }
      assertThat(model.stsPoints()).hasSize(12);
    }
    MetricValue full = evaluation.models().get(1).metric(Metric.STS_SPEARMAN);
    assertThat(full.value()).isGreaterThan(0.7);
    assertDifferences(evaluation);
    assertThat(evaluation.note())
        .isEqualTo(
            "12 pairs of STS validation, 6 test texts of intents (2 experiments, 2 training texts"
                + " per intent), 3 triplets of NLI validation, 12 pairs of STS test; 50 resamples,"
                + " seed 42");

    StoredTable metrics = TableStore.of(context).table(MetricsTable.DEFINITION);
    long version = metrics.version();
    assertThat(metrics.count()).isEqualTo(2 * 13);
    Row row =
        metrics
            .read()
            .where("model = '" + MODEL + "' and dataset = 'sts-validation'")
            .where("metric = 'spearman_cosine'")
            .first();
    assertThat(row.<Double>getAs("value")).isEqualTo(full.value());
    assertThat(row.<Long>getAs("rows")).isEqualTo(12);
    assertThat(EvaluationFile.read(directory.resolve("evaluation.json"))).isEqualTo(evaluation);

    Evaluation again = EvaluateJob.evaluate(context, both);
    assertThat(again.differences()).isEqualTo(evaluation.differences());
    assertThat(again.models())
        .extracting(ModelResult::metrics)
        .isEqualTo(evaluation.models().stream().map(ModelResult::metrics).toList());
    assertThat(metrics.version()).isEqualTo(version);
  }

  private static void assertDifferences(Evaluation evaluation) {
    assertThat(evaluation.differences())
        .extracting(PairedDifference::metric)
        .containsExactly("sts_spearman", "sts_pearson", "intent_accuracy", "triplet_accuracy");
    for (PairedDifference difference : evaluation.differences()) {
      assertThat(difference.from()).isEqualTo("base");
      assertThat(difference.to()).isEqualTo("full");
      double base = evaluation.models().get(0).metrics().get(difference.metric()).value();
      double full = evaluation.models().get(1).metrics().get(difference.metric()).value();
      assertThat(difference.difference()).isCloseTo(full - base, within(1e-12));
    }
  }

  @Test
  void evaluate_onOneRowAndOneIntent_keepsTheMetricsAndSaysWhy(SparkSession spark) {
    JobContext context = context(spark);
    put(context, StsPairsTable.DEFINITION, stsRows());
    spark.sql(
        "DELETE FROM delta.`%s` WHERE split = 'validation' AND row > 0"
            .formatted(TableStore.of(context).table(StsPairsTable.DEFINITION).path()));
    put(context, IntentsTable.DEFINITION, intentRows());
    spark.sql(
        "UPDATE delta.`%s` SET intent = 'a' WHERE split = 'train'"
            .formatted(TableStore.of(context).table(IntentsTable.DEFINITION).path()));
    TableStore tables = TableStore.of(context);
    spark.sql(
        "CREATE TABLE delta.`%s` (model string NOT NULL, name string NOT NULL, dataset"
                .formatted(tables.table(MetricsTable.DEFINITION).path())
            + " string NOT NULL, metric string NOT NULL, value double NOT NULL, low double, high"
            + " double, rows bigint NOT NULL) USING delta"); // as an earlier version made it

    Evaluation evaluation = EvaluateJob.evaluate(context, both.subList(0, 1));

    String reason = "a correlation needs at least two rows, found 1 of split validation";
    assertThat(evaluation.headlines()).containsExactly(Metric.STS_SPEARMAN, Metric.STS_PEARSON);
    assertThat(evaluation.models().get(0).metric(Metric.STS_PEARSON))
        .isEqualTo(MetricValue.undefined(reason));
    assertThat(evaluation.note())
        .contains(
            "seed 42. Intents are left out: all 18 training rows have the intent 'a', and a"
                + " classifier needs two intents. Triplets are left out: ");
    Row row =
        tables
            .table(MetricsTable.DEFINITION)
            .read()
            .where("dataset = 'sts-validation' AND metric = 'pearson_cosine'")
            .first();
    assertThat(row.<Double>getAs("value")).isNaN();
    assertThat(row.<String>getAs("reason")).isEqualTo(reason);
  }

  @Test
  @Tag("cluster")
  void evaluate_otherRunSeed_measuresOnTheSameDraws(SparkSession spark) {
    JobContext context = context(spark);
    put(context, StsPairsTable.DEFINITION, stsRows());
    put(context, IntentsTable.DEFINITION, intentRows());
    List<EvaluatedModel> base = both.subList(0, 1);

    ModelResult first = EvaluateJob.evaluate(context, base).models().get(0);
    Evaluation second = EvaluateJob.evaluate(context(spark, "run.seed=7"), base);
    Evaluation third = EvaluateJob.evaluate(context(spark, "evaluate.seed=7"), base);

    assertThat(second.seeds()).containsExactly(7L);
    assertThat(second.models().get(0).metrics()).isEqualTo(first.metrics());
    assertThat(third.models().get(0).metrics()).isNotEqualTo(first.metrics());
  }

  @Test
  void evaluate_onlyNli_leavesOutTheRestWithRemarks(SparkSession spark) {
    JobContext context = context(spark);
    put(context, NliPairsTable.DEFINITION, nliRows());

    Evaluation evaluation = EvaluateJob.evaluate(context, both.subList(0, 1));

    assertThat(evaluation.metrics()).containsExactly(Metric.TRIPLET_ACCURACY);
    assertThat(evaluation.differences()).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("STS is left out: sts_pairs has no rows of split validation. Set")
        .contains("Intents are left out: the table intents has no training rows. Set")
        .contains("encode, base: 9 in");
  }

  @Test
  void evaluate_noTables_saysWhatToIngest(SparkSession spark) {
    JobContext context = context(spark);
    assertThatThrownBy(() -> EvaluateJob.evaluate(context, both))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "Nothing to evaluate on in "
                + directory.resolve("tables")
                + ". STS is left out: sts_pairs has no rows of split validation. Set"
                + " data.sts.validation and run 'ingest'. Intents are left out: the table intents"
                + " has no training rows. Set data.intents.train and run 'ingest'. Triplets are"
                + " left out: nli_pairs has no premise of split validation with an entailment and"
                + " a contradiction. Set data.nli.validation and run 'ingest'.");
  }

  /** One rule wherever models run. */
  @Test
  @Tag("cluster")
  void evaluate_modelsWithoutNumbers_areUndefinedAndTheOthersMeasured(SparkSession spark) {
    JobContext context = context(spark, "evaluate.tasks=sts,intents,pairs,retrieval");
    put(context, StsPairsTable.DEFINITION, stsRows());
    put(context, IntentsTable.DEFINITION, intentRows());
    put(context, NliPairsTable.DEFINITION, nliRows());
    String broken = BrokenModel.encoder(directory.resolve("broken")).toString();
    String cross = BrokenModel.crossEncoder(directory.resolve("cross")).toString();
    List<EvaluatedModel> models =
        List.of(
            both.get(1),
            new EvaluatedModel("broken", ModelRole.OTHER, broken, 0),
            new EvaluatedModel("cross", ModelRole.OTHER, cross, 0));

    Evaluation evaluation = EvaluateJob.evaluate(context, models);

    assertThat(evaluation.models()).extracting(ModelResult::name).hasSize(3);
    assertThat(evaluation.differences()).isEmpty();
    for (ModelRuns runs :
        List.of(new DriverRuns(ModelOptions.of(context)), new ExecutorRuns(context))) {
      EvaluationData data = EvaluationTables.read(context);
      List<ModelComparison.MeasuredModel> measured =
          new ModelComparison(data, runs, context.settings(), context.console()).measure(models);
      data.retrieval().ifPresent(RetrievalTask::close);
      List<Measure> whole = measured.get(0).all();
      assertThat(whole).extracting(Measure::reason).containsOnly("");
      assertThat(measured.get(1).all())
          .allMatch(measure -> Double.isNaN(measure.value()))
          .allMatch(
              measure ->
                  measure
                      .reason()
                      .startsWith("the model '%s' gives no numbers (NaN) for '".formatted(broken)))
          .extracting(measure -> measure.metric().id())
          .isEqualTo(whole.stream().map(measure -> measure.metric().id()).toList())
          .contains("sts_spearman", "intent_accuracy", "nli_pairs_ap", "retrieval_ndcg@10");
      assertThat(measured.get(2).all())
          .extracting(measure -> measure.metric().id())
          .contains("sts_spearman", "nli_pairs_ap");
      assertThat(measured.get(2).all())
          .allMatch(measure -> measure.reason().startsWith("the cross-encoder '" + cross));
    }
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("broken is not measured: the model '")
        .contains("cross is not measured: the cross-encoder '");
  }

  @Test
  void encode_onExecutors_equalsTheDriver(SparkSession spark) {
    JobContext context = context(spark);
    List<String> texts = List.of("one", "", "a somewhat longer text", "two", "three");
    EvaluatedModel model = both.get(0);
    float[][] here =
        new DriverRuns(ModelOptions.of(context))
            .encode(model, texts, Prompt.DEFAULT, context.console().progress("here", 5))
            .result();
    float[][] there =
        new ExecutorRuns(context)
            .encode(model, texts, Prompt.DEFAULT, context.console().progress("there", 5))
            .result();
    assertThat(there).hasDimensions(5, NarrowModel.WIDTH);
    for (int i = 0; i < here.length; i++) {
      assertThat(there[i]).containsExactly(here[i], within(1e-6f));
    }
  }

  private JobContext context(SparkSession spark, String... more) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    List<String> settings =
        new ArrayList<>(
            List.of(
                "run.dir=" + directory,
                "evaluate.resamples=50",
                "evaluate.intentExperiments=2",
                "evaluate.intentSamples=2",
                "evaluate.triplets=3"));
    settings.addAll(List.of(more));
    return new JobContext(
        "evaluate",
        AllSettings.reader().read(Optional.empty(), settings),
        new Console(stream, stream, false),
        spark);
  }

  private static void put(JobContext context, TableDefinition definition, List<Row> rows) {
    TableStore.of(context)
        .table(definition)
        .replace(context.spark().createDataFrame(rows, definition.schema()), Map.of());
  }

  /** Same subject: alike; another one: not. Stored in reverse order of their position. */
  private static List<Row> stsRows() {
    List<Row> rows = new ArrayList<>();
    for (String split : List.of("validation", "test")) {
      for (int i = 11; i >= 0; i--) {
        String first = SUBJECTS.get(i / 2) + " is rather late today.";
        String second = SUBJECTS.get((i / 2 + i % 2) % 6) + " was quite late this morning.";
        double score = i % 2 == 0 ? 4 + i / 20.0 : i / 20.0;
        rows.add(
            RowFactory.create(
                (long) rows.size(), split, (long) i, first, second, score, "sts.csv"));
      }
    }
    return rows;
  }

  private static List<Row> intentRows() {
    List<Row> rows = new ArrayList<>();
    for (String split : List.of("train", "test")) {
      for (int i = 0; i < (split.equals("train") ? 18 : 6); i++) {
        String intent = List.of("animal", "law", "travel").get(i % 3);
        String text = SUBJECTS.get(i % 3) + " " + split + " " + i;
        rows.add(
            RowFactory.create((long) rows.size(), split, (long) i, text, intent, "intents.csv"));
      }
    }
    return rows;
  }

  /** Each subject with entailment, neutral and contradiction; the last one has no entailment. */
  private static List<Row> nliRows() {
    List<Row> rows = new ArrayList<>();
    for (String subject : SUBJECTS) {
      for (int label = subject.equals(SUBJECTS.get(5)) ? 1 : 0; label < 3; label++) {
        String hypothesis = subject + List.of(" rests.", " is famous.", " never rests.").get(label);
        long number = rows.size();
        rows.add(
            RowFactory.create(
                number,
                "validation",
                number,
                subject + " is resting.",
                hypothesis,
                label,
                null,
                "nli.jsonl"));
      }
    }
    return rows;
  }
}
