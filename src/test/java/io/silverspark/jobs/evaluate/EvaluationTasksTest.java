package io.silverspark.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.EvaluationFile;
import io.silverspark.jobs.report.Metric;
import io.silverspark.jobs.report.MetricValue;
import io.silverspark.jobs.report.ModelResult;
import io.silverspark.jobs.report.ModelRole;
import io.silverspark.jobs.report.SmallVectorResult;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.MetricsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.InformationRetrievalEvaluator;
import io.silverspark.model.evaluation.RankingScores;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.ModelFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The tasks beyond STS, intents and triplets, for sentence encoders and cross-encoders. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
class EvaluationTasksTest {
  private static final String MODEL = NarrowModel.directory();
  private static final List<String> SUBJECTS =
      List.of("The cat", "A lawyer", "My train", "This soup", "The river", "Our teacher");

  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

  @TempDir Path directory;

  @Test
  @Tag("cluster")
  void evaluate_namedModelsOfBothKinds_allTasks_sideBySideAndTracked(SparkSession spark)
      throws IOException {
    String cross = NarrowModel.crossEncoder();
    JobContext context = context(spark, "evaluate.tasks=all", "tracking.kind=tensorboard,mlflow");
    putAll(context);

    run(context, "base=" + MODEL, "cross=" + cross);

    Evaluation evaluation = EvaluationFile.read(directory.resolve("comparison.json"));
    ModelResult encoder = evaluation.models().get(0);
    ModelResult pairs = evaluation.models().get(1);
    assertThat(evaluation.headlines())
        .extracting(Metric::id)
        .containsExactly(
            "sts_spearman",
            "sts_pearson",
            "intent_accuracy",
            "triplet_accuracy",
            "nli_pairs_ap",
            "sts_pairs_ap",
            "reranking_ndcg@10",
            "retrieval_ndcg@10");
    assertThat(encoder.metrics()).containsKeys("retrieval_map@100", "nli_pairs_manhattan_f1");
    assertThat(pairs.metrics())
        .containsKeys("sts_spearman", "triplet_accuracy", "nli_pairs_ap", "reranking_map")
        .doesNotContainKeys("intent_accuracy", "retrieval_ndcg@10");
    assertThat(evaluation.differences())
        .allMatch(difference -> difference.from().equals("base"))
        .hasSize(6);
    assertThat(encoder.cost().parameters()).isEqualTo(parameters(NarrowModel.files(0)));
    assertThat(encoder.cost().megabytes())
        .isCloseTo(encoder.cost().parameters() * 4 / 1e6, within(0.1));
    assertThat(encoder.cost().perSecond()).isPositive();
    assertThat(pairs.cost().unit()).isEqualTo("pairs");
    assertThat(Files.readString(directory.resolve("report/comparison.html")))
        .contains("Quality against speed and size", "STS Spearman against speed")
        .doesNotContain("Did silver help?");
    assertThat(lines.toString(StandardCharsets.UTF_8))
        .contains("Minus base", "Significant", "Parameters", "Texts or pairs/s");
    assertTracked(encoder);

    lines.reset();
    run(context, "base=" + MODEL, "cross=" + cross);
    assertThat(lines.toString(StandardCharsets.UTF_8))
        .contains("comparison: up to date", "Minus base")
        .doesNotContain("encode, base");
  }

  private static long parameters(ModelFiles files) {
    return files.weights().values().stream()
        .mapToLong(weight -> Arrays.stream(weight.shape()).reduce(1, (a, b) -> a * b))
        .sum();
  }

  private void assertTracked(ModelResult encoder) throws IOException {
    List<String> files;
    try (Stream<Path> tree = Files.walk(directory.resolve("tracking"))) {
      files = tree.map(path -> directory.relativize(path).toString()).toList();
    }
    assertThat(files)
        .anyMatch(file -> file.matches("tracking/tensorboard/run/evaluate-base/events.out.*"))
        .anyMatch(file -> file.matches("tracking/mlruns/\\d+/\\w{32}/metrics/cost/parameters"));
    String metric =
        files.stream()
            .filter(file -> file.endsWith("metrics/sts-validation/spearman_cosine"))
            .findFirst()
            .orElseThrow();
    assertThat(Files.readString(directory.resolve(metric)).split(" ")[1])
        .isEqualTo(String.valueOf(encoder.metric(Metric.STS_SPEARMAN).value()));
  }

  @Test
  void evaluate_onExecutors_equalsOneThread(SparkSession spark) {
    JobContext context = context(spark, "evaluate.tasks=sts,triplets,pairs,reranking");
    putAll(context);
    List<EvaluatedModel> models = List.of(new EvaluatedModel("base", ModelRole.BASE, MODEL, 0));
    EvaluationData data = EvaluationTables.read(context);
    Map<String, ?> there = metrics(context, data, new ExecutorRuns(context), models);
    Map<String, ?> here =
        metrics(context, data, new DriverRuns(ModelOptions.of(context).withWorkers(1)), models);

    assertThat(there).isEqualTo(here).hasSizeGreaterThan(40);
  }

