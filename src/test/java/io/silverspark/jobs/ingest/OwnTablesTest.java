package io.silverspark.jobs.ingest;

import static io.silverspark.jobs.ingest.IngestRun.rows;
import static org.apache.spark.sql.functions.rand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.error.UserException;
import io.silverspark.model.hub.FakeHub;
import io.silverspark.model.hub.HubAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Relations of a user, with columns of their own names. */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class OwnTablesTest {
  private static final String COLUMNS =
      "data.pairs.columns={ anchor = question, positive = answer, id = ticket }";

  @TempDir Path directory;

  private SparkSession spark;
  private IngestRun ingest;

  @BeforeEach
  void session(SparkSession session) {
    spark = session;
    ingest = new IngestRun(session, directory);
  }

  /** Forty tickets of ten customers. */
  private Dataset<Row> tickets() {
    return spark.sql(
        "SELECT id AS ticket, concat('Question ', id) AS question,"
            + " concat('Answer ', id) AS answer, id % 10 AS customer,"
            + " current_timestamp() AS ts FROM range(40)");
  }

  @Test
  void run_mappedColumns_fillPairs_inAnOrderOfTheirContent() {
    tickets().repartition(3).write().format("delta").save(path("a"));
    tickets().orderBy(rand(4)).write().format("delta").save(path("b"));
    List<String> once = anchors(ingest.run("data.pairs.train=a", COLUMNS));
    assertThat(once).hasSize(40).anyMatch(row -> row.endsWith(",7,Question 7,Answer 7]"));
    assertThat(once.get(0)).startsWith("[0,");
    assertThat(once.get(39)).startsWith("[39,");
    assertThat(anchors(ingest.run("data.pairs.train=b", COLUMNS))).isEqualTo(once);
  }

  @Test
  void run_everyRelation_givesTheSamePairs() throws Exception {
    tickets().coalesce(1).write().orc(path("orc"));
    tickets().coalesce(1).write().option("header", true).option("sep", ";").csv(path("csv"));
    tickets().createOrReplaceTempView("tickets_view");
    String url = "jdbc:h2:" + directory.resolve("database");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE tickets AS SELECT x - 1 AS ticket, 'Question ' || (x - 1) AS question,"
              + " 'Answer ' || (x - 1) AS answer FROM system_range(1, 40)");
    }
    List<String> expected =
        anchors(ingest.run("data.pairs.train=query:SELECT * FROM tickets_view", COLUMNS));
    assertThat(expected).hasSize(40);
    for (String[] source :
        List.of(
            new String[] {"data.pairs.train=orc"},
            new String[] {
              "data.pairs.train=csv",
              "data.pairs.format=csv",
              "data.pairs.options={ header = true, sep = \";\" }"
            },
            new String[] {
              "data.pairs.train=" + url,
              "data.pairs.options={ dbtable = tickets, driver = org.h2.Driver }"
            })) {
      List<String> settings = new ArrayList<>(List.of(source));
      settings.add(COLUMNS);
      assertThat(anchors(ingest.run(settings.toArray(String[]::new))))
          .as(source[0])
          .isEqualTo(expected);
    }
  }

  @Test
  void run_dataSetOfTheHub_isReadThroughTheCache() throws IOException {
    spark
        .sql("SELECT 'How?' AS question, 'So.' AS answer")
        .coalesce(1)
        .write()
        .parquet(path("made"));
    try (FakeHub hub = new FakeHub();
        Stream<Path> files = Files.list(directory.resolve("made"))) {
      Path part = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      hub.add("datasets/org/faq", "data/train-00000-of-00001.parquet", Files.readAllBytes(part));
      HubAccess access =
          new HubAccess(hub.endpoint(), directory.resolve("cache"), Optional.empty(), false);
      JobContext context = ingest.run(new IngestJob(access), "data.pairs.train=hf:org/faq");
      assertThat(rows(context, PairsTable.DEFINITION, "anchor", "positive", "source"))
          .containsExactly("[How?,So.,hf:org/faq/train-00000-of-00001.parquet]");
    }
  }

  @Test
  void run_partHeldOut_keepsGroupsTogether_andRowsStayWhenOthersCome() {
    String[] settings = {
      "data.pairs.train=b",
      "data.pairs.columns={ anchor = question, positive = answer, group = customer }",
      "data.pairs.holdOut={ validation = 0.3, test = 0.2 }"
    };
    tickets().write().format("delta").save(path("b"));
    Map<String, String> before = splits(ingest.run(settings));
    assertThat(before.values()).contains("train", "validation", "test");
    Map<String, Set<String>> byCustomer = new HashMap<>();
    before.forEach(
        (anchor, split) -> {
          String customer = anchor.replaceFirst(".*(\\d)$", "$1");
          byCustomer.merge(customer, Set.of(split), OwnTablesTest::union);
        });
    assertThat(byCustomer.values()).hasSize(10).allMatch(splits -> splits.size() == 1);

    spark
        .sql(
            "SELECT id AS ticket, concat('New ', id) AS question, 'x' AS answer, id AS customer,"
                + " current_timestamp() AS ts FROM range(10, 30)")
        .write()
        .format("delta")
        .mode("append")
        .save(path("b"));
    Map<String, String> after = splits(ingest.run(settings));
    assertThat(after).hasSize(60).containsAllEntriesOf(before);
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    return Stream.concat(some.stream(), others.stream()).collect(Collectors.toSet());
  }

  @Test
  void run_columnOfSplits_isFollowed() throws IOException {
    ingest.file(
        "sts.csv",
        "a,b,similarity,part\nA.,B.,1,training\nC.,D.,2,dev\nE.,F.,3,test\nG.,H.,4,elsewhere\n");
    JobContext context =
        ingest.run(
            "data.sts.train=sts.csv",
            "data.sts.columns={ sentence1 = a, sentence2 = b, score = similarity, split = part }",
            "data.maxBadShare=0.5");
    assertThat(rows(context, StsPairsTable.DEFINITION, "split", "sentence1", "score"))
        .containsExactlyInAnyOrder("[train,A.,1.0]", "[validation,C.,2.0]", "[test,E.,3.0]");
    assertThat(rows(context, QuarantineTable.DEFINITION, "line", "reason"))
        .containsExactly("[5,part 'elsewhere' is not one of train, validation, test]");
  }

  @Test
  void run_malformedRowsOfARelation_areTellableApart_andFollowItsChanges() {
    String rows =
        "SELECT * FROM VALUES ('a', 'b'), ('c', ''), ('', 'd'), ('', 'd'), %s"
            + " AS t(anchor, positive)";
    String[] settings = {
      "data.pairs.train=query:SELECT * FROM malformed_rows", "data.maxBadShare=0.9"
    };
    spark.sql(rows.formatted("('e', 'f')")).createOrReplaceTempView("malformed_rows");
    List<String> before = rows(ingest.run(settings), QuarantineTable.DEFINITION, "id");
    assertThat(before).hasSize(3).doesNotHaveDuplicates();
    spark.sql(rows.formatted("('', 'g')")).createOrReplaceTempView("malformed_rows");
    assertThat(rows(ingest.run(settings), QuarantineTable.DEFINITION, "id"))
        .hasSize(4)
        .doesNotHaveDuplicates()
        .containsAll(before);
  }

  @Test
  void run_evaluationTextsInTraining_areLeftOut() throws IOException {
    String words = "how do I reset the password of my account when I am on the road";
    ingest.file(
        "train.jsonl",
        pair("What?", "An answer")
            + pair(words + " today", "Another answer")
            + pair("Where?", "same TEXT!")
            + pair("Why?", "A third answer"));
    ingest.file("test.jsonl", pair(words, "Same text."));
    String[] settings = {"data.pairs.train=train.jsonl", "data.pairs.test=test.jsonl"};
    assertThat(trained(settings, "none"))
        .containsExactly("[What?]", "[" + words + " today]", "[Where?]", "[Why?]");
    assertThat(trained(settings, "exact"))
        .containsExactly("[What?]", "[" + words + " today]", "[Why?]");
    assertThat(trained(settings, "near")).containsExactly("[What?]", "[Why?]");
    assertThat(ingest.text())
        .contains("pairs: 2 training rows left out, since evaluation rows have their texts")
        .contains("pairs: 3 rows (1 deleted)");
  }

  private List<String> trained(String[] settings, String decontamination) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("data.decontamination=" + decontamination);
    JobContext context = ingest.run(all.toArray(String[]::new));
    return TableStore.of(context)
        .table(PairsTable.DEFINITION)
        .read()
        .where("split = 'train'")
        .orderBy("row")
        .select("anchor")
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  @Test
  void run_whatDoesNotFit_isToldBeforeAnythingIsWritten() throws IOException {
    tickets().coalesce(1).write().format("delta").save(path("b"));
    ingest.assertFails(
        "b: no column 'qestion', which is mapped to the role 'anchor', did you mean 'question'?;"
            + " found ticket, question, answer, customer, ts. Nothing was written.",
        "data.pairs.train=b",
        "data.pairs.columns={ anchor = qestion }");
    ingest.assertFails(
        "b: the id '0' of column 'customer' occurs 4 times, and ids must be unique; map a column"
            + " whose rows belong together to the role group. Nothing was written.",
        "data.pairs.train=b",
        "data.pairs.columns={ id = customer }");
    ingest.assertFails(
        "b: none of its rows became test, by the share 0.001 of data.pairs.holdOut. It has too"
            + " few rows, or too few groups. Nothing was written.",
        "data.pairs.train=b",
        "data.pairs.holdOut={ test = 0.001 }");
    assertThatThrownBy(() -> ingest.run("data.pairs.train=query:SELECT nothing FROM nowhere"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "query:SELECT nothing FROM nowhere cannot be read: [TABLE_OR_VIEW_NOT_FOUND]");
    spark.sql("SELECT 'a' AS anchor, array('b') AS positive").write().parquet(path("nested"));
    assertThatThrownBy(() -> ingest.run("data.pairs.train=nested"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "column 'positive' is of type array<string>, expected string or number");
    assertThatThrownBy(() -> ingest.run("data.pairs.train=hf:/odd"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("data.pairs.train = 'hf:/odd' is not valid: needs hf:");
  }

  @Test
  void run_roleOrSplitTwice_isRefusedWithTheSettings() {
    assertThatThrownBy(() -> ingest.run("data.pairs.train=b", "data.pairs.columns={ ankor = a }"))
        .hasMessageContaining(
            "data.pairs.columns names the role 'ankor', did you mean 'anchor'?; roles are anchor,"
                + " positive, id, group, split.");
    assertThatThrownBy(
            () ->
                ingest.run(
                    "data.pairs.train=b", "data.pairs.test=c", "data.pairs.holdOut={ test = 0.1 }"))
        .hasMessageContaining(
            "data.pairs.test is set, and data.pairs.holdOut takes test out of the training rows as"
                + " well. Keep one.");
    assertThatThrownBy(
            () -> ingest.run("data.intents.train=b", "data.intents.holdOut={ test = 1 }"))
        .hasMessageContaining("data.intents.holdOut");
    assertThatThrownBy(() -> ingest.run("data.pairs.train=b", "data.pairs.options={ a = b }"))
        .hasMessageContaining(
            "data.pairs.options is set, but nothing reads it: data.pairs.format is empty and no"
                + " source begins with jdbc: or kafka:. Remove it.");
  }

  @Test
  void run_rowsOfOtherKinds_areMappedAlike() throws IOException {
    ingest.file("t.jsonl", "{\"body\": \"My card is lost\", \"topic\": 7}\n");
    JobContext context =
        ingest.run(
            "data.intents.train=t.jsonl", "data.intents.columns={ text = body, label = topic }");
    assertThat(rows(context, IntentsTable.DEFINITION, "text", "intent"))
        .containsExactly("[My card is lost,7]");
  }

  private static List<String> anchors(JobContext context) {
    return rows(context, PairsTable.DEFINITION, "row", "key", "anchor", "positive");
  }

  private static Map<String, String> splits(JobContext context) {
    Map<String, String> splits = new HashMap<>();
    TableStore.of(context)
        .table(PairsTable.DEFINITION)
        .read()
        .select("anchor", "split")
        .collectAsList()
        .forEach(row -> splits.put(row.getString(0), row.getString(1)));
    return splits;
  }

  private static String pair(String anchor, String positive) {
    return "{\"anchor\": \"%s\", \"positive\": \"%s\"}\n".formatted(anchor, positive);
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }
}
