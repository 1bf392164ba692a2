package io.silverspark.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.model.tracking.FakeMlflow;
import io.silverspark.model.tracking.FakeUnityCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A schedule's turns over a file of scored pairs that grows. */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class RetrainJobTest {
  @TempDir private Path directory;

  @Test
  void turns_waitForRowsThenCompareThenRegister(SparkSession spark) throws IOException {
    JobRun run = new JobRun(spark, directory.resolve("run"));
    write("test", 30);
    write("train", 24);
    try (FakeMlflow mlflow = new FakeMlflow("")) {
      assertThat(turn(run, mlflow))
          .contains("retrain: 24 new rows (sts_pairs 24)")
          .contains("registered version 1");
      assertThat(turn(run, mlflow))
          .contains("retrain: 0 new rows, fewer than the 10 of retrain.minimumNewRows");

      write("train", 30);
      assertThat(turn(run, mlflow)).contains("6 new rows (sts_pairs 6), fewer than the 10");

      write("train", 40);
      assertThat(turn(run, mlflow, "retrain.margin=2"))
          .contains("16 new rows (sts_pairs 16)")
          .contains("to version 1, not above 2.0: the model in use stays");
      assertThat(version()).isEqualTo(1);

      write("train", 60);
      assertThat(turn(run, mlflow, "retrain.margin=-2.5", "retrain.metric=sts_pearson"))
          .contains("retrain: sts_pearson: ")
          .contains("registered version 2");
      assertThat(version()).isEqualTo(2);
      assertThat(directory.resolve("run/registry/versions/1/model.safetensors")).exists();
      assertThat(mlflow.models.get("search")).hasSize(2);
      assertThat(mlflow.aliases).containsEntry("search@champion", "2");
      assertThat(mlflow.models.get("search").get(1).path("source").asText())
          .startsWith("file:/")
          .contains("registry/versions/2");

      write("train", 80);
      assertThatThrownBy(() -> turn(run, mlflow, "retrain.metric=ndcg"))
          .hasMessageContaining("the comparison has no interval of retrain.metric = 'ndcg', found")
          .hasMessageContaining("sts_spearman");
    }
  }

  @Test
  void turn_thatWasKilledAfterRegistering_isOver(SparkSession spark) throws IOException {
    JobRun run = new JobRun(spark, directory.resolve("run"));
    write("test", 30);
    write("train", 24);
    Path storage = directory.resolve("catalog");
    try (FakeMlflow mlflow = new FakeMlflow("");
        FakeUnityCatalog catalog = new FakeUnityCatalog(storage.toUri().toString())) {
      String[] registries = {
        "retrain.unityCatalog=" + catalog.uri(), "retrain.model=main.search.tickets"
      };
      assertThat(turn(run, mlflow, registries)).contains("registered version 1");
      Path files = storage.resolve("main.search.tickets/1");
      assertThat(files.resolve("model.safetensors"))
          .hasSameBinaryContentAs(directory.resolve("run/registry/champion/model.safetensors"));
      assertThat(files.resolve("1_Pooling/config.json")).exists();
      assertThat(catalog.models.get("main.search.tickets").get(0).path("status").asText())
          .isEqualTo("READY");

      Files.delete(directory.resolve("run/stages/retrain.json")); // as a kill leaves it
      assertThat(turn(run, mlflow, registries)).contains("retrain: 0 new rows, fewer than the 10");
      write("train", 40);
      assertThat(turn(run, mlflow, "retrain.margin=-2.5", registries[0], registries[1]))
          .contains("retrain: 16 new rows (sts_pairs 16)")
          .contains("registered version 2");

      // A kill between the registries and the model in use.
      Files.delete(directory.resolve("run/stages/retrain.json"));
      FileUtils.deleteDirectory(directory.resolve("run/registry/champion").toFile());
      catalog.models.get("main.search.tickets").get(0).put("status", "PENDING_REGISTRATION");
      FileUtils.deleteDirectory(files.toFile());
      assertThat(turn(run, mlflow, registries)).contains("registered version 1");
      assertThat(catalog.models.get("main.search.tickets")).hasSize(2);
      assertThat(files.resolve("model.safetensors")).exists();
    }
  }

  /** The silver pairs of a turn are labelled in it: only those that a stream adds are new later. */
  @Test
  void turns_doNotCountTheSilverPairsThatTheyLearnedFrom(SparkSession spark) throws IOException {
    JobRun run = new JobRun(spark, directory.resolve("run"));
    write("test", 30);
    write("train", 24);
    assertThat(silverTurn(run)).contains("24 new rows (sts_pairs 24)", "registered version 1");
    StoredTable silver = run.table(SilverPairsTable.DEFINITION);
    assertThat(silver.count()).isEqualTo(8);
    assertThat(silverTurn(run)).contains("retrain: 0 new rows");
    JsonNode tables = registered().path("tables");
    assertThat(tables.path("silver_pairs").asLong()).isEqualTo(silver.version());
    assertThat(tables.path("sts_pairs").asLong())
        .isEqualTo(run.table(StsPairsTable.DEFINITION).version());

    silver.append(
        spark.sql(
            "SELECT id, concat('left ', id) AS sentence1, 'right' AS sentence2, 0.5 AS score,"
                + " null AS label, 'cross' AS model, 'stream' AS labelling, 0 AS chunk"
                + " FROM range(3)"),
        "stream",
        0,
        Map.of());
    write("train", 26);
    assertThat(silverTurn(run)).contains("5 new rows (sts_pairs 2, silver_pairs 3)");
    write("train", 30);
    assertThat(silverTurn(run)).contains("4 new rows (sts_pairs 4)");
  }

  private String silverTurn(JobRun run) {
    return run.run(
        "retrain",
        new RetrainJob(),
        "data.dir=" + directory,
        "data.sts.train=train.jsonl",
        "data.sts.test=test.jsonl",
        "gold.source=sts",
        "gold.rows=16",
        "mine.produce=candidates",
        "silver.method=relabel",
        "cross.layers=1",
        "cross.batchSize=8",
        "train.batchSize=8",
        "pipeline.models=gold+silver",
        "evaluate.tasks=sts",
        "evaluate.stsSplit=test",
        "evaluate.resamples=50",
        "retrain.margin=-2.5",
        "retrain.minimumNewRows=3");
  }

  private String turn(JobRun run, FakeMlflow mlflow, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.dir=" + directory,
                "data.sts.train=train.jsonl",
                "data.sts.test=test.jsonl",
                "gold.source=sts",
                "model.base=" + NarrowModel.directory(),
                "pipeline.models=gold",
                "evaluate.tasks=sts",
                "evaluate.stsSplit=test",
                "evaluate.resamples=50",
                "train.batchSize=8",
                "retrain.minimumNewRows=10",
                "retrain.mlflow=" + mlflow.uri(),
                "retrain.model=search"));
    settings.addAll(List.of(more));
    return run.run("retrain", new RetrainJob(), settings.toArray(String[]::new));
  }

  private int version() throws IOException {
    return registered().path("version").asInt();
  }

  private JsonNode registered() throws IOException {
    return new ObjectMapper()
        .readTree(directory.resolve("run/registry/champion/registered.json").toFile());
  }

  private void write(String split, int rows) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      lines.append(
          "{\"sentence1\": \"%s number %d of the list\", \"sentence2\": \"the %s item %d\", \"score\": %d}\n"
              .formatted(split, i, split, i * 7 % 13, i % 6));
    }
    Files.writeString(directory.resolve(split + ".jsonl"), lines);
  }
}