  /** Rounded to six digits: batches of other lengths differ in the last bit. */
  private static Map<String, ?> metrics(
      JobContext context, EvaluationData data, ModelRuns runs, List<EvaluatedModel> models) {
    Map<String, String> values = new TreeMap<>();
    new ModelComparison(data, runs, context.settings(), context.console())
        .measure(models)
        .get(0)
        .all()
        .forEach(
            measure ->
                values.put(
                    measure.metric().id(), String.format(Locale.ROOT, "%.5f", measure.value())));
    return values;
  }

  @Test
  void score_onExecutors_equalsOneThread(SparkSession spark) {
    EncoderOptions options = EncoderOptions.defaults().withWorkers(1);
    List<TextPair> pairs =
        IntStream.range(0, 9)
            .mapToObj(i -> new TextPair(SUBJECTS.get(i % 6) + " rests.", "a".repeat(i) + " b"))
            .toList();
    float[] expected;
    try (CrossEncoder encoder = CrossEncoder.load(NarrowModel.crossEncoder(), options)) {
      expected = encoder.scores(pairs);
    }
    JobContext context = context(spark);
    var found =
        new ExecutorRuns(context)
            .score(
                EvaluatedModel.of("cross", NarrowModel.crossEncoder()),
                "",
                pairs,
                context.console().progress("score", 9));
    assertThat(found.result()).hasSize(9);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.result().get(i).score()).isCloseTo(expected[i], within(1e-6f));
    }
  }

  @Test
  @Tag("cluster")
  void retrieval_userTables_equalsOneThread(SparkSession spark) {
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      documents.add(SUBJECTS.get(i % 6) + " is number " + i + " of the day.");
    }
    StructType texts = StructType.fromDDL("_id string, body string, extra int");
    write(
        "corpus",
        spark.createDataFrame(
            IntStream.range(0, 40)
                .mapToObj(i -> RowFactory.create("d%02d".formatted(i), documents.get(i), i))
                .toList(),
            texts));
    write(
        "queries",
        spark.createDataFrame(
            List.of(
                RowFactory.create("q0", "Is the cat the first one?", 0),
                RowFactory.create("q1", "soup", 0),
                RowFactory.create("q2", "nobody knows an answer", 0)),
            texts));
    write(
        "qrels",
        spark.createDataFrame(
            List.of(
                RowFactory.create("q0", "d00", 1),
                RowFactory.create("q0", "elsewhere", 1),
                RowFactory.create("q1", "d03", 2),
                RowFactory.create("q1", "d09", 1),
                RowFactory.create("q2", "d01", 0)),
            StructType.fromDDL("query string, doc string, score int")));
    List<String> settings = new ArrayList<>(List.of(tables("_id")));
    settings.add("evaluate.smallVectors.widths=[0, 5]");
    JobContext context = context(spark, settings.toArray(String[]::new));
    String far = NarrowModel.save(directory.resolve("far"), Similarity.MANHATTAN).toString();

    Evaluation evaluation =
        EvaluateJob.evaluate(
            context,
            List.of(
                new EvaluatedModel("m", ModelRole.OTHER, MODEL, 0),
                new EvaluatedModel("far", ModelRole.OTHER, far, 0)));

    assertRetrieval(evaluation.models().get(0), MODEL, Similarity.COSINE, documents);
    assertRetrieval(evaluation.models().get(1), far, Similarity.MANHATTAN, documents);
    assertThat(evaluation.note()).startsWith("2 queries over 40 documents of corpus;");
    assertThat(
            TableStore.of(context)
                .table(MetricsTable.DEFINITION)
                .read()
                .where("dataset = 'corpus-retrieval' and metric = 'recall@10'")
                .count())
        .isEqualTo(2);
    assertSmallVectors(evaluation, context);
    assertThatThrownBy(() -> EvaluationTables.read(context(spark, tables("id"))))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "evaluate.retrieval.queries has no column 'id', set evaluate.retrieval.idColumn to one"
                + " of _id, body, extra");
  }

  /** Two models, two widths and three precisions. */
  private static void assertSmallVectors(Evaluation evaluation, JobContext context) {
    List<SmallVectorResult> small = evaluation.smallVectors();
    assertThat(small).hasSize(12);
    assertThat(small.subList(0, 6))
        .extracting(SmallVectorResult::precision)
        .containsExactly("float32", "int8", "binary", "float32", "int8", "binary");
    int whole = small.get(0).components();
    assertThat(small.subList(0, 6))
        .extracting(SmallVectorResult::bytes)
        .containsExactly(4 * whole, whole, (whole + 7) / 8, 20, 5, 1);
    Metric ndcg = new Metric("retrieval_ndcg@10", "Retrieval NDCG@10", true);
    assertThat(evaluation.smallVectorMetrics()).containsExactly(ndcg);
    for (int model : List.of(0, 1)) {
      MetricValue ofWhole = evaluation.models().get(model).metric(ndcg);
      assertThat(small.get(6 * model).metric(ndcg)).isEqualTo(ofWhole);
      assertThat(small.get(6 * model + 1).metric(ndcg).value())
          .isCloseTo(ofWhole.value(), within(0.2));
    }
    assertThat(
            TableStore.of(context)
                .table(MetricsTable.DEFINITION)
                .read()
                .where("metric in ('ndcg@10_all_binary', 'ndcg@10_5_int8')")
                .count())
        .isEqualTo(4);
  }

  private static void assertRetrieval(
      ModelResult result, String model, Similarity similarity, List<String> documents) {
    RankingScores expected;
    try (SentenceEncoder encoder =
        SentenceEncoder.load(model, EncoderOptions.defaults().withWorkers(1))) {
      expected =
          InformationRetrievalEvaluator.defaults()
              .evaluate(
                  encoder.encode(List.of("Is the cat the first one?", "soup")),
                  encoder.encode(documents),
                  List.of(Set.of(0, -1), Set.of(3, 9)),
                  similarity);
    }
    for (String name : expected.names()) {
      assertThat(result.metrics().get("retrieval_" + name).value())
          .as(name + " of " + similarity)
          .isCloseTo(expected.mean(name), within(1e-12));
    }
  }

  private String[] tables(String id) {
    return new String[] {
      "evaluate.tasks=retrieval",
      "evaluate.retrieval.queries=" + directory.resolve("queries"),
      "evaluate.retrieval.corpus=" + directory.resolve("corpus"),
      "evaluate.retrieval.relevance=" + directory.resolve("qrels"),
      "evaluate.retrieval.idColumn=" + id,
      "evaluate.retrieval.textColumn=body",
      "evaluate.retrieval.queryColumn=query",
      "evaluate.retrieval.documentColumn=doc"
    };
  }

  private void write(String name, Dataset<Row> rows) {
    rows.repartition(2).write().format("delta").save(directory.resolve(name).toString());
  }

  private JobContext context(SparkSession spark, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("run.dir=" + directory);
    all.add("evaluate.resamples=50");
    all.add("evaluate.intentExperiments=2");
    all.add("evaluate.intentSamples=2");
    return SparkFixture.context(spark, "evaluate", lines, all.toArray(String[]::new));
  }

  private static void run(JobContext context, String... models) {
    EvaluateJob job = new EvaluateJob();
    List<String> arguments = new ArrayList<>();
    for (String model : models) {
      arguments.add("--model");
      arguments.add(model);
    }
    new CommandLine(job).parseArgs(arguments.toArray(String[]::new));
    job.run(context);
  }

  private static void putAll(JobContext context) {
    List<Row> sts = new ArrayList<>();
    List<Row> nli = new ArrayList<>();
    List<Row> intents = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String first = SUBJECTS.get(i / 2) + " is rather late today.";
      String second = SUBJECTS.get((i / 2 + i % 2) % 6) + " was quite late this morning.";
      double score = i % 2 == 0 ? 4 + i / 20.0 : i / 20.0;
      sts.add(RowFactory.create((long) i, "validation", (long) i, first, second, score, "s"));
      int label = i % 3;
      String hypothesis =
          SUBJECTS.get(i / 3) + List.of(" rests.", " is famous.", " never rests.").get(label);
      String premise = SUBJECTS.get(i / 3) + " is resting.";
      nli.add(
          RowFactory.create(
              (long) i, "validation", (long) i, premise, hypothesis, label, null, "n"));
    }
    for (int i = 0; i < 18; i++) {
      String split = i < 12 ? "train" : "test";
      String intent = List.of("animal", "law", "travel").get(i % 3);
      String text = SUBJECTS.get(i % 3) + " " + split + " " + i;
      intents.add(RowFactory.create((long) i, split, (long) i, text, intent, "i"));
    }
    put(context, StsPairsTable.DEFINITION, sts);
    put(context, NliPairsTable.DEFINITION, nli);
    put(context, IntentsTable.DEFINITION, intents);
  }

  private static void put(JobContext context, TableDefinition definition, List<Row> rows) {
    TableStore.of(context)
        .table(definition)
        .replace(context.spark().createDataFrame(rows, definition.schema()), Map.of());
  }
}
