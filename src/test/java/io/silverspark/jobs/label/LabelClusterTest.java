package io.silverspark.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.StandaloneCluster;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.model.encoder.Precision;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Executors in processes of their own label with a model that only the driver's disk holds. */
@Tag("cluster")
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabelClusterTest {
  private static final int PAIRS = 40;

  private Path directory;
  private StandaloneCluster cluster;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    cluster = StandaloneCluster.start(temporary.resolve("cluster"), 2);
  }

  @AfterAll
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void label_twoExecutors_scoresEveryPairOnce() {
    JobRun run = new JobRun(cluster.session(), directory.resolve("run"));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      String first = "Bus " + i + " leaves the depot at dawn.";
      String second = "The depot of bus " + i % 7 + " is closed.";
      rows.add(RowFactory.create((long) i, first, second, "neighbour", 0.5f, i % 2));
    }
    run.write(CandidatePairsTable.DEFINITION, rows, 1);
    NarrowModel.saveCrossEncoder(run.directory().resolve("models/cross"), 3);

    assertThat(run.run("label", new LabelJob())).contains("40 silver pairs");
    Dataset<Row> silver = run.table(SilverPairsTable.DEFINITION).read();
    assertThat(silver.select("id").distinct().count()).isEqualTo(PAIRS);
  }

  @Test
  void embed_directoryGoneFromEveryDisk_worksWithTheCopyThatWasSent() throws IOException {
    Path model = directory.resolve("gone");
    NarrowModel.save(model);
    Dataset<Row> embedded = embedded(model);
    Files.move(model, directory.resolve("elsewhere"));
    assertThat(embedded.collectAsList()).hasSize(3).allMatch(row -> row.getList(1).size() == 48);
  }

  @Test
  void embed_executorsSeeAnotherModelUnderTheName_takeTheDrivers() throws IOException {
    Path model = directory.resolve("replaced");
    NarrowModel.save(model);
    List<Row> expected = embedded(model).collectAsList();

    Dataset<Row> embedded = embedded(model);
    Files.delete(model.resolve("model.safetensors"));
    assertThat(embedded.collectAsList()).containsExactlyInAnyOrderElementsOf(expected);
  }

  private Dataset<Row> embedded(Path model) {
    SparkSession spark = cluster.session();
    return TextEmbedding.embed(
        spark.sql("select explode(array('a cat', 'a dog', 'a boat')) as text").repartition(2),
        "text",
        "embedding",
        EncodeSpec.of(model.toString()).withPrecision(Precision.FP32));
  }
}
