package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.config.TrainingUse;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code train-bi} and {@code train-cross} with the losses and data shapes that settings name. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrainLossesTest {
  private static final int ANCHORS = 6;

  private SparkSession spark;
  private JobRun run;

  @BeforeAll
  void writeTables(SparkSession session, @TempDir Path temporary) {
    spark = session;
    run = new JobRun(spark, temporary.resolve("losses"));
    run.write(IntentsTable.DEFINITION, intents(), 1);
    run.write(TripletsTable.DEFINITION, triplets(), 1);
    run.write(NliPairsTable.DEFINITION, nli(), 1);
  }

  private static List<Row> intents() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String text = "please help with matter %d of type %d".formatted(i, i % 3);
      rows.add(RowFactory.create((long) i, "train", (long) i, text, "type " + i % 3, "test"));
    }
    return rows;
  }

  private static List<Row> triplets() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 2 * ANCHORS; i++) {
      int anchor = i / 2;
      rows.add(
          RowFactory.create(
              (long) i,
              (long) i,
              "question number " + anchor,
              "answer number " + anchor,
              "remark %d of another kind".formatted(i),
              "hard",
              0.9f,
              0.5f,
              "test"));
    }
    return rows;
  }

  private static List<Row> nli() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rows.add(
          RowFactory.create(
              (long) i,
              "train",
              (long) i,
              "the premise has number " + i,
              "a hypothesis of class %d for %d".formatted(i % 3, i),
              i % 3,
              null,
              "test"));
    }
    return rows;
  }

  private String train(String... settings) {
    return run.run("train-bi", new TrainBiJob(), with(settings));
  }

  private static String[] with(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "model.layers=1",
                "gold.source=nli",
                "train.batchSize=6",
                "cross.layers=1",
                "cross.epochs=1",
                "cross.batchSize=4"));
    all.addAll(List.of(settings));
    return all.toArray(String[]::new);
  }

  @Test
  void train_intentsWithoutALossNamed_takesABatchTripletLoss() {
    assertThat(train("train.data=intents")).contains("train-bi-intents");
    assertThat(card("intents")).content().contains("BatchHardSoftMarginTripletLoss");
  }

  @Test
  void train_severalHardNegativesWithParameters_goThroughTheRankingLoss() {
    train(
        "train.data=triplets",
        "train.loss=MultipleNegativesRankingLoss",
        "train.hardNegatives=2",
        "train.lossParameters={ scale = 10, matryoshkaDims = [48, 16] }");
    assertThat(card("triplets")).content().contains("| training examples | " + ANCHORS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ContrastiveLoss", "CosineSimilarityLoss"})
  void train_lossOfLabelledPairs_learnsEachMinedTextWithItsAnchor(String loss) {
    JobRun mined = copy(loss);
    mined.run("train-bi", new TrainBiJob(), with("train.data=triplets", "train.loss=" + loss));
    assertThat(mined.directory().resolve("models/triplets/README.md"))
        .content()
        .contains("| training examples | " + 3 * ANCHORS); // a positive and two negatives
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BinaryCrossEntropyLoss | | 18",
        "CrossEntropyLoss | cross.numLabels=2 | 18",
        "LambdaLoss | | 6",
        "MultipleNegativesRankingLoss | | 12",
        "MultipleNegativesRankingLoss | cross.hardNegatives=2 | 6"
      })
  void trainCross_minedTriplets_areWhatTheLossTakes(String loss, String more, String examples) {
    JobRun mined = copy("cross-" + loss + more);
    List<String> settings = new ArrayList<>(List.of("cross.data=triplets", "cross.loss=" + loss));
    if (more != null) {
      settings.add(more);
    }
    mined.run("train-cross", new TrainCrossJob(), with(settings.toArray(String[]::new)));
    assertThat(mined.directory().resolve("models/cross/README.md"))
        .content()
        .contains("| training examples | " + examples);
  }

  /** A run with triplets alone: no gold pairs. */
  private JobRun copy(String name) {
    JobRun other = new JobRun(spark, run.directory().resolve(name.replaceAll("\\W", "-")));
    other.write(TripletsTable.DEFINITION, triplets(), 1);
    return other;
  }

  @Test
  void train_tooManyHardNegatives_isRefusedWithTheRemedy() {
    assertThatThrownBy(() -> train("train.data=triplets", "train.hardNegatives=3"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "has 3 negatives, as train.hardNegatives asks; lower it, or run 'mine'");
  }

  @ParameterizedTest
  @CsvSource({"gold, GISTEmbedLoss, false", "triplets, MarginMSELoss, true"})
  void train_byATeacher_writesAModel(String data, String loss, boolean cross) {
    String model = cross ? NarrowModel.crossEncoder() : NarrowModel.directory();
    train("train.data=" + data, "train.loss=" + loss, "train.teacher=" + model);
    assertThat(card(data)).content().contains(loss);
  }

  /** Margins are made in the precision of cross-encoders, cross.precision. */
  @Test
  void train_precisionOfTheTeacher_countsUnlessItIsTheDefault() {
    BiEncoderDataset usual = byACrossEncoder("cross.precision=auto");
    BiEncoderDataset other = byACrossEncoder("cross.precision=bf16");
    assertThat(model(other)).isNotEqualTo(model(usual));
    assertThat(rows(other)).isNotEqualTo(rows(usual));

    Settings settings = usual.context().settings();
    TrainingUse use = new TrainingUse(TrainingSource.TRIPLETS, "nli", usual.loss(), false);
    String teacher = ModelFingerprint.of(NarrowModel.crossEncoder());
    long version = run.table(TripletsTable.DEFINITION).version();
    assertThat(model(usual))
        .as("models of earlier versions, which did not know it, stay")
        .isEqualTo(
            new Fingerprint("train")
                .settings(settings, TrainSettings.of(use), TrainSettings.LATER)
                .input("teacher content", teacher)
                .input("triplets", version)
                .digest());
    assertThat(rows(usual))
        .as("and their shards")
        .isEqualTo(
            new Fingerprint("rows")
                .setting(settings, TrainSettings.HARD_NEGATIVES)
                .setting(settings, TrainSettings.MATCH_CLASS)
                .setting(settings, ModelSettings.MAX_SEQ_LENGTH)
                .input("teacher content", teacher)
                .input("triplets", version)
                .digest());
  }

  private BiEncoderDataset byACrossEncoder(String precision) {
    String[] settings =
        with(
            "run.dir=" + run.directory(),
            "train.data=triplets",
            "train.loss=MarginMSELoss",
            "train.teacher=" + NarrowModel.crossEncoder(),
            precision);
    JobContext context = SparkFixture.context(spark, "train-bi", settings);
    return BiEncoderDataset.of(context, TrainingSource.TRIPLETS).get(0);
  }

  private static String model(BiEncoderDataset data) {
    Fingerprint fingerprint = new Fingerprint("train");
    data.describe(fingerprint, false);
    return fingerprint.digest();
  }

  private static String rows(BiEncoderDataset data) {
    Fingerprint fingerprint = new Fingerprint("rows");
    data.describeRows(fingerprint);
    return fingerprint.digest();
  }

  @Test
  void train_guideThatReadsLessThanTheModel_isReadAsFarAsItCan() {
    assertThat(
            train(
                "train.data=gold",
                "train.loss=GISTEmbedLoss",
                "train.teacher=" + NarrowModel.directory(), // 64 tokens at most
                "model.base=builtin:all-MiniLM-L6-v2",
                "model.layers=1",
                "model.maxSeqLength=100"))
        .contains("models/gold");
  }

  @Test
  void train_teacherMissing_isRefused() {
    assertThatThrownBy(() -> train("train.data=gold", "train.loss=GISTEmbedLoss"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "train.loss = 'GISTEmbedLoss' needs a model to learn from: set train.teacher");
    JobRun bare = new JobRun(spark, run.directory().resolve("bare"));
    String[] settings = with("train.data=triplets", "train.loss=MarginMSELoss");
    assertThatThrownBy(() -> bare.run("train-bi", new TrainBiJob(), settings))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("MarginMSELoss needs a cross-encoder: set train.teacher, or run");
  }

  @Test
  void train_lossOfOtherData_isRefusedWithReasonAndRemedy() {
    assertThatThrownBy(() -> train("train.data=triplets", "train.loss=SoftmaxLoss"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "train.loss = 'SoftmaxLoss' does not fit train.data = 'triplets': it learns from"
                + " classified pairs, and the data are triplets or triplets with margins or positive"
                + " pairs or binary pairs or scored pairs or sentences; use gold.source ="
                + " nli with train.data = gold, or one of ")
        .hasMessageContaining("TripletLoss");
    assertThatThrownBy(() -> train("gold.source=sts", "train.data=gold", "train.loss=mnr"))
        .hasMessageStartingWith(
            "train.loss = 'MultipleNegativesRankingLoss' does not fit train.data = 'gold' of"
                + " gold.source = 'sts': it learns from positive pairs or triplets");
    assertThatThrownBy(() -> train("train.data=intents", "train.loss=TripletLoss"))
        .hasMessageContaining("use train.data = triplets, or one of");
  }

  @Test
  void settings_unknownParameter_isRefusedBeforeWork() {
    assertThatThrownBy(() -> train("train.loss=CoSENTLoss", "train.lossParameters.margin=3"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "train.lossParameters: CoSENTLoss has no parameter 'margin'; it has scale,");
  }

  @Test
  void train_severalDataSets_learnsEachByItsLoss() {
    String told =
        train(
            "train.data=datasets",
            "train.multiDatasetBatchSampler=round-robin",
            """
            train.datasets=[
              { data = gold, loss = SoftmaxLoss },
              { data = intents },
              { data = triplets, loss = TripletLoss, lossParameters = { tripletMargin = 2 } } ]\
            """);
    assertThat(told).contains("train-bi-datasets");
    assertThat(card("datasets"))
        .content()
        .contains(
            "nli: SoftmaxLoss, intents: BatchHardSoftMarginTripletLoss, triplets: TripletLoss")
        .contains("| training examples | 36");
  }

  @Test
  void train_severalDataSets_mistakesNameTheDataSet() {
    assertThatThrownBy(() -> datasets("{ data = gold, loss = CoSENTLoss, los = 3 }"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("train.datasets[0] has an unknown key 'los': needs name, data,")
        .hasMessageContaining("Did you mean 'loss'?");
    assertThatThrownBy(() -> datasets("{ data = intents }, { data = gold, loss = Cosent }"))
        .hasMessageStartingWith("train.datasets[1]: train.loss = 'Cosent' is not valid: needs one");
    assertThatThrownBy(() -> datasets("{ data = intents }, { data = intents }"))
        .hasMessage("two of train.datasets are named 'intents': set name = ... for one of them");
    assertThatThrownBy(() -> datasets("{ data = datasets }"))
        .hasMessage(
            "train.datasets[0]: data = 'datasets' is not valid: a data set holds no other ones");
    assertThatThrownBy(() -> train("train.data=datasets"))
        .hasMessageStartingWith("train.datasets is empty, but train.data or pipeline.models is");
    assertThatThrownBy(
            () -> datasets("{ data = gold, loss = mnr, batchSize = 1 }, { data = intents }"))
        .hasMessageStartingWith("train.datasets[0]: train.batchSize must be >= 2 while train.loss");
    assertThatThrownBy(
            () -> datasets("{ data = gold, loss = ContrastiveTensionLoss }, { data = intents }"))
        .hasMessageContaining("trains two copies of the model and cannot be mixed");
  }

  private void datasets(String list) {
    train("train.data=datasets", "train.datasets=[" + list + "]");
  }

  @Test
  void trainCross_namedLossWithParameters_writesAModel() {
    String told =
        run.run(
            "train-cross",
            new TrainCrossJob(),
            with(
                "cross.loss=MultipleNegativesRankingLoss",
                "cross.lossParameters={ num_negatives = 2 }"));
    assertThat(told).contains("models/cross").doesNotContain("up to date");
  }

  @Test
  void trainCross_lossOfLists_learnsFromPremisesAndFromATable() throws IOException {
    JobRun lists = new JobRun(spark, run.directory().resolve("lists"));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String hypothesis = "a hypothesis of class %d for %d".formatted(i % 3, i);
      rows.add(
          RowFactory.create(
              (long) i, "train", (long) i, "premise " + i / 3, hypothesis, i % 3, null, "test"));
    }
    lists.write(NliPairsTable.DEFINITION, rows, 1);
    lists.run("train-cross", new TrainCrossJob(), with("cross.loss=LambdaLoss"));
    assertThat(lists.directory().resolve("models/cross/README.md"))
        .content()
        .contains("| training examples | 4");

    JobRun table = new JobRun(spark, run.directory().resolve("table")); // no gold pairs
    Path file = table.directory().resolve("lists.jsonl");
    Files.createDirectories(table.directory());
    Files.writeString(
        file,
        """
        {"query": "who bakes bread", "documents": ["a baker", "a baker of cakes", "a sailor"], "labels": [2, 1, 0]}
        {"query": "who sails", "documents": ["a sailor", "a teacher"], "labels": [1, 0.5]}
        """);
    String[] settings =
        with(
            "cross.loss=ADRMSELoss",
            "cross.lossParameters={ alpha = 2, miniBatchSize = 2 }",
            "cross.lists=" + file);
    assertThat(table.run("train-cross", new TrainCrossJob(), settings)).contains("models/cross");
    assertThat(table.run("train-cross", new TrainCrossJob(), settings)).contains("is up to date");
    Files.writeString(
        file, Files.readString(file).replace("a teacher", "a farmer"), StandardCharsets.UTF_8);
    assertThat(table.run("train-cross", new TrainCrossJob(), settings))
        .doesNotContain("is up to date");
    Files.writeString(file, Files.readString(file).replace("query", "anchor")); // as mine.output
    Files.writeString(file, Files.readString(file).replace("documents", "positive"));
    Files.writeString(file, Files.readString(file).replace("labels", "scores"));
    assertThat(table.run("train-cross", new TrainCrossJob(), settings)).contains("is up to date");
  }

  @Test
  void trainCross_wrongLists_areRefusedByName() throws IOException {
    assertThatThrownBy(() -> lists("[]"))
        .hasMessageContaining("has no column 'query', found")
        .hasMessageEndingWith(
            "needed: query (text), documents (list of texts) and labels (list of numbers)");
    String good = "{\"query\": \"q\", \"documents\": %s, \"labels\": %s}";
    assertThatThrownBy(() -> lists(good.formatted("[\"a\", \"b\"]", "[1]")))
        .isInstanceOf(UserException.class)
        .hasMessageEndingWith(
            "the query 'q' has 2 documents and 1 labels, needs one document or more and as many"
                + " labels");
    assertThatThrownBy(() -> lists(good.formatted("[\"a\", null]", "[1, 0]")))
        .hasMessageEndingWith("the query 'q' has null as document 1");
    assertThatThrownBy(() -> lists(good.formatted("[{\"text\": \"a\"}]", "[1]")))
        .hasMessageContaining("column 'documents' is of type array<struct<text:string>>; needed:");
    assertThatThrownBy(() -> lists(good.formatted("[\"a\"]", "[\"high\"]")))
        .hasMessageContaining("column 'labels' is of type array<string>; needed:");
    assertThatThrownBy(() -> trainCross("cross.loss=ListNetLoss", "cross.lists=/no/such/place"))
        .hasMessage(
            "cross.lists = '/no/such/place' is missing, or neither .jsonl, .parquet nor a Delta"
                + " table nor catalog:NAME.SCHEMA.TABLE");
    assertThatThrownBy(() -> trainCross("cross.loss=MSELoss", "cross.lists=x.jsonl"))
        .hasMessageContaining(
            "cross.lists is set, but nothing reads it: only these values of cross.loss learn from"
                + " document lists: LambdaLoss, RankNetLoss, ListNetLoss, ListMLELoss,"
                + " PListMLELoss, ADRMSELoss. Remove it.");
    assertThatThrownBy(() -> trainCross("cross.loss=LambdaLoss"))
        .hasMessage(
            "no premise of the gold pairs has two hypotheses to compare; raise gold.rows, or give"
                + " lists of your own: cross.lists");
  }

  private void lists(String lines) throws IOException {
    Path file = Files.writeString(run.directory().resolve("wrong.jsonl"), lines);
    trainCross("cross.loss=ListNetLoss", "cross.lists=" + file);
  }

  private void trainCross(String... settings) {
    run.run("train-cross", new TrainCrossJob(), with(settings));
  }

  @Test
  void trainCross_classesWithOneOutput_areRefused() {
    assertThatThrownBy(
            () -> run.run("train-cross", new TrainCrossJob(), with("cross.loss=CrossEntropyLoss")))
        .hasMessageContaining(
            "cross.numLabels must be >= 2 while cross.loss is CrossEntropyLoss, because it learns"
                + " classes.");
  }

  private Path card(String data) {
    return run.directory().resolve("models/" + data + "/README.md");
  }
}
