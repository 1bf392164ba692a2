package io.silverspark.jobs.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.SparkFixture;
import io.silverspark.jobs.Commands;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.udfs.UdfRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("cluster")
@ExtendWith(SparkFixture.class)
class FollowedTableTest {
  private static final String MODEL = "builtin:all-MiniLM-L6-v2";

  @TempDir Path directory;

  @Test
  void follow_stoppedAndRestarted_embedsEachRowExactlyOnce(SparkSession spark) throws IOException {
    add(spark, "A dog runs.", "It rains.", null);
    Commands first = follow();
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err()).contains("encode: batch 0, 3 rows");
    assertThat(texts(spark)).containsExactlyInAnyOrder("A dog runs.", "It rains.", null);

    add(spark, "The bank is closed.", "It rains.");
    assertThat(follow().err()).contains("batch 1, 2 rows");
    assertThat(texts(spark)).hasSize(5);

    // Killed after the sink's commit and before the checkpoint's: the batch is run again.
    try (Stream<Path> commits = Files.list(checkpoint().resolve("commits"))) {
      for (Path commit :
          commits.filter(file -> file.getFileName().toString().contains("1")).toList()) {
        Files.delete(commit);
      }
    }
    assertThat(follow().code()).isZero();
    assertThat(texts(spark)).as("the sink skips a batch that it has").hasSize(5);
    assertThat(follow().err()).contains("encode: no new rows in");

    assertEmbedded(spark, "The bank is closed.");
  }

  @Test
  void follow_otherModelOrWrongInput_isRefusedInOneLine(SparkSession spark) throws IOException {
    add(spark, "A dog runs.");
    assertThat(follow().code()).isZero();
    assertMistake(
        follow("--layers", "2"),
        "was started with layers '1', now it is '2'; embeddings of the two are not comparable");
    assertMistake(
        follow("--set", "model.truncateDim=3"),
        "was started with truncateDim '0', now it is '3'; embeddings of the two are not"
            + " comparable");
    assertMistake(
        follow("--prompt-name", "query"),
        "was started with prompt 'default', now it is 'named query'; embeddings of the two are"
            + " not");
    assertMistake(
        run("--input", directory.resolve("none").toString(), "--output", output()),
        "none' is not a Delta table; --follow reads nothing else");
    assertMistake(
        run("--input", input(), "--output", output() + ".parquet"),
        "must be a Delta table with --follow");

    spark.sql("delete from delta.`" + input() + "`");
    add(spark, "After the deletion.");
    assertMistake(follow(), "were changed or deleted since the last run");
    assertThat(follow("--skip-changes").code()).isZero();
    assertThat(texts(spark)).containsExactlyInAnyOrder("A dog runs.", "After the deletion.");
  }

  @Test
  void sqlFunctions_inAStream_workAsInABatch(SparkSession spark) throws Exception {
    UdfRegistry.registerSql(spark, Map.of("model", MODEL, "layers", "1"));
    add(spark, "A dog runs.", "It rains.");
    spark.readStream().format("delta").load(input()).createOrReplaceTempView("arriving");
    String query =
        "select text, ml.embed(text) as embedding, ml.similarity(text, 'A dog runs.') as cosine"
            + " from %s order by text";
    StreamingQuery stream =
        spark
            .sql(query.formatted("arriving").replace(" order by text", ""))
            .writeStream()
            .format("memory")
            .queryName("streamed")
            .trigger(Trigger.AvailableNow())
            .start();
    stream.awaitTermination();
    spark.read().format("delta").load(input()).createOrReplaceTempView("there");
    assertThat(spark.table("streamed").orderBy("text").collectAsList())
        .hasSize(2)
        .isEqualTo(spark.sql(query.formatted("there")).collectAsList());
  }

  private void add(SparkSession spark, String... texts) {
    spark
        .createDataset(Arrays.asList(texts), Encoders.STRING())
        .toDF("text")
        .coalesce(1)
        .write()
        .format("delta")
        .mode(SaveMode.Append)
        .save(input());
  }

  private Commands follow(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--input", input(), "--output", output(), "--layers", "1"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private Commands run(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of("--follow", "available", "--set", "run.dir=" + directory.resolve("run")));
    all.addAll(List.of("--set", "model.precision=fp32"));
    List<String> given = new ArrayList<>(List.of(arguments));
    if (given.lastIndexOf("--layers") > given.indexOf("--layers")) {
      given.subList(given.indexOf("--layers"), given.indexOf("--layers") + 2).clear();
    }
    all.addAll(given);
    return Commands.run(new EncodeJob(), all.toArray(String[]::new));
  }

  private static void assertMistake(Commands result, String message) {
    assertThat(result.err()).contains(message);
    assertThat(result.err().strip().lines()).hasSize(1);
    assertThat(result.code()).isEqualTo(2);
  }

  private List<String> texts(SparkSession spark) {
    return spark.read().format("delta").load(output()).collectAsList().stream()
        .map(row -> row.<String>getAs("text"))
        .sorted(Comparator.nullsFirst(Comparator.naturalOrder()))
        .toList();
  }

  private void assertEmbedded(SparkSession spark, String text) {
    Row row = spark.read().format("delta").load(output()).where("text = '" + text + "'").first();
    List<Float> found = row.getList(1);
    try (SentenceEncoder encoder =
        SentenceEncoder.load(MODEL, EncoderOptions.defaults().withLayers(1))) {
      float[] expected = encoder.encode(List.of(text))[0];
      for (int i = 0; i < expected.length; i++) {
        assertThat(found.get(i)).isCloseTo(expected[i], within(1e-6f));
      }
    }
  }

  private String input() {
    return directory.resolve("texts").toString();
  }

  private String output() {
    return directory.resolve("embedded").toString();
  }

  private Path checkpoint() {
    return Path.of(FollowedTable.checkpointOf(output()));
  }
}
