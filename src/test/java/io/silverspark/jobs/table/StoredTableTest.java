package io.silverspark.jobs.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class StoredTableTest {
  private static final String USER_METADATA = "spark.databricks.delta.commitInfo.userMetadata";

  @TempDir Path directory;

  @Test
  void merge_withinScope_leavesTheRestAndRecordsItsInputs(SparkSession spark) {
    StoredTable table = table(spark);

    WriteResult first = table.replace(pairs(spark, "(1, 'a', 0), (2, 'b', 1)"), Map.of());
    WriteResult second =
        table.merge(
            pairs(spark, "(2, 'changed', 1), (3, 'c', 1)"),
            "chunk = 1",
            Map.of("candidate_pairs", 7L));
    WriteResult third =
        table.merge(pairs(spark, "(3, 'c', 1), (2, 'changed', 1)"), "chunk = 1", Map.of());

    assertThat(first.toString()).isEqualTo("2 inserted");
    assertThat(second.toString()).isEqualTo("1 inserted, 1 updated");
    assertThat(third).isEqualTo(new WriteResult(0, 0, 0, second.version()));
    assertThat(table.read().orderBy("id").select("sentence1").collectAsList().toString())
        .isEqualTo("[[a], [changed], [c]]");
    assertThat(
            spark
                .sql("describe history delta.`" + table.path() + "` limit 1")
                .select("userMetadata")
                .first()
                .getString(0))
        .isEqualTo("{\"inputs\":{\"candidate_pairs\":7},\"job\":\"label\",\"run\":\"test\"}");
  }

  /**
   * Delta removes entries that a checkpoint covers, after 30 days unless the table says otherwise.
   */
  @Test
  @Tag("cluster")
  void lastRewrite_removedFromTheLog_isANumberThatNoSeriesHad(SparkSession spark)
      throws IOException {
    StoredTable table = table(spark);
    table.append(pairs(spark, "(1, 'a', 0)"), "series", 0, Map.of());
    spark.sql(
        "alter table delta.`%s` set tblproperties ('delta.checkpointInterval' = '2')"
            .formatted(table.path()));
    long before = table.lastRewrite();
    for (long id = 2; id < 6; id++) {
      table.append(pairs(spark, "(" + id + ", 'b', 0)"), "series", id, Map.of());
    }
    assertThat(table.lastRewrite()).isEqualTo(before).isPositive();
    Path log = directory.resolve("candidate_pairs/_delta_log");
    for (long version = 0; version <= before; version++) {
      Files.delete(log.resolve("%020d.json".formatted(version)));
    }

    assertThat(table.lastRewrite()).isEqualTo(before + 1);
    assertThat(table.count()).isEqualTo(5);
  }

  /** What Unity Catalog's managed tables are: a name instead of a path. */
  @Test
  void table_inACatalog_isWrittenMergedAndReadByName(SparkSession spark) {
    spark.sql("create schema if not exists stored_table_test");
    TableStore store = new TableStore(spark, "catalog:stored_table_test", "label", "test");
    StoredTable table = store.table(CandidatePairsTable.DEFINITION);
    try {
      table.replace(pairs(spark, "(1, 'a', 0), (2, 'b', 1)"), Map.of());
      WriteResult second = table.replace(pairs(spark, "(1, 'a', 0), (2, 'c', 1)"), Map.of("x", 3L));
      table.append(pairs(spark, "(3, 'd', 2)"), "label-x", 0, Map.of());
      table.append(pairs(spark, "(3, 'd', 2)"), "label-x", 0, Map.of());

      assertThat(second.toString()).isEqualTo("1 updated");
      assertThat(table.path()).isEqualTo("catalog:stored_table_test.candidate_pairs");
      assertThat(spark.table("stored_table_test.candidate_pairs").count()).isEqualTo(3);
      assertThat(table.read(second.version()).count()).isEqualTo(2);
      assertThat(table.provenance(second.version()).orElseThrow().inputs())
          .isEqualTo(Map.of("x", 3L));
      assertThatThrownBy(() -> table.replace(pairs(spark, "(1, 'a', -1)"), Map.of()))
          .hasStackTraceContaining("chunk_from_0");
    } finally {
      spark.sql("drop schema stored_table_test cascade");
    }
    assertThatThrownBy(() -> new TableAddress("catalog:a/b"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("'catalog:a/b' is not valid");
  }

  /** Two drivers that begin together: both see no table, then both see an empty one. */
  @Test
  void merge_byTwoAtOnce_leavesTheRowsOfTheLast(SparkSession spark) throws Exception {
    String one = "(1, 'a', 0), (2, 'b', 1)";
    String other = "(1, 'a', 0), (2, 'c', 1), (3, 'd', 1)";
    SparkSession second = spark.newSession();
    StoredTable table = table(spark);

    atOnce(
        () -> table(spark).replace(pairs(spark, one), Map.of()),
        () -> table(second).replace(pairs(second, other), Map.of()));
    assertThat(sentences(table)).isIn("[[a], [b]]", "[[a], [c], [d]]");

    table.delete("true");
    atOnce(
        () -> table(spark).replace(pairs(spark, one), Map.of()),
        () -> table(second).replace(pairs(second, one), Map.of()));
    assertThat(sentences(table)).isEqualTo("[[a], [b]]");
  }

  private static String sentences(StoredTable table) {
    return table.read().orderBy("id", "sentence1").select("sentence1").collectAsList().toString();
  }

  private static void atOnce(Callable<?> one, Callable<?> other) throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    ExecutorService drivers = Executors.newFixedThreadPool(2);
    try {
      Stream<Callable<Object>> begun =
          Stream.of(one, other)
              .map(
                  driver ->
                      () -> {
                        together.await();
                        return driver.call();
                      });
      for (Future<Object> done : drivers.invokeAll(begun.toList())) {
        done.get();
      }
    } finally {
      drivers.shutdownNow();
    }
  }

  /** Two stages in threads of one session, as in a notebook: each commit says its own. */
  @Test
  void commit_byTwoThreadsOfOneSession_carriesItsOwnMetadata(SparkSession spark) throws Exception {
    spark.conf().set(USER_METADATA, "the user's own");
    StoredTable one = table(spark, "one", CandidatePairsTable.DEFINITION);
    StoredTable other = table(spark, "other", TripletsTable.DEFINITION);
    one.replace(pairs(spark, "(1, 'a', 0)"), Map.of());
    other.createIfAbsent();

    atOnce(() -> rewrite(spark, one), () -> recreate(spark));

    assertThat(runs(spark, one)).containsOnly("one");
    assertThat(runs(spark, other)).containsOnly("other");
    assertThat(spark.conf().get(USER_METADATA)).isEqualTo("the user's own");
  }

  private static WriteResult rewrite(SparkSession spark, StoredTable table) {
    WriteResult last = null;
    for (int i = 0; i < 2; i++) {
      last = table.replace(pairs(spark, "(1, 'text %d', 0)".formatted(i)), Map.of());
    }
    return last;
  }

  private StoredTable recreate(SparkSession spark) {
    StoredTable table = table(spark, "other", TripletsTable.DEFINITION);
    for (int i = 0; i < 2; i++) {
      table.append(
          spark.sql(
              "select %d as id, 0 as row, 'a' as anchor, 'b' as positive, 'c' as negative, 'hard' as strategy, null as positive_score, null as negative_score, null as model"
                  .formatted(i)),
          "test",
          i,
          Map.of());
      table.delete("id = " + i);
    }
    return table;
  }

  private static List<String> runs(SparkSession spark, StoredTable table) {
    return spark
        .sql("describe history delta.`" + table.path() + "`")
        .select("userMetadata")
        .collectAsList()
        .stream()
        .map(
            row ->
                Provenance.parse(row.getString(0), new Timestamp(0))
                    .map(Provenance::run)
                    .orElse(row.getString(0)))
        .toList();
  }

  @Test
  void commit_runWithSignsOfJsonAndOfSpark_isReadBackAsItIs(SparkSession spark) {
    String run = "a \"quoted\" {name}\\ of\nlines } ${spark.app.name} ${env:PATH} %s $1";
    StoredTable table = table(spark, run, CandidatePairsTable.DEFINITION);

    table.replace(pairs(spark, "(1, 'a', 0)"), Map.of()); // create and append
    table.replace(pairs(spark, "(1, 'b', 0)"), Map.of("x", 3L)); // merge
    table.append(pairs(spark, "(2, 'c', 0)"), "writer", 0, Map.of());
    table.delete("id = 2");

    assertThat(runs(spark, table)).hasSize(5).containsOnly(run);
    assertThat(table.provenance(2).orElseThrow().inputs()).isEqualTo(Map.of("x", 3L));
  }

  private StoredTable table(SparkSession spark, String run, TableDefinition definition) {
    return new TableStore(spark, directory.toString(), "label", run).table(definition);
  }

  @Test
  void append_sameSequenceAgain_isSkipped(SparkSession spark) {
    StoredTable table = table(spark);

    table.append(pairs(spark, "(1, 'a', 0)"), "label-x", 0, Map.of());
    table.append(pairs(spark, "(1, 'a', 0)"), "label-x", 0, Map.of());
    table.append(pairs(spark, "(2, 'b', 1)"), "label-x", 1, Map.of());

    assertThat(table.count()).isEqualTo(2);
    assertThat(table.version()).isEqualTo(2);
    assertThat(table.read(1).count()).isEqualTo(1);
  }

  @Test
  void create_constraintsAndNotNull_areEnforced(SparkSession spark) {
    StoredTable table = table(spark);

    assertThatThrownBy(() -> table.replace(pairs(spark, "(1, 'a', -1)"), Map.of()))
        .hasStackTraceContaining("chunk_from_0");
    assertThatThrownBy(() -> table.replace(pairs(spark, "(1, cast(null as string), 1)"), Map.of()))
        .hasStackTraceContaining("NOT NULL constraint violated");
    assertThat(table.count()).isZero();
    assertThatThrownBy(() -> table.readNonEmpty("chunk = 3"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "candidate_pairs@v0 has no row with chunk = 3. Check the settings of 'mine' and run"
                + " it again.");
  }

  @Test
  void read_tableMissing_namesTheCommand(SparkSession spark) {
    StoredTable table = table(spark);

    assertThatThrownBy(table::read)
        .isInstanceOf(UserException.class)
        .hasMessage(
            "Table candidate_pairs does not exist in " + table.path() + ". Run 'mine' first.");
  }

  @Test
  void stableId_whitespaceRuns_countAsOneSpace(SparkSession spark) {
    Row row =
        spark
            .sql("select 'a  b ' x, 'a b' y, 'ab' z")
            .select(
                StableId.of(org.apache.spark.sql.functions.col("x")),
                StableId.of(org.apache.spark.sql.functions.col("y")),
                StableId.of(org.apache.spark.sql.functions.col("z")))
            .first();

    assertThat(row.getLong(0)).isEqualTo(row.getLong(1)).isNotEqualTo(row.getLong(2));
  }

  private StoredTable table(SparkSession spark) {
    return new TableStore(spark, directory.toString(), "label", "test")
        .table(CandidatePairsTable.DEFINITION);
  }

  private static Dataset<Row> pairs(SparkSession spark, String values) {
    return spark.sql(
        "select id, sentence1, 'x' as sentence2, 'random' as origin, null as similarity, chunk"
            + " from values "
            + values
            + " as v(id, sentence1, chunk)");
  }
}
