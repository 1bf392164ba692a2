package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;
import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.Commands;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.StableId;
import io.silverspark.jobs.table.TripletsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Pairs that arrive, mined against a table of articles and the positives. */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class FollowedMiningTest {
  private static final StructType PAIRS = StructType.fromDDL("anchor string, positive string");
  private static final String FORMAT = "mine.outputFormat=triplet";

  @TempDir Path directory;

  private SparkSession spark;
  private JobRun run;
  private long appended;

  @BeforeEach
  void tables(SparkSession session) {
    spark = session;
    run = new JobRun(session, directory.resolve("run"));
    articles("Parcels come by van.", "Cards are accepted.", "The shop opens at nine.");
    arrive("How do I pay?", "By card.", "Where is my parcel?", "In the van.");
  }

  @Test
  void firstBatch_hasTheRowsOfTheBatchJob_andLaterOnesAreAdded() {
    Commands first = follow();
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err())
        .contains("mine: the corpus has 5 texts", "batch 0, 2 pairs, 2 rows -> ");
    List<String> mined = rows("mined");
    batch("batch");
    assertThat(mined).hasSize(2).isEqualTo(rows("batch"));

    arrive("how do i PAY?", "With cash.", "Who are you?", "A shop.", "How do I pay?", "By card.");
    Commands second = follow("mine.negativesPerAnchor=1");
    assertThat(second.err()).contains("the corpus has 7 texts", "batch 1, 2 pairs, 2 rows -> ");
    List<Row> all = output("mined").collectAsList();
    assertThat(all).hasSize(4);
    assertThat(all)
        .filteredOn(row -> row.getString(1).equals("With cash."))
        .as("the other positive of the anchor is known, in another spelling of it")
        .singleElement()
        .satisfies(row -> assertThat(row.getString(2)).isNotIn("By card.", "With cash."));
    assertThat(follow().err()).contains("mine: no new rows in");
  }

  @Test
  void batch_runAgainAfterAKill_isWrittenOnce() throws IOException {
    assertThat(follow().code()).isZero();
    arrive("Who are you?", "A shop.");
    assertThat(follow().code()).isZero();
    List<String> mined = rows("mined");
    List<String> candidates = run.rows(CandidatePairsTable.DEFINITION);
    try (Stream<Path> commits = Files.list(directory.resolve("mined/_checkpoints/mine/commits"))) {
      for (Path commit :
          commits.filter(file -> file.getFileName().toString().contains("1")).toList()) {
        Files.deleteIfExists(commit);
      }
    }
    assertThat(follow().err()).contains("batch 1, 1 pairs");
    assertThat(rows("mined")).hasSize(3).isEqualTo(mined);
    assertThat(run.rows(CandidatePairsTable.DEFINITION)).hasSize(3).isEqualTo(candidates);
  }

  @Test
  void output_thatAKillLeftWithoutItsMark_isFilled() throws IOException {
    assertThat(follow().code()).isZero();
    List<String> mined = rows("mined");
    List<Row> kept = output("mined").collectAsList();
    StructType schema = output("mined").schema();

    begun(spark.createDataFrame(kept, schema));
    assertMistake(follow(), "is a table that no stream began");
    begun(spark.createDataFrame(List.of(), schema));
    Commands again = follow();
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(rows("mined")).isEqualTo(mined).hasSize(2);
    assertThat(run.table(CandidatePairsTable.DEFINITION).count()).isEqualTo(2);
  }

  /** The output as its first commit leaves it, before the batch has ended. */
  private void begun(Dataset<Row> rows) throws IOException {
    Path table = directory.resolve("mined");
    try (Stream<Path> files = Files.walk(table)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        boolean isProgress = file.toString().contains("_checkpoints");
        if (!file.equals(table) && (!isProgress || file.getParent().endsWith("commits"))) {
          Files.delete(file);
        }
      }
    }
    DeltaLog.clearCache();
    rows.write().format("delta").mode("append").save(table.toString());
  }

  @Test
  void evaluationPairs_inAnotherSpellingToo_areNoCandidates() {
    List<String> corpus =
        List.of(
            "Parcels come by van.",
            "Cards are accepted.",
            "The shop opens at nine.",
            "By card.",
            "In the van.");
    spark
        .createDataset(corpus, Encoders.STRING())
        .selectExpr(
            "xxhash64(value) AS id",
            "'validation' AS split",
            "0L AS row",
            "'HOW do I pay?' AS anchor",
            "upper(value) AS positive",
            "string(null) AS key",
            "'test' AS source")
        .write()
        .format("delta")
        .mode("append")
        .save(run.table(PairsTable.DEFINITION).path());
    assertThat(follow("mine.includePositives=false").code()).isZero();
    assertThat(output("mined").select("anchor").as(Encoders.STRING()).collectAsList())
        .containsExactlyInAnyOrder("How do I pay?", "Where is my parcel?");
    assertThat(
            run.table(CandidatePairsTable.DEFINITION)
                .read()
                .select("sentence1")
                .as(Encoders.STRING())
                .collectAsList())
        .containsExactly("Where is my parcel?");
  }

  @Test
  void batchJob_leavesWhatTheStreamFills() {
    assertThat(follow("silver.chunkRows=1").code()).isZero();
    List<String> mined = rows("mined");
    List<Integer> chunks =
        run.table(CandidatePairsTable.DEFINITION)
            .read()
            .select("chunk")
            .as(Encoders.INT())
            .collectAsList();
    assertThat(chunks).containsExactlyInAnyOrder(0, 1);
    arrive("Who are you?", "A shop.");
    assertThat(batch("mined"))
        .contains("'mine --follow' fills candidate_pairs, which stays as it is")
        .contains("mined, which stays as it is");
    assertThat(rows("mined")).isEqualTo(mined);
    assertThat(run.table(TripletsTable.DEFINITION).count()).isEqualTo(3);
    assertThat(run.table(CandidatePairsTable.DEFINITION).count()).isEqualTo(2);

    assertThat(follow("silver.chunkRows=1").code()).isZero();
    assertThat(output("mined").count()).isEqualTo(3);
  }

  @Test
  void graphs_areBuiltForTheCorpusAndSearchedByEachBatch() throws IOException {
    articles("Nine is early.", "Vans are white.", "Money is money.");
    assertThat(follow("mine.search=hnsw").code()).isZero();
    arrive("Who are you?", "A shop.");
    assertThat(follow("mine.search=hnsw").code()).isZero();
    assertThat(output("mined").count()).isEqualTo(3);
    try (Stream<Path> graphs = Files.list(directory.resolve("run/tables/indexes"))) {
      assertThat(graphs).hasSize(2).allMatch(graph -> graph.toString().contains("followed-"));
    }
  }

  @Test
  void settingsAndTables_thatDoNotFit_areRefusedInOneLine() {
    assertMistake(follow("mine.output="), "mine --follow writes mine.output, which is empty");
    assertMistake(
        follow("gold.source=pairs", "gold.rows=1"), "gold.rows = 1 is not possible with mine");
    batch("mined");
    assertMistake(follow(), "is a table that no stream began");
    assertThat(follow("mine.output=" + path("other")).code()).isZero();
    assertMistake(
        follow("mine.output=" + path("other"), "mine.relativeMargin=0.5"),
        "was started with mine.relativeMargin 'null', now it is '0.5'");
    assertMistake(
        follow("mine.output=" + path("third")),
        "candidate_pairs is filled by the stream with checkpoint '" + path("other"));
    spark.sql("DELETE FROM delta.`" + path("run/tables/pairs") + "` WHERE anchor like 'How%'");
    assertMistake(follow("mine.output=" + path("other")), "were changed or deleted since the last");
  }

  @Test
  void producedTables_areThoseOfTheSettings() {
    assertThat(follow("mine.produce=triplets").code()).isZero();
    assertThat(run.table(CandidatePairsTable.DEFINITION).exists()).isFalse();
    assertThat(output("mined").count()).isEqualTo(2);
    Commands pairs = follow("mine.produce=candidates", "mine.output=");
    assertThat(pairs.code()).as(pairs.err()).isZero();
    assertThat(
            run.table(CandidatePairsTable.DEFINITION)
                .read()
                .select("origin", "similarity")
                .collectAsList())
        .hasSize(2)
        .allMatch(row -> row.getString(0).equals("neighbour") && row.getFloat(1) <= 1);
  }

  private void articles(String... texts) {
    spark
        .createDataset(List.of(texts), Encoders.STRING())
        .toDF("text")
        .write()
        .format("delta")
        .mode("append")
        .save(path("articles"));
  }

  /** Rows as ingest writes them; of a repeated pair the second one has another id. */
  private void arrive(String... texts) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < texts.length; i += 2) {
      rows.add(RowFactory.create(texts[i], texts[i + 1]));
    }
    Dataset<Row> pairs =
        spark
            .createDataFrame(rows, PAIRS)
            .withColumn("split", lit("train"))
            .withColumn("row", lit(appended))
            .withColumn("key", lit(null))
            .withColumn("source", lit("test"));
    boolean again = appended > 0;
    Dataset<Row> known =
        again
            ? run.table(PairsTable.DEFINITION).read().selectExpr("anchor", "positive", "2 AS times")
            : spark.createDataFrame(List.of(), PAIRS.add("times", "int"));
    run.table(PairsTable.DEFINITION)
        .append(
            pairs
                .join(known, PAIRS.fieldNames(), "left")
                .withColumn(
                    "id",
                    xxhash64(
                        StableId.of(col("split"), col("anchor"), col("positive")),
                        org.apache.spark.sql.functions.coalesce(col("times"), lit(1)))),
            "test",
            appended++,
            Map.of());
  }

  private Commands follow(String... settings) {
    List<String> arguments = new ArrayList<>(List.of("--follow", "available"));
    Stream.concat(Stream.of(settings(path("mined"))), Stream.of(settings))
        .forEach(setting -> arguments.addAll(List.of("--set", setting)));
    arguments.addAll(List.of("--set", "run.dir=" + run.directory()));
    arguments.addAll(List.of("--set", "model.base=" + NarrowModel.directory()));
    arguments.addAll(List.of("--set", "model.precision=fp32"));
    return Commands.run(new MineJob(), arguments.toArray(String[]::new));
  }

  private String batch(String output) {
    return run.run("mine", new MineJob(), settings(path(output)));
  }

  private String[] settings(String output) {
    return new String[] {
      "mine.corpus=" + path("articles"), "mine.output=" + output, FORMAT, "gold.source=pairs"
    };
  }

  private static void assertMistake(Commands result, String message) {
    assertThat(result.err()).contains(message);
    assertThat(result.code()).isEqualTo(2);
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private Dataset<Row> output(String name) {
    return spark.read().format("delta").load(path(name));
  }

  private List<String> rows(String name) {
    return output(name).toJSON().collectAsList().stream().sorted().toList();
  }
}
