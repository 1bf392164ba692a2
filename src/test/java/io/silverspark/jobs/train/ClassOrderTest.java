package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.evaluate.EvaluateJob;
import io.silverspark.jobs.label.LabelJob;
import io.silverspark.jobs.mine.MineJob;
import io.silverspark.jobs.report.EvaluationFile;
import io.silverspark.jobs.report.MetricValue;
import io.silverspark.jobs.report.ModelResult;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.PairPrediction;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** One cross-encoder with its classes in several orders means the same to every job. */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClassOrderTest {
  private static final List<String> OURS = ClassNames.nli().names();
  private static final List<String> HUB = List.of("CONTRADICTION", "Entailment", "NEUTRAL");
  private static final List<String> UNNAMED = List.of("LABEL_0", "LABEL_1", "LABEL_2");
  private static final int ROWS = 18;

  private SparkSession spark;
  private Path directory;
  private Path narrow;
  private Path ours;
  private Path hub;
  private Path unnamed;

  @BeforeAll
  void save(SparkSession session, @TempDir Path temporary) {
    spark = session;
    directory = temporary;
    narrow = temporary.resolve("narrow");
    NarrowModel.save(narrow);
    ModelFiles files;
    try (CrossEncoder fresh =
        CrossEncoder.fromEncoder(narrow.toString(), ClassNames.nli(), 3, options())) {
      files = fresh.currentFiles();
      files = centred(files, fresh.logits(pairs()));
    }
    ours = saved(files, OURS, 0, 1, 2);
    hub = saved(files, HUB, 2, 0, 1);
    unnamed = saved(files, UNNAMED, 2, 0, 1);
  }

  private static EncoderOptions options() {
    return EncoderOptions.defaults().withWorkers(1);
  }

  /** Such that each class is the most probable one of some pairs. */
  private static ModelFiles centred(ModelFiles files, float[][] logits) {
    Map<String, TensorData> weights = new LinkedHashMap<>(files.weights());
    float[] bias = new float[logits[0].length];
    for (float[] row : logits) {
      for (int label = 0; label < bias.length; label++) {
        bias[label] -= row[label] / logits.length;
      }
    }
    weights.put("classifier.bias", TensorData.ofFloats(bias, bias.length));
    return files.withWeights(weights);
  }

  /** Rows of the classifier in another order, fifty times as sure. */
  private Path saved(ModelFiles files, List<String> names, int... order) {
    Map<String, TensorData> weights = new LinkedHashMap<>(files.weights());
    float[] from = files.weights().get("classifier.weight").floats();
    int width = from.length / order.length;
    float[] to = new float[from.length];
    for (int row = 0; row < order.length; row++) {
      for (int i = 0; i < width; i++) {
        to[row * width + i] = 50 * from[order[row] * width + i];
      }
    }
    weights.put("classifier.weight", TensorData.ofFloats(to, order.length, width));
    float[] bias = files.weights().get("classifier.bias").floats();
    float[] moved = new float[order.length];
    for (int row = 0; row < order.length; row++) {
      moved[row] = 50 * bias[order[row]];
    }
    weights.put("classifier.bias", TensorData.ofFloats(moved, order.length));
    Path path = directory.resolve(names.get(0));
    ModelDirectory.write(
        files.withConfig(files.config().withClasses(new ClassNames(names))).withWeights(weights),
        path,
        "");
    return path;
  }

  private static List<TextPair> pairs() {
    List<TextPair> pairs = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      pairs.add(
          new TextPair(
              "The bus %d leaves at %d.".formatted(i / 3, i / 3 + 7),
              List.of("A bus leaves.", "Someone is late.", "No bus is there.").get(i % 3) + i));
    }
    return pairs;
  }

  private JobRun run(String name) {
    JobRun run = new JobRun(spark, directory.resolve("run-" + name));
    List<Row> nli = new ArrayList<>();
    List<Row> candidates = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      TextPair pair = pairs().get(i);
      for (String split : List.of("train", "validation")) {
        long id = split.equals("train") ? i : 100 + i;
        nli.add(
            RowFactory.create(
                id, split, (long) i, pair.first(), pair.second(), i % 3, null, "test"));
      }
      candidates.add(
          RowFactory.create((long) i, pair.first(), pair.second(), "neighbour", 0.5f, 0));
    }
    run.write(NliPairsTable.DEFINITION, nli, 1);
    run.write(CandidatePairsTable.DEFINITION, candidates, 1);
    return run;
  }

  private static String[] with(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of("gold.source=nli", "cross.numLabels=3", "cross.epochs=1", "cross.batchSize=6"));
    all.addAll(List.of(settings));
    return all.toArray(String[]::new);
  }

  private static List<String> names(Path model) throws Exception {
    List<String> names = new ArrayList<>();
    new ObjectMapper()
        .readTree(model.resolve("config.json").toFile())
        .get("id2label")
        .forEach(name -> names.add(name.asText()));
    return names;
  }

  private static List<PairPrediction> predictions(Path model) {
    try (CrossEncoder encoder = CrossEncoder.load(model.toString(), options())) {
      return encoder.predict(pairs());
    }
  }

  @Test
  void trainCross_freshClassifier_writesTheNamesOfItsClasses() throws Exception {
    JobRun run = run("fresh");
    Path model = run.directory().resolve("models/cross");
    run.run("train-cross", new TrainCrossJob(), with("model.base=" + narrow));
    assertThat(names(model)).isEqualTo(OURS);
    run.run("train-cross", new TrainCrossJob(), with("model.base=" + narrow, "cross.numLabels=2"));
    assertThat(names(model)).containsExactly("not_entailment", "entailment");
    run.run("train-cross", new TrainCrossJob(), with("cross.base=" + unnamed));
    assertThat(names(model)).as("classes that are not known are learned again").isEqualTo(OURS);
  }

  @Test
  void trainCross_fromAClassifier_goesOnInItsOrder() throws Exception {
    JobRun run = run("continued");
    String told =
        run.run(
            "train-cross",
            new TrainCrossJob(),
            with("cross.base=" + hub, "cross.learningRate=1e-9"));
    assertThat(told)
        .contains(
            "train-cross: keeps the classifier of %s, classes CONTRADICTION, Entailment, NEUTRAL"
                .formatted(hub));
    Path model = run.directory().resolve("models/cross");
    assertThat(names(model)).isEqualTo(HUB);
    List<PairPrediction> before = predictions(hub);
    List<PairPrediction> after = predictions(model);
    for (int i = 0; i < ROWS; i++) {
      assertThat(after.get(i).score()).isCloseTo(before.get(i).score(), within(1e-4f));
      assertThat(after.get(i).label()).isEqualTo(before.get(i).label());
    }
  }

  @Test
  void examples_haveTheNumbersOfTheModelsOwnClasses() {
    ClassNames two = new ClassNames(List.of("entailment", "not_entailment"));
    Dataset<Row> pairs =
        spark.sql("SELECT * FROM VALUES (0, 1f), (1, 0f), (2, 0f) AS pairs(label, score)");
    assertThat(labels(pairs, new ClassNames(HUB))).containsExactly(1f, 2f, 0f);
    assertThat(labels(pairs, ClassNames.nli())).containsExactly(0f, 1f, 2f);
    assertThat(labels(pairs, two)).containsExactly(0f, 1f, 1f);
    assertThat(labels(pairs, ClassNames.ofNumber(1))).containsExactly(1f, 0f, 0f);
  }

  private static List<Float> labels(Dataset<Row> pairs, ClassNames classes) {
    return pairs
        .orderBy("label")
        .select(CrossEncoderRows.label(classes))
        .as(Encoders.FLOAT())
        .collectAsList();
  }

  @Test
  void label_otherOrder_givesTheSameSilver() {
    List<PairPrediction> expected = predictions(ours);
    assertThat(expected).extracting(PairPrediction::label).contains(0).anyMatch(l -> l != 0);
    assertSilver(silver("hub", hub), expected);
    List<Row> hard = silver("hard", hub, "silver.labels=hard");
    for (int i = 0; i < ROWS; i++) {
      assertThat(hard.get(i).getFloat(1)).isEqualTo(expected.get(i).label() == 0 ? 1 : 0);
    }
  }

  private static void assertSilver(List<Row> silver, List<PairPrediction> expected) {
    assertThat(silver).hasSize(ROWS);
    for (int i = 0; i < ROWS; i++) {
      assertThat(silver.get(i).getFloat(1)).isCloseTo(expected.get(i).score(), within(1e-5f));
      assertThat(silver.get(i).getInt(2)).isEqualTo(expected.get(i).label());
    }
  }

  @Test
  void label_classesWithoutNames_areRefusedOrTakenAsTheSettingSays() {
    assertThatThrownBy(() -> silver("refused", unnamed))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has 3 classes, LABEL_0, LABEL_1, LABEL_2")
        .hasMessageContaining("silver.matchClass");
    List<Row> silver = silver("said", unnamed, "silver.matchClass=LABEL_1");
    List<PairPrediction> expected = predictions(ours);
    for (int i = 0; i < ROWS; i++) {
      assertThat(silver.get(i).getFloat(1)).isCloseTo(expected.get(i).score(), within(1e-5f));
      assertThat(silver.get(i).isNullAt(2)).as("no NLI classes").isTrue();
    }
  }

  private List<Row> silver(String name, Path model, String... settings) {
    JobRun run = run("label-" + name);
    ModelFiles files = io.silverspark.model.files.ModelReference.open(model.toString());
    ModelDirectory.write(files, run.directory().resolve("models/cross"), "");
    run.run("label", new LabelJob(), settings);
    return run.table(SilverPairsTable.DEFINITION)
        .read()
        .orderBy("id")
        .select("id", "score", "label")
        .collectAsList();
  }

  @Test
  void evaluate_otherOrder_givesTheSameNumbers() {
    JobRun run = run("evaluate");
    EvaluateJob job = new EvaluateJob();
    new CommandLine(job)
        .parseArgs("--model", "ours=" + ours, "--model", "hub=" + hub, "--model", "no=" + unnamed);
    run.run(
        "evaluate",
        job,
        "evaluate.tasks=triplets,pairs,reranking",
        "evaluate.matchClass=1",
        "evaluate.resamples=5");
    List<ModelResult> models =
        EvaluationFile.read(run.directory().resolve("comparison.json")).models();
    Map<String, Double> expected = values(models.get(0));
    assertThat(expected)
        .containsKeys("nli_pairs_ap", "nli_pairs_label_accuracy", "nli_pairs_f1_macro");
    assertThat(values(models.get(1))).isEqualTo(expected);
    Map<String, Double> without = new TreeMap<>(expected);
    without.keySet().removeIf(key -> key.matches("nli_pairs_(label_accuracy|f1_(macro|weighted))"));
    assertThat(values(models.get(2))).as("no classes to compare").isEqualTo(without);

    assertThatThrownBy(() -> run.run("evaluate", job, "evaluate.tasks=pairs"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("evaluate.matchClass");
  }

  private static Map<String, Double> values(ModelResult model) {
    Map<String, Double> values = new TreeMap<>();
    model.metrics().forEach((id, value) -> values.put(id, rounded(value)));
    return values;
  }

  private static double rounded(MetricValue value) {
    return Math.round(value.value() * 1e4) / 1e4;
  }

  @Test
  void mineAndTeachers_otherOrder_giveTheSameScores() {
    List<String> expected = mined("ours", "mine.crossEncoder=" + ours);
    assertThat(expected).isNotEmpty();
    assertThat(mined("hub", "mine.crossEncoder=" + hub)).isEqualTo(expected);
    assertThat(mined("said", "mine.crossEncoder=" + unnamed, "mine.matchClass=label_1"))
        .isEqualTo(expected);

    JobRun run = new JobRun(spark, directory.resolve("run-mine-ours"));
    float[][] margins = margins(run, "cross.teacher=" + ours);
    assertThat(margins(run, "cross.teacher=" + hub)).isDeepEqualTo(margins);
    assertThat(margins(run, "cross.teacher=" + unnamed, "cross.matchClass=1"))
        .isDeepEqualTo(margins);
    assertThatThrownBy(() -> margins(run, "cross.teacher=" + unnamed))
        .hasStackTraceContaining("name it with matchClass");
    assertThat(
            TripletRows.teacher(
                    context(
                        run,
                        "train.data=triplets",
                        "train.loss=MarginMSELoss",
                        "train.teacher=" + unnamed,
                        "train.matchClass=LABEL_1"))
                .matchClass())
        .isEqualTo("LABEL_1");
  }

  private float[][] margins(JobRun run, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("cross.loss=MarginMSELoss");
    JobContext context = context(run, all.toArray(String[]::new));
    return TripletRows.of(
            context,
            run.table(TripletsTable.DEFINITION),
            CrossSettings.HARD_NEGATIVES,
            CrossEncoderExamples.teacher(context))
        .collect()
        .labels();
  }

  private JobContext context(JobRun run, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("run.dir=" + run.directory());
    return SparkFixture.context(
        spark, "train-cross", new java.io.ByteArrayOutputStream(), all.toArray(String[]::new));
  }

  /** Anchor, negative and its score, which is the cross-encoder's. */
  private List<String> mined(String name, String... settings) {
    JobRun run = run("mine-" + name);
    mine(run, settings);
    return run
        .table(TripletsTable.DEFINITION)
        .read()
        .orderBy("row")
        .select("anchor", "positive", "negative", "negative_score")
        .collectAsList()
        .stream()
        .map(
            row ->
                "%s|%s|%s|%.4f"
                    .formatted(
                        row.getString(0),
                        row.getString(1),
                        row.getString(2),
                        row.<Number>getAs(3).doubleValue()))
        .toList();
  }

  private void mine(JobRun run, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of("model.base=" + narrow, "mine.minScore=0", "mine.produce=triplets"));
    all.addAll(List.of(settings));
    run.run("mine", new MineJob(), all.toArray(String[]::new));
  }
}
