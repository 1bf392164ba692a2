package io.silverspark.jobs.mine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.NarrowModel;
import io.silverspark.PromptedModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.EmbeddingsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.mining.VectorSimilarity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every sentence is paired with every other, so what must be left out would be seen. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MineJobTest {
  private static final List<String> SENTENCES =
      List.of(
          "A boy kicks a ball against the garage door.",
          "A child is playing outside.",
          "Someone is playing with a ball.",
          "The kettle whistles on the stove.",
          "Water is boiling in the kitchen.",
          "Rain has flooded the lower field.",
          "The field is under water.",
          "Two nurses share a sandwich between shifts.",
          "Hospital staff are eating.",
          "The night train to Lisbon was cancelled.");
  private static final int GOLD_ROWS = 8;
  private static final int TRAIN_ROWS = 30;
  private static final String[] SETTINGS = {
    "gold.rows=" + GOLD_ROWS,
    "silver.rows=0",
    "silver.perSentence=" + SENTENCES.size(),
    "silver.randomShare=0",
    "silver.chunkRows=7"
  };

  private JobRun run;
  private Path elsewhere;
  private SparkSession spark;

  @BeforeAll
  void mineOnce(SparkSession session, @TempDir Path directory) {
    spark = session;
    run = new JobRun(session, directory.resolve("run"));
    elsewhere = directory.resolve("elsewhere");
    run.write(NliPairsTable.DEFINITION, nliRows(), 1);
    run.write(StsPairsTable.DEFINITION, stsRows(), 1);
    run.run("mine", new MineJob(), SETTINGS);
  }

  /** Each of the first five sentences entails the other four; four more have one entailment. */
  private static List<Row> nliRows() {
    List<Row> rows = new ArrayList<>();
    for (int premise = 0; premise < 5; premise++) {
      for (int hypothesis = 0; hypothesis < 5; hypothesis++) {
        if (premise != hypothesis) {
          rows.add(nliRow(rows.size(), premise, hypothesis, 0));
        }
      }
      rows.add(nliRow(rows.size(), premise, 9, 2));
    }
    for (int premise = 5; premise < 9; premise++) {
      rows.add(nliRow(rows.size(), premise, premise + 1, 0));
    }
    return rows;
  }

  private static Row nliRow(long row, int premise, int hypothesis, int label) {
    String first = SENTENCES.get(premise);
    String second = SENTENCES.get(hypothesis);
    return RowFactory.create(1000 + row, "train", row, first, second, label, null, "test");
  }

  /** All 45 pairs: 30 to train on, the others to validate and test. */
  private static List<Row> stsRows() {
    List<Row> rows = new ArrayList<>();
    for (int first = 0; first < SENTENCES.size(); first++) {
      for (int second = first + 1; second < SENTENCES.size(); second++) {
        rows.add(RowFactory.create(SENTENCES.get(first), SENTENCES.get(second)));
      }
    }
    Collections.shuffle(rows, new Random(5));
    List<Row> table = new ArrayList<>();
    for (Row pair : rows) {
      long row = table.size();
      String split = row < TRAIN_ROWS ? "train" : row % 2 == 0 ? "validation" : "test";
      table.add(
          RowFactory.create(row, split, row, pair.getString(0), pair.getString(1), 2.5, "test"));
    }
    return table;
  }

  @Test
  @Tag("cluster")
  void pairs_andACorpusOfTheirOwn_giveTriplets() {
    JobRun own = pairs("pairs");
    own.run("mine", new MineJob(), corpus("mine.negativesPerAnchor=9"));
    List<Row> triplets =
        own.table(TripletsTable.DEFINITION)
            .read()
            .select("anchor", "positive", "negative")
            .collectAsList();
    Set<String> candidates = new TreeSet<>(SENTENCES.subList(1, 5));
    candidates.addAll(SENTENCES.subList(8, 10));
    assertThat(triplets)
        .allMatch(row -> candidates.contains(row.getString(2)))
        .noneMatch(row -> row.getString(2).equals(row.getString(0)))
        .noneMatch(row -> row.getString(2).equals(row.getString(1)))
        .anyMatch(row -> SENTENCES.subList(8, 10).contains(row.getString(2)));
    assertThat(triplets)
        .extracting(
            row -> SENTENCES.indexOf(row.getString(1)) - SENTENCES.indexOf(row.getString(0)))
        .containsOnly(1);
  }

  @Test
  @Tag("cluster")
  void output_ofAFormat_isATableOfTheUsersWithItsIds() {
    JobRun own = pairs("output");
    String output = elsewhere.resolve("mined.delta").toString();
    String[] settings =
        corpus(
            "mine.negativesPerAnchor=2",
            "mine.output=" + output,
            "mine.outputFormat=labeled-list",
            "mine.outputScores=true",
            "mine.corpusId=article");
    assertThat(own.run("mine", new MineJob(), settings))
        .contains(output + ": 4 rows (anchor, positive, scores, ids)");
    List<Row> rows = spark.read().format("delta").load(output).collectAsList();
    for (Row row : rows) {
      assertThat(row.getList(1).get(0))
          .isEqualTo(SENTENCES.get(SENTENCES.indexOf(row.getString(0)) + 1));
      List<Float> scores = row.getList(2);
      assertThat(scores.subList(1, 3)).isSortedAccordingTo(Comparator.reverseOrder());
      for (int i = 0; i < 3; i++) {
        int sentence = SENTENCES.indexOf(row.getList(1).get(i));
        assertThat(row.getList(3).get(i)).isEqualTo(sentence < 8 ? null : sentence);
      }
    }
    assertThat(own.run("mine", new MineJob(), settings)).contains("mine: up to date");
    FileUtils.deleteQuietly(new java.io.File(output));
    assertThat(own.run("mine", new MineJob(), settings)).doesNotContain("up to date");
  }

  @Test
  @Tag("cluster")
  void includePositives_areInTheRankingOfTheOutputAlone() {
    JobRun own = pairs("ranking");
    String output = elsewhere.resolve("ranked.delta").toString();
    own.run(
        "mine",
        new MineJob(),
        corpus(
            "mine.negativesPerAnchor=5",
            "mine.rangeMax=null",
            "mine.output=" + output,
            "mine.outputFormat=n-tuple",
            "mine.includePositives=true"));
    Dataset<Row> ranked = spark.read().format("delta").load(output);
    assertThat(ranked.count()).isEqualTo(4);
    assertThat(
            ranked
                .where("positive IN (negative_1, negative_2, negative_3, negative_4, negative_5)")
                .count())
        .isPositive();
    Dataset<Row> triplets = own.table(TripletsTable.DEFINITION).read();
    assertThat(triplets.where("positive = negative").count()).isZero();
  }

  @Test
  void output_thatCannotBe_isRefusedBeforeAnyWork() {
    JobRun own = new JobRun(spark, elsewhere.resolve("refused"));
    assertThatThrownBy(() -> own.run("mine", new MineJob(), "mine.output=mined.jsonl"))
        .hasMessageContaining("mine.output = 'mined.jsonl' has the ending of another format");
    assertThatThrownBy(
            () -> own.run("mine", new MineJob(), "mine.output=mined", "mine.includePositives=true"))
        .hasMessageContaining("mine.includePositives needs mine.outputFormat = n-tuple");
    assertThatThrownBy(() -> own.run("mine", new MineJob(), "mine.includePositives=true"))
        .hasMessageContaining("nothing reads it: there is no mine.output");
    JobRun withPairs = pairs("ids");
    assertThatThrownBy(
            () ->
                withPairs.run(
                    "mine", new MineJob(), corpus("mine.output=mined", "mine.corpusId=articel")))
        .hasMessageContaining("has no column 'articel' for mine.corpusId; found body, article");
  }

  /** A run with four pairs. */
  private JobRun pairs(String name) {
    JobRun own = new JobRun(spark, elsewhere.resolve(name));
    List<Row> pairs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      pairs.add(
          RowFactory.create(
              (long) i, "train", (long) i, SENTENCES.get(i), SENTENCES.get(i + 1), null, "test"));
    }
    own.write(PairsTable.DEFINITION, pairs, 1);
    return own;
  }

  /** The settings of mining from two sentences with their numbers as ids, and more. */
  private static String[] corpus(String... more) {
    String query =
        "mine.corpus=query:SELECT body, int(article) AS article FROM VALUES ('%s', 8), (' ', 0), ('%s', 9) AS t(body, article)"
            .formatted(SENTENCES.get(8), SENTENCES.get(9));
    return Stream.concat(
            Stream.of("gold.source=pairs", "mine.corpusColumn=body", query), Stream.of(more))
        .toArray(String[]::new);
  }

  /** Another run with tables of the first. */
  private JobRun with(String name, TableDefinition... tables) throws IOException {
    JobRun other = new JobRun(spark, elsewhere.resolve(name));
    for (TableDefinition table : tables) {
      Path directory = Path.of("tables", table.name());
      FileUtils.copyDirectory(
          run.directory().resolve(directory).toFile(),
          other.directory().resolve(directory).toFile());
    }
    return other;
  }

  private Set<String> candidates(JobRun of) {
    List<Row> rows = of.table(CandidatePairsTable.DEFINITION).read().collectAsList();
    Set<String> pairs = new TreeSet<>();
    for (Row row : rows) {
      assertThat(pairs.add(pair(row.getAs("sentence1"), row.getAs("sentence2")))).isTrue();
    }
    return pairs;
  }

  private static String pair(String one, String other) {
    return one.compareTo(other) < 0 ? one + " | " + other : other + " | " + one;
  }

  @Test
  @Tag("cluster")
  void mine_textsThatDifferInCaseOnly_areOneText(@TempDir Path directory) {
    JobRun small = new JobRun(spark, directory);
    String[][] nli = {
      {"The cat sleeps.", "A cat is asleep.", "0"},
      {"The cat sleeps.", "A cat is asleep.", "0"},
      {"the cat sleeps.", "A CAT IS ASLEEP.", "0"},
      {"Same text here.", "same  text here.", "0"},
      {"The dog runs.", "A dog is running.", "0"},
      {"The dog runs.", "S\u00e0me text here.", "2"},
      {"The dog runs.", "The dog sleeps.", "2"},
      {"The dog runs.", "A dog moves.", "0"},
      {"Rain falls.", "It is raining.", "0"}
    };
    List<Row> rows = new ArrayList<>();
    for (String[] row : nli) {
      long number = rows.size();
      rows.add(
          RowFactory.create(
              number, "train", number, row[0], row[1], Integer.valueOf(row[2]), null, "t"));
    }
    small.write(NliPairsTable.DEFINITION, rows, 2);
    Row gold = RowFactory.create(1L, "train", 0L, "the dog RUNS.", "a dog moves.", 4.0, "t");
    small.write(StsPairsTable.DEFINITION, List.of(gold), 1);

    String told =
        small.run("mine", new MineJob(), "mine.rangeMax=50", "silver.corpus=nli", "silver.rows=0");

    List<Row> triplets = small.table(TripletsTable.DEFINITION).read().collectAsList();
    assertThat(triplets).isNotEmpty();
    for (Row triplet : triplets) {
      assertThat(lower(triplet, "negative"))
          .isNotIn(lower(triplet, "positive"), lower(triplet, "anchor"));
      assertThat(lower(triplet, "positive")).isNotEqualTo(lower(triplet, "anchor"));
    }
    assertThat(triplets.stream().map(row -> lower(row, "anchor") + lower(row, "positive")))
        .doesNotHaveDuplicates();
    long without = 7 - triplets.size();
    assertThat(told)
        .contains(
            "mine: 6 texts differ from another one only in what the model does not distinguish,"
                + " such as case; they count as that one")
        .contains("mine: " + without + " of 7 entailed rows gave no triplet: 2 repeat another row,")
        .contains("1 have one text twice as the model sees it");
    Set<String> pairs = new TreeSet<>();
    for (Row row : small.table(CandidatePairsTable.DEFINITION).read().collectAsList()) {
      assertThat(lower(row, "sentence1")).isNotEqualTo(lower(row, "sentence2"));
      assertThat(pairs.add(pair(lower(row, "sentence1"), lower(row, "sentence2")))).isTrue();
    }
    assertThat(pairs)
        .contains("a dog is running. | the dog runs.")
        .doesNotContain("a dog moves. | the dog runs.");
  }

  private static String lower(Row row, String column) {
    return row.<String>getAs(column).toLowerCase(Locale.ROOT);
  }

  @Test
  void triplets_ofAllNli_neverUseALabelledEntailmentAsNegative() {
    Set<String> entailed =
        nliRows().stream()
            .filter(row -> row.getInt(5) == 0)
            .map(row -> row.getString(3) + " | " + row.getString(4))
            .collect(Collectors.toSet());

    List<Row> triplets = run.table(TripletsTable.DEFINITION).read().orderBy("row").collectAsList();

    assertThat(triplets).hasSize(entailed.size());
    for (int i = 0; i < triplets.size(); i++) {
      Row triplet = triplets.get(i);
      String anchor = triplet.getAs("anchor");
      assertThat(triplet.<Long>getAs("row")).isEqualTo(i);
      assertThat(entailed).contains(anchor + " | " + triplet.getAs("positive"));
      assertThat(entailed).doesNotContain(anchor + " | " + triplet.getAs("negative"));
      assertThat(triplet.<String>getAs("negative")).isNotEqualTo(anchor);
      assertThat(triplet.<Float>getAs("negative_score")).isBetween(-1f, 1f);
    }
  }

  /** Of 45 pairs 8 are gold and 15 in validation or test. */
  @Test
  void candidates_allPairsAreNeighbours_leaveOutGoldAndEvaluationPairs() {
    Set<String> evaluation =
        stsRows().stream()
            .skip(TRAIN_ROWS)
            .map(row -> pair(row.getString(3), row.getString(4)))
            .collect(Collectors.toSet());

    assertThat(candidates(run))
        .hasSize(45 - GOLD_ROWS - (45 - TRAIN_ROWS))
        .doesNotContainAnyElementsOf(evaluation);
  }

  @Test
  void mine_done_saysInItsRecordHowFastItEmbedded() throws Exception {
    assertThat(Files.readString(run.directory().resolve("stages/mine.json")))
        .containsPattern("candidate pairs, [\\d,]+ texts/s, \\d+ shapes? of batches");
  }

  @Test
  void candidates_areDealtToFullChunks() {
    List<Row> chunks =
        run.table(CandidatePairsTable.DEFINITION)
            .read()
            .groupBy("chunk")
            .count()
            .orderBy("chunk")
            .collectAsList();

    assertThat(chunks).extracting(row -> row.getInt(0)).containsExactly(0, 1, 2, 3);
    assertThat(chunks).extracting(row -> row.getLong(1)).containsExactly(7L, 7L, 7L, 1L);
  }

  /** Once with the stage's record, and once into the same tables without it. */
  @Test
  void mine_againWithInputsInOtherOrderAndPartitions_changesNoVersion() throws Exception {
    assertThat(run.run("mine", new MineJob(), SETTINGS)).contains("up to date");

    JobRun other = with("shuffled", TripletsTable.DEFINITION, CandidatePairsTable.DEFINITION);
    List<Row> nli = nliRows();
    List<Row> sts = stsRows();
    Collections.shuffle(nli, new Random(1));
    Collections.shuffle(sts, new Random(2));
    other.write(NliPairsTable.DEFINITION, nli, 5);
    other.write(StsPairsTable.DEFINITION, sts, 3);
    assertThat(other.run("mine", new MineJob(), SETTINGS)).contains("unchanged");

    for (TableDefinition table :
        List.of(TripletsTable.DEFINITION, CandidatePairsTable.DEFINITION)) {
      assertThat(other.table(table).version()).isEqualTo(run.table(table).version());
      assertThat(other.rows(table)).isEqualTo(run.rows(table));
    }
  }

  /** The other way at every turn: graphs, words, bins, a table of embeddings, a cross-encoder. */
  @Test
  @Tag("cluster") // indexes, words, samplers and cross-encoders have tests of their own
  void mine_byGraphsWordsAndCrossEncoder_fillsTheTables() throws Exception {
    JobRun other = with("ways", NliPairsTable.DEFINITION, StsPairsTable.DEFINITION);
    String[] settings = {
      "gold.rows=" + GOLD_ROWS,
      "mine.search=hnsw",
      "mine.sampling=random",
      "mine.crossEncoder=" + NarrowModel.crossEncoder(),
      "mine.minScore=0",
      "mine.embeddings=table",
      "silver.search=bm25",
      "silver.sampling=density",
      "silver.randomShare=0.5",
      "silver.rows=9"
    };

    String told = other.run("mine", new MineJob(), settings);

    assertThat(told).contains("index of negatives: recall@10 = 1.0000, measured on 9 texts");
    List<Row> triplets = other.table(TripletsTable.DEFINITION).read().collectAsList();
    assertThat(triplets)
        .hasSize((int) run.table(TripletsTable.DEFINITION).count())
        .allMatch(row -> row.<String>getAs("model").equals(NarrowModel.crossEncoder()))
        .allMatch(row -> row.<Float>getAs("negative_score") >= 0);
    assertThat(candidates(other)).hasSize(9).isSubsetOf(candidates(run));
    assertThat(
            other
                .table(CandidatePairsTable.DEFINITION)
                .read()
                .select("origin")
                .distinct()
                .collectAsList())
        .extracting(row -> row.getString(0))
        .isSubsetOf("bm25", "random");
    assertThat(other.table(EmbeddingsTable.DEFINITION).count()).isEqualTo(SENTENCES.size());
    try (Stream<Path> indexes = Files.list(other.directory().resolve("tables/indexes"))) {
      assertThat(indexes).hasSize(1);
    }
  }

  @Test
  void mine_modelThatComparesByManhattan_scoresByItOnVectorsOfLengthOne() {
    JobRun other = new JobRun(spark, elsewhere.resolve("manhattan"));
    other.write(NliPairsTable.DEFINITION, nliRows(), 1);
    Path model = NarrowModel.save(elsewhere.resolve("far"), Similarity.MANHATTAN);
    String base = "model.base=" + model;
    String produce = "mine.produce=triplets";

    other.run("mine", new MineJob(), base, produce, "mine.minScore=-9", "mine.margin=0.01");

    List<Row> rows = other.table(TripletsTable.DEFINITION).read().collectAsList();
    assertThat(rows).isNotEmpty();
    try (SentenceEncoder encoder =
        SentenceEncoder.load(model.toString(), EncoderOptions.defaults().withWorkers(1))) {
      for (Row row : rows) {
        float[][] unit =
            Stream.of(encoder.encode(List.of(row.getAs("anchor"), row.<String>getAs("negative"))))
                .map(VectorSimilarity::unit)
                .toArray(float[][]::new);
        float score = row.getAs("negative_score");
        assertThat(score).isBetween(-9f, row.<Float>getAs("positive_score") - 0.01f);
        assertThat((double) score)
            .isCloseTo(Similarity.MANHATTAN.of(unit[0], unit[1]), within(1e-4));
      }
    }
    assertThatThrownBy(() -> other.run("mine", new MineJob(), base, produce, "mine.search=hnsw"))
        .hasMessage(
            "mine.search = hnsw has no graph for manhattan, similarity_fn_name of '%s': set"
                    .formatted(model)
                + " mine.search = exact");
    assertThatThrownBy(() -> other.run("mine", new MineJob(), produce, "mine.minScore=-9"))
        .hasMessage(
            "mine.minScore = -9.0, expected a number from -1 to 1, since scores are cosines");
  }

  /** Embeddings of one prompt are never taken for those of another: one table serves both runs. */
  @Test
  @Tag("cluster") // PromptedMiningTest has the four cases without the job
  void mine_behindPrompts_givesTheTripletsOfThePeer() throws Exception {
    JsonNode recorded;
    try (InputStream in =
        MineJobTest.class.getResourceAsStream(
            "mining-with-prompts-sentence-transformers-6.0.1.json")) {
      recorded = new ObjectMapper().readTree(in);
    }
    JobRun other = new JobRun(spark, elsewhere.resolve("prompts"));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < recorded.get("anchors").size(); i++) {
      String anchor = recorded.get("anchors").get(i).asText();
      String positive = recorded.get("positives").get(i).asText();
      rows.add(RowFactory.create(1000L + i, "train", (long) i, anchor, positive, 0, null, "test"));
    }
    other.write(NliPairsTable.DEFINITION, rows, 1);
    Path model = PromptedModel.save(elsewhere.resolve("prompted"));
    String[] names = {
      "model.base=" + model,
      "mine.negativesPerAnchor=2",
      "mine.rangeMax=5",
      "mine.embeddings=table",
      "mine.produce=triplets"
    };
    String[] texts = Arrays.copyOf(names, names.length + 2);
    texts[names.length] = "mine.queryPrompt=\"b b \"";
    texts[names.length + 1] = "mine.corpusPrompt=\"a b \"";

    other.run("mine", new MineJob(), names);
    assertThat(triplets(other)).isEqualTo(expected(recorded.get("cases"), "names"));
    assertThat(other.table(EmbeddingsTable.DEFINITION).count()).isEqualTo(2L * rows.size());

    other.run("mine", new MineJob(), texts);
    assertThat(triplets(other)).isEqualTo(expected(recorded.get("cases"), "texts"));
    assertThat(other.table(EmbeddingsTable.DEFINITION).count()).isEqualTo(4L * rows.size());
  }

  private static Set<String> triplets(JobRun of) {
    return of.table(TripletsTable.DEFINITION).read().collectAsList().stream()
        .map(
            row ->
                row.<String>getAs("anchor")
                    + " | "
                    + row.getAs("positive")
                    + " | "
                    + row.getAs("negative"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> expected(JsonNode cases, String name) {
    Set<String> triplets = new TreeSet<>();
    for (JsonNode one : cases) {
      if (one.get("name").asText().equals(name)) {
        for (JsonNode row : one.get("triplets")) {
          triplets.add(
              row.get(0).asText() + " | " + row.get(1).asText() + " | " + row.get(2).asText());
        }
      }
    }
    return triplets;
  }

  @Test
  void mine_oneEntailedRow_saysThatNoOtherTextIsThere() {
    JobRun other = new JobRun(spark, elsewhere.resolve("one"));
    other.write(NliPairsTable.DEFINITION, List.of(nliRow(0, 0, 1, 0)), 1);
    assertThat(other.run("mine", new MineJob(), "mine.produce=triplets"))
        .contains(
            "the corpus has one text, which cannot be a negative of its own anchor, so there are no"
                + " triplets");
  }

  @Test
  void mine_relabelWithoutNli_takesTheRestAsItIsAndLeavesTripletsEmpty() throws Exception {
    JobRun other = with("relabel", StsPairsTable.DEFINITION);

    String told =
        other.run(
            "mine",
            new MineJob(),
            "silver.method=relabel",
            "silver.rows=0",
            "gold.rows=" + GOLD_ROWS);

    assertThat(told).contains("no triplets");
    assertThat(other.table(TripletsTable.DEFINITION).count()).isZero();
    assertThat(candidates(other)).hasSize(TRAIN_ROWS - GOLD_ROWS);
    assertThat(
            other.table(CandidatePairsTable.DEFINITION).read().where("origin <> 'relabel'").count())
        .isZero();
  }
}
