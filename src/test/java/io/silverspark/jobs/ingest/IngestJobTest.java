package io.silverspark.jobs.ingest;

import static io.silverspark.jobs.ingest.IngestRun.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SharedData;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class IngestJobTest {
  @TempDir Path directory;

  private SparkSession spark;
  private IngestRun ingest;

  @BeforeEach
  void session(SparkSession session) {
    spark = session;
    ingest = new IngestRun(session, directory);
  }

  @Test
  void run_goodAndBadRows_fillTablesAndQuarantine_secondRunChangesNothing() throws IOException {
    ingest.file(
        "nli/a.jsonl", nli("entailment", "One.") + nli("-", "No gold.") + nli("neutral", "Two."));
    ingest.file("nli/b.jsonl", nli("neutral", "One.") + nli("entailment", "One.") + "{broken\n");
    ingest.file("sts.csv", "A.,B.,1\nC.,D.,2.5\nA.,B.,1\n");
    String[] settings = {
      "data.nli.train=nli/*.jsonl", "data.sts.train=sts.csv", "data.maxBadShare=0.5"
    };

    JobContext context = ingest.run(settings);

    assertThat(rows(context, NliPairsTable.DEFINITION, "row", "label", "hypothesis", "source"))
        .containsExactly(
            "[0,0,One.,nli/a.jsonl]",
            "[2,1,Two.,nli/a.jsonl]",
            "[3,1,One.,nli/b.jsonl]",
            "[4,0,One.,nli/b.jsonl]");
    assertThat(rows(context, StsPairsTable.DEFINITION, "row", "sentence1", "score"))
        .containsExactly("[0,A.,1.0]", "[1,C.,2.5]", "[2,A.,1.0]");
    assertThat(rows(context, QuarantineTable.DEFINITION, "line", "source", "reason", "raw"))
        .containsExactly("[3,nli/b.jsonl,not readable as JSON,{broken]");
    assertThat(rows(context, NliPairsTable.DEFINITION, "id")).doesNotHaveDuplicates();
    assertThat(ingest.text())
        .contains(
            "nli_pairs: 4 rows (4 inserted), 1 repeat another row's texts, 1 without gold label dropped")
        .contains(
            "nli/b.jsonl: 1 of 3 rows malformed, see table quarantine"
                + " (first at line 3: not readable as JSON)");
    List<Long> versions = versions(context);

    ingest.run(settings);

    assertThat(versions(context)).isEqualTo(versions);
    assertThat(ingest.text()).contains("sts_pairs: 3 rows (unchanged)");

    ingest.file("sts.csv", "A.,B.,1\nC.,D.,3\n");
    ingest.run(settings);

    assertThat(ingest.text()).contains("sts_pairs: 2 rows (1 updated, 1 deleted)");
    assertThat(rows(context, StsPairsTable.DEFINITION, "row", "sentence1", "score"))
        .containsExactly("[0,A.,1.0]", "[1,C.,3.0]");
  }

  @Test
  void run_parquetOfTheHub_keepsTheOrderOfTheFile() {
    String shared = SharedData.path("data").toAbsolutePath().toString();

    JobContext context =
        ingest.run(
            "data.dir=" + shared,
            "data.intents.test=banking77/test-00000-of-00001.parquet",
            "data.sts.validation=glue/stsb/validation-00000-of-00001.parquet",
            "data.nli.train=glue/mnli/train-00000-of-00001.parquet",
            "data.rows.nli=100");

    List<String> expected = new ArrayList<>();
    for (CheckedRow row : csv(shared + "/raw/banking77-test.csv")) {
      expected.add("[" + expected.size() + "," + row.first() + "," + row.label() + "]");
    }
    assertThat(rows(context, IntentsTable.DEFINITION, "row", "text", "intent")).isEqualTo(expected);
    assertThat(rows(context, StsPairsTable.DEFINITION, "row")).hasSize(1500);
    assertThat(rows(context, NliPairsTable.DEFINITION, "row"))
        .hasSize(100)
        .last()
        .isEqualTo("[99]");
  }

  @Test
  void run_tooManyBadRows_failsBeforeWriting() throws IOException {
    ingest.file("nli.tsv", "premise\thypothesis\tlabel\na\tb\t1\na\tb\t7\n");
    ingest.file("sts.csv", "A.,B.,1\n");

    ingest.assertFails(
        "nli.tsv: 1 of 2 rows are malformed, more than data.maxBadShare = 0.4 allows (first at"
            + " line 3: label '7' is not one of 0, 1, 2, entailment, neutral, contradiction)."
            + " Nothing was written.",
        "data.sts.train=sts.csv",
        "data.nli.train=nli.tsv",
        "data.maxBadShare=0.4");
  }

  @Test
  void run_unusableFiles_areOneLine() throws IOException {
    ingest.file("empty.csv", "");
    ingest.file("header.csv", "sentence1,sentence2,score\n");
    ingest.file("null.jsonl", "{\"sentence1\": null, \"sentence2\": \"b\", \"score\": 1}\n");
    ingest.file("table.xls", "");
    ingest.file("fake.parquet", "not parquet at all");
    String missing = directory.resolve("missing.csv").toString();

    ingest.assertFails(
        "There is nothing to ingest: all of data.nli.train, data.nli.validation, data.sts.train,"
            + " data.sts.validation, data.sts.test, data.intents.train, data.intents.test,"
            + " data.pairs.train, data.pairs.validation, data.pairs.test are empty. Set at least"
            + " one.");
    ingest.assertFails(
        "data.sts.test: " + missing + " does not exist. Check it and data.dir.",
        "data.sts.test=missing.csv");
    ingest.assertFails(
        "empty.csv: the file is empty. Nothing was written.", "data.sts.test=empty.csv");
    ingest.assertFails("header.csv has no rows. Nothing was written.", "data.sts.test=header.csv");
    ingest.assertFails(
        "null.jsonl: none of 1 rows can be used: 0 without gold label, 1 malformed (first at line"
            + " 1: sentence1 is null). Nothing was written.",
        "data.sts.test=null.jsonl",
        "data.maxBadShare=1");
    ingest.assertFails(
        "data.sts.test: "
            + directory.resolve("table.xls")
            + " has an unknown ending. Allowed are .parquet, .orc, .tsv, .txt, .jsonl, .ndjson, .csv.",
        "data.sts.test=table.xls");
    ingest.assertFails(
        "fake.parquet: not readable as Parquet. Nothing was written.",
        "data.sts.test=fake.parquet");
    ingest.file("plain.csv.gz", "sentence1,sentence2,score\na,b,1\n");
    ingest.assertFails(
        "plain.csv.gz: cannot be decompressed (not a gzip file), so it is cut, or not of the kind"
            + " that its name says. Nothing was written.",
        "data.sts.test=plain.csv.gz");
  }

  @Test
  void run_columnsOfFilesAndTables_areRefusedByNameAndType() throws IOException {
    parquet("intents-struct", "named_struct('en', 'hi', 'fr', 'salut') AS text, 'greet' AS label");
    parquet("intents-list", "'hi' AS text, array('a', 'b') AS label");
    parquet("bytes", "binary('hi') AS text, 'a' AS label");
    parquet("map", "'hi' AS text, map('a', 1) AS label");
    ingest.assertFails(
        "intents-struct.parquet: column 'text' is of type struct<en:string,fr:string>, expected"
            + " string or number. Nothing was written.",
        "data.intents.train=intents-struct.parquet");
    ingest.assertFails(
        "intents-list.parquet: column 'label' is of type array<string>, expected string or number."
            + " Nothing was written.",
        "data.intents.train=intents-list.parquet");
    ingest.assertFails(
        "bytes.parquet: column 'text' is of type binary, expected string or number."
            + " Nothing was written.",
        "data.intents.train=bytes.parquet");
    ingest.assertFails(
        "map.parquet: column 'label' is of type map<string,int>, expected string or number."
            + " Nothing was written.",
        "data.intents.train=map.parquet");
    spark.sql("SELECT array('hi') AS text, 'a' AS label").write().format("delta").save(path("d"));
    ingest.assertFails(
        "d: column 'text' is of type array<string>, expected string or number. Nothing was"
            + " written.",
        "data.intents.train=d");
    spark.conf().set("spark.sql.caseSensitive", true);
    parquet("twice", "'hi' AS text, 'a' AS label, 'b' AS Label");
    spark.conf().set("spark.sql.caseSensitive", false);
    ingest.assertFails(
        "twice.parquet: column 'label' occurs more than once, ignoring case, and must occur"
            + " once. Nothing was written.",
        "data.intents.train=twice.parquet");
    Files.write(directory.resolve("16.csv"), "\ufefftext,label\na,b\n".getBytes("UTF-16LE"));
    ingest.assertFails(
        "16.csv: the file is UTF-16 (little endian); convert it to UTF-8. Nothing was written.",
        "data.intents.train=16.csv");
  }

  @Test
  void run_floatLabelsAndOddNames_areReadAsTheyAre() throws IOException {
    String odd = "\u00e9t\u00e9 [v2] {1} %20 #x ?*\\";
    Files.createDirectories(directory.resolve(odd));
    ingest.file(odd + "/sts [a].csv", "Sentence1,SENTENCE2,Score\nA.,B.,1\n");
    ingest.file("\u00e9t\u00e9 v {1} %20 #x ?*\\/sts [a].csv", "other\n");
    parquet(
        odd + "/nli",
        "premise, hypothesis, label FROM VALUES ('a', 'b', 0.0D), ('c', 'd', NULL), ('e', 'f',"
            + " 2.0D), ('g', 'h', double('NaN')), ('i', 'j', 1.5D) AS t(premise, hypothesis,"
            + " label)");
    spark
        .sql("SELECT 'x' AS text, 3.0D AS label UNION ALL SELECT 'y', 1.5D")
        .write()
        .format("delta")
        .save(path(odd + "/intents"));
    spark.sql("DELETE FROM delta.`%s` WHERE text = 'y'".formatted(path(odd + "/intents")));

    JobContext context =
        ingest.run(
            "data.dir=" + directory.resolve(odd),
            "data.sts.train=sts [a].csv",
            "data.nli.train=nli*",
            "data.intents.train=intents",
            "data.intents.test=" + path(odd + "/int*"),
            "data.maxBadShare=0.6",
            "tables.dir=" + path(odd + "/tables"));

    assertThat(rows(context, StsPairsTable.DEFINITION, "sentence1", "score", "source"))
        .containsExactly("[A.,1.0,sts [a].csv]");
    assertThat(rows(context, NliPairsTable.DEFINITION, "premise", "label"))
        .containsExactly("[a,0]", "[e,2]");
    assertThat(rows(context, QuarantineTable.DEFINITION, "line", "reason"))
        .containsExactly(
            "[2,label is null]",
            "[4,label is null]",
            "[5,label '1.5' is not one of 0, 1, 2, entailment, neutral, contradiction]");
    assertThat(rows(context, IntentsTable.DEFINITION, "split", "text", "intent"))
        .containsExactlyInAnyOrder("[train,x,3]", "[test,x,3]");
    assertThat(directory.resolve(odd + "/tables/sts_pairs/_delta_log")).isDirectory();
  }

  @Test
  void run_colonInTheNameOfADirectory_isALetter() throws IOException {
    ingest.file("at 12:30/sts.csv", "A.,B.,1\n");
    JobContext context =
        ingest.run("data.dir=" + directory.resolve("at 12:30"), "data.sts.train=sts.csv");
    assertThat(rows(context, StsPairsTable.DEFINITION, "sentence1", "source"))
        .containsExactly("[A.,sts.csv]");
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private void parquet(String name, String select) throws IOException {
    Path parts = directory.resolve(name + ".parts");
    spark.sql("SELECT " + select).coalesce(1).write().parquet(parts.toString());
    try (Stream<Path> files = Files.list(parts)) {
      Path part = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.move(part, directory.resolve(name + ".parquet"));
    }
  }

  private static List<Long> versions(JobContext context) {
    TableStore tables = TableStore.of(context);
    return List.of(
        tables.table(NliPairsTable.DEFINITION).version(),
        tables.table(StsPairsTable.DEFINITION).version(),
        tables.table(QuarantineTable.DEFINITION).version());
  }

  private static List<CheckedRow> csv(String path) {
    SourceFile file =
        new SourceFile(
            RowFormat.INTENTS,
            FileFormat.CSV,
            "test",
            path,
            path,
            0,
            Long.MAX_VALUE,
            SourceFile.Mapping.NONE);
    try (var in = Files.newInputStream(Path.of(path))) {
      return TextFileRows.checked(file, in).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String nli(String label, String hypothesis) {
    return "{\"gold_label\": \"%s\", \"sentence1\": \"P.\", \"sentence2\": \"%s\"}\n"
        .formatted(label, hypothesis);
  }
}
