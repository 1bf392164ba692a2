package io.silverspark.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SparkFixture;
import io.silverspark.jobs.Commands;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
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

/** A table of tickets that grows, and the run's table of pairs. */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class FollowedPairsTest {
  private static final String COLUMNS =
      "data.pairs.columns={ anchor = question, positive = answer }";
  private static final String IDS =
      "data.pairs.columns={ anchor = question, positive = answer, id = ticket }";
  private static final StructType TICKETS =
      StructType.fromDDL("ticket int, question string, answer string");

  private static final int MANY = 2000;

  @TempDir Path directory;

  private SparkSession spark;

  @BeforeEach
  void session(SparkSession session) {
    spark = session;
  }

  @Test
  void rows_asTheyArrive_haveTheIdsOfTheBatchJob() {
    add(1, "How do I pay?", "By card.");
    add(2, "Where is my parcel?", "In the van.");
    Commands first = follow(COLUMNS);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err()).contains("ingest: batch 0, 2 rows -> ");
    add(3, "How do I pay?", "By card.");
    add(4, "Who are you?", "A shop.");
    assertThat(follow(COLUMNS).err()).contains("batch 1, 2 rows");
    assertThat(follow(COLUMNS).err()).contains("ingest: no new rows in tickets");

    Commands batch =
        Commands.run(
            new IngestJob(),
            "--set",
            "data.pairs.train=tickets",
            "--set",
            "data.dir=" + directory,
            "--set",
            COLUMNS,
            "--set",
            "run.dir=" + directory.resolve("batch"));
    assertThat(batch.code()).as(batch.err()).isZero();
    assertThat(column(directory.resolve("run"), "id"))
        .hasSize(4)
        .containsExactlyInAnyOrderElementsOf(column(directory.resolve("batch"), "id"));
    assertThat(column(directory.resolve("run"), "row"))
        .containsExactlyInAnyOrder("0", "1", "2", "3");
  }

  @Test
  void batch_runAgainAfterAKill_isWrittenOnce() throws IOException {
    add(1, "How do I pay?", "By card.");
    add(2, " ", "In the van.");
    assertThat(follow(COLUMNS).err()).contains("batch 0, 1 rows, 1 to quarantine");
    add(3, "Who are you?", "A shop.");
    add(4, "Why?", null);
    assertThat(follow(COLUMNS).code()).isZero();
    List<String> pairs = column(directory.resolve("run"), "id");
    killedBeforeTheCheckpointOfBatch1();
    assertThat(follow(COLUMNS).err()).contains("batch 1, written before the last stop -> ");
    assertThat(column(directory.resolve("run"), "id")).isEqualTo(pairs).hasSize(2);
    assertThat(quarantined()).hasSize(2);
  }

  @Test
  void ids_ofABatchThatIsRunAgain_areNotThoseOfEarlierRows() throws IOException {
    add(1, "How do I pay?", "By card.");
    assertThat(follow(IDS).code()).isZero();
    addAll(20, 40);
    add(1, "How do I pay?", "In cash.");
    assertThat(follow(IDS).err()).contains("batch 1, 20 rows, 1 to quarantine");
    List<String> pairs = column(directory.resolve("run"), "id");
    List<String> refused = rows(directory.resolve("run"), QuarantineTable.DEFINITION, "id");

    killedBeforeTheCheckpointOfBatch1();
    Commands again = follow(IDS);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(column(directory.resolve("run"), "id")).isEqualTo(pairs).hasSize(21);
    assertThat(rows(directory.resolve("run"), QuarantineTable.DEFINITION, "id"))
        .isEqualTo(refused)
        .hasSize(1);

    killedBeforeTheCheckpointOfBatch1();
    withoutTheLastCommit(directory.resolve("run/tables/pairs/_delta_log"));
    assertThat(column(directory.resolve("run"), "id")).hasSize(1);
    assertThat(follow(IDS).err()).contains("batch 1, 20 rows, 1 to quarantine");
    assertThat(column(directory.resolve("run"), "id")).isEqualTo(pairs);
    assertThat(rows(directory.resolve("run"), QuarantineTable.DEFINITION, "id")).isEqualTo(refused);
    add(50, "Who are you?", "A shop.");
    assertThat(follow(IDS).err()).contains("batch 2, 1 rows -> ");
  }

  /** Killed after the tables' commits and before the checkpoint's: the batch is run again. */
  private void killedBeforeTheCheckpointOfBatch1() throws IOException {
    delete(directory.resolve("run/tables/pairs/_checkpoints/ingest/commits"), "1");
  }

  /** Killed between the two tables. */
  private static void withoutTheLastCommit(Path log) throws IOException {
    try (Stream<Path> commits = Files.list(log)) {
      String last =
          commits
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("\\d+\\.json"))
              .max(Comparator.naturalOrder())
              .orElseThrow();
      delete(log, last.replace(".json", ""));
    }
    DeltaLog.clearCache();
  }

  private static void delete(Path directory, String part) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.getFileName().toString().contains(part)).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void malformedRows_goToQuarantine_andTooManyStopTheStream() {
    add(1, "How do I pay?", "By card.");
    add(2, null, "In the van.");
    assertThat(follow(IDS).code()).isZero();
    add(1, "How do I pay again?", "By card.");
    assertThat(follow(IDS).err()).contains("batch 1, 0 rows, 1 to quarantine");
    assertThat(quarantined())
        .containsExactlyInAnyOrder("question is null", "the id '1' is that of an earlier row");

    for (int i = 10; i < 21; i++) {
      add(i, " ", "In the van.");
    }
    assertMistake(
        follow(IDS),
        "tickets: 11 of 11 rows that arrived are malformed, more than data.maxBadShare = 0.01"
            + " allows (such as: question is blank). They were not written; the next run begins"
            + " with them.");
    assertThat(follow(IDS, "data.maxBadShare=1").err()).contains("0 rows, 11 to quarantine");
  }

  @Test
  void files_asTheyAppear_areReadByTheirEnding() throws IOException {
    Files.createDirectories(directory.resolve("drop"));
    Files.writeString(
        directory.resolve("drop/a.jsonl"), "{\"question\": \"How?\", \"answer\": \"So.\"}\n{}\n");
    assertThat(follow(COLUMNS, "data.pairs.train=drop").err())
        .contains("batch 0, 1 rows, 1 to quarantine");
    Files.writeString(directory.resolve("drop/b.csv"), "question,answer\nWho?,\"We, all\"\n");
    Files.writeString(directory.resolve("drop/c.tsv"), "a\tb\n1\t2\n");
    Files.writeString(directory.resolve("drop/notes.md"), "no data\n");
    assertThat(follow(COLUMNS, "data.pairs.train=drop").err())
        .contains("batch 1, 1 rows, 1 to quarantine");
    assertThat(column(directory.resolve("run"), "positive"))
        .containsExactlyInAnyOrder("So.", "We, all");
    assertThat(quarantined()).anyMatch(reason -> reason.contains("no column 'question'"));
  }

  @Test
  void filesThatCannotBeReadToTheirEnd_areOneRowOfQuarantineEach() throws IOException {
    Files.createDirectories(directory.resolve("drop"));
    byte[] parquet = file("parquet");
    byte[] orc = file("orc");
    write("good.parquet", parquet);
    write("good.orc", orc);
    write("cut.parquet", Arrays.copyOf(parquet, parquet.length - 20));
    write("cut.orc", Arrays.copyOf(orc, orc.length - 20));
    write("pages.parquet", damaged(parquet));
    write("stripes.orc", damaged(orc));
    write("other.parquet", file("parquet", "question AS why", "answer"));
    byte[] compressed = compressed();
    write("good.csv.gz", compressed);
    write("cut.csv.gz", Arrays.copyOf(compressed, compressed.length / 2));

    Commands followed = follow(COLUMNS, "data.pairs.train=drop");
    assertThat(followed.code()).as(followed.err()).isZero();
    assertThat(
            rows(directory.resolve("run"), QuarantineTable.DEFINITION, "source || ': ' || reason"))
        .zipSatisfy(
            List.of(
                "drop/cut.csv.gz: cannot be decompressed (Unexpected end of input stream), so",
                "drop/cut.orc: not readable as ORC",
                "drop/cut.parquet: not readable as Parquet",
                "drop/other.parquet: no column 'question', which is mapped to the role 'anchor'",
                "drop/pages.parquet: damaged: ",
                "drop/stripes.orc: damaged: "),
            (row, reason) -> assertThat(row).startsWith(reason));
    assertThat(rows(directory.resolve("run"), PairsTable.DEFINITION, "source"))
        .hasSize(3 * MANY)
        .containsOnly("drop/good.csv.gz", "drop/good.orc", "drop/good.parquet");
    assertThat(followed.err()).contains("batch 0, %,d rows, 6 to quarantine".formatted(3 * MANY));
    assertThat(follow(COLUMNS, "data.pairs.train=drop").err()).contains("no new rows in drop");
    for (String name : List.of("pages.parquet", "stripes.orc")) {
      Commands batch =
          run(
              "--set",
              COLUMNS,
              "--set",
              "data.pairs.train=drop/" + name,
              "--set",
              "run.dir=" + directory.resolve("batch"));
      assertThat(batch.err()).contains("drop/" + name + ": damaged: ", "Nothing was written.");
      assertThat(batch.code()).as(batch.err()).isEqualTo(2);
    }
  }

  private byte[] file(String format, String... columns) throws IOException {
    Path written = directory.resolve("written");
    Dataset<Row> rows =
        spark
            .range(MANY)
            .selectExpr("'How is ' || uuid() || '?' AS question", "'As ' || uuid() AS answer");
    (columns.length == 0 ? rows : rows.selectExpr(columns))
        .coalesce(1)
        .write()
        .mode("overwrite")
        .format(format)
        .save(written.toString());
    try (Stream<Path> files = Files.list(written)) {
      return Files.readAllBytes(
          files.filter(file -> file.toString().endsWith("." + format)).findFirst().orElseThrow());
    }
  }

  /** Its first third is lost, and its schema at the end is whole. */
  private static byte[] damaged(byte[] file) {
    byte[] damaged = file.clone();
    Arrays.fill(damaged, 4, file.length / 3, (byte) 0x5a);
    return damaged;
  }

  private static byte[] compressed() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream text = new GZIPOutputStream(bytes)) {
      text.write("question,answer\n".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < MANY; i++) {
        String row = "Where is %s?,There %s\n".formatted(Math.sqrt(i), Math.cbrt(i));
        text.write(row.getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  private void write(String name, byte[] content) throws IOException {
    Files.write(directory.resolve("drop").resolve(name), content);
  }

  @Test
  void batchJob_leavesFollowedRows_andReadsTheOtherSplits() throws IOException {
    add(1, "How do I pay?", "By card.");
    add(2, " ", "By card.");
    assertThat(follow(COLUMNS).code()).isZero();
    Files.writeString(
        directory.resolve("test.jsonl"), "{\"question\": \"A?\", \"answer\": \"B\"}\n");
    Commands batch = run("--set", COLUMNS, "--set", "data.pairs.test=test.jsonl");
    assertThat(batch.code()).as(batch.err()).isZero();
    assertThat(batch.err() + batch.out())
        .contains("pairs: 'ingest --follow' fills it, and its rows stay");
    assertThat(column(directory.resolve("run"), "split"))
        .containsExactlyInAnyOrder("train", "test");
    assertThat(quarantined()).hasSize(1);
  }

  @Test
  void messagesOfKafka_areRowsWithTheirOffset() {
    SourceFile topic =
        new SourceFile(
            RowFormat.PAIRS,
            FileFormat.KAFKA,
            "train",
            "tickets",
            "kafka:tickets",
            0,
            Long.MAX_VALUE,
            new SourceFile.Mapping(
                Map.of("anchor", "question", "positive", "answer"), "", Map.of(), Map.of()));
    String message = "{\"question\": \"Où?\", \"answer\": \"Là.\", \"ts\": 1}";
    Dataset<Row> messages =
        spark.createDataFrame(
            List.of(
                RowFactory.create("tickets", 1, 7L, message.getBytes(StandardCharsets.UTF_8)),
                RowFactory.create("tickets", 0, 8L, null),
                RowFactory.create("tickets", 0, 9L, new byte[] {'{', (byte) 0xff})),
            StructType.fromDDL("topic string, partition int, offset bigint, value binary"));
    assertThat(
            SourceRows.messages(messages, topic)
                .orderBy("line")
                .select("state", "source", "line", "first", "second")
                .collectAsList())
        .extracting(Row::toString)
        .containsExactly(
            "[GOOD,kafka:tickets/1,7,Où?,Là.]",
            "[MALFORMED,kafka:tickets/0,8,null,null]",
            "[MALFORMED,kafka:tickets/0,9,null,null]");
  }

  @Test
  void otherSourceOrTable_isRefusedInOneLine() throws IOException {
    assertMistake(
        follow(COLUMNS, "data.pairs.train=query:SELECT 1"),
        "data.pairs.train = 'query:SELECT 1' cannot be followed: expected a Delta table");
    assertMistake(
        follow(COLUMNS, "data.pairs.train=kafka:tickets"),
        "kafka:tickets needs Spark's connector for Kafka, which is not on the class path: add"
            + " --packages org.apache.spark:spark-sql-kafka-0-10_2.13:"
            + spark.version());
    add(1, "How do I pay?", "By card.");
    assertMistake(
        follow(COLUMNS, "data.decontamination=exact"),
        "data.decontamination is not possible with --follow");
    assertMistake(
        run("--set", COLUMNS, "--interval", "3"), "--interval is read with --follow always");
    assertMistake(
        run("--set", "data.pairs.train=kafka:tickets"),
        "data.pairs.train = 'kafka:tickets' is a stream: 'ingest --follow' reads it");
    assertThat(run("--set", COLUMNS).code()).isZero();
    assertMistake(follow(COLUMNS), "has 1 rows that 'ingest' wrote");

    spark.sql("DELETE FROM delta.`" + directory.resolve("run/tables/pairs") + "`");
    assertThat(follow(COLUMNS).code()).isZero();
    assertMistake(
        follow("data.pairs.columns={ anchor = answer, positive = question }"),
        "was started with data.pairs.columns '{anchor=question, positive=answer}', now it is");
    Path elsewhere = directory.resolve("elsewhere");
    assertMistake(
        run("--follow", "available", "--set", COLUMNS, "--checkpoint", elsewhere.toString()),
        "whose progress is not in '" + elsewhere + "'");
  }

  @Test
  void changedSource_stopsWithItsReason() {
    add(1, "How do I pay?", "By card.");
    assertThat(follow(COLUMNS).code()).isZero();
    spark.sql(
        "ALTER TABLE delta.`"
            + path("tickets")
            + "` SET TBLPROPERTIES"
            + " ('delta.columnMapping.mode' = 'name')");
    spark.sql("ALTER TABLE delta.`" + path("tickets") + "` RENAME COLUMN answer TO reply");
    Commands renamed = follow(COLUMNS);
    assertThat(renamed.code()).as(renamed.err()).isEqualTo(2);
    assertThat(renamed.err()).contains("the columns of tickets were changed while it was followed");
  }

  private void addAll(int from, int until) {
    spark
        .range(from, until)
        .selectExpr("int(id) AS ticket", "'Why ' || id AS question", "'So ' || id AS answer")
        .write()
        .format("delta")
        .mode("append")
        .save(path("tickets"));
  }

  private void add(int ticket, String question, String answer) {
    spark
        .createDataFrame(List.of(RowFactory.create(ticket, question, answer)), TICKETS)
        .write()
        .format("delta")
        .mode("append")
        .save(path("tickets"));
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private Commands follow(String... settings) {
    List<String> arguments = new ArrayList<>(List.of("--follow", "available"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return run(arguments.toArray(String[]::new));
  }

  private Commands run(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of("--set", "data.pairs.train=tickets", "--set", "data.dir=" + directory));
    all.addAll(List.of("--set", "run.dir=" + directory.resolve("run")));
    all.addAll(List.of(arguments));
    return Commands.run(new IngestJob(), all.toArray(String[]::new));
  }

  private static void assertMistake(Commands result, String message) {
    assertThat(result.err()).contains(message);
    assertThat(result.err().strip().lines()).hasSize(1);
    assertThat(result.code()).isEqualTo(2);
  }

  private List<String> column(Path run, String column) {
    return rows(run, PairsTable.DEFINITION, column);
  }

  private List<String> quarantined() {
    return rows(directory.resolve("run"), QuarantineTable.DEFINITION, "reason");
  }

  private List<String> rows(Path run, TableDefinition definition, String column) {
    StoredTable table =
        new TableStore(spark, run.resolve("tables").toString(), "test", "test").table(definition);
    return table.read().selectExpr("string(" + column + ")").collectAsList().stream()
        .map((Row row) -> row.getString(0))
        .sorted()
        .toList();
  }
}
