package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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

/** {@code train-bi} over more rows than the driver holds: shards that the executors write. */
@Tag("spark")
@Tag("cluster")
@ExtendWith(SparkFixture.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShardedExamplesJobTest {
  private static final int ROWS = 60;
  private static final String[] ON_DISK = {"train.rowsInMemory=0"};
  private static final String[] IN_WINDOWS = {"train.rowsInMemory=0", "train.shardRows=13"};

  private SparkSession spark;
  private JobRun run;

  @BeforeAll
  void writeTables(SparkSession session, @TempDir Path temporary) {
    spark = session;
    run = new JobRun(spark, temporary.resolve("shards"));
    List<Row> nli = new ArrayList<>();
    List<Row> triplets = new ArrayList<>();
    List<Row> intents = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      long id = i;
      String first = "premise %d speaks of matter %d".formatted(i, i % 7);
      String second = "hypothesis %d of class %d".formatted(i, i % 3);
      nli.add(RowFactory.create(id, "train", id, first, second, i % 3, null, "test"));
      triplets.add(
          RowFactory.create(
              id,
              id,
              "question " + i / 2,
              "answer " + i / 2,
              "remark " + i,
              "hard",
              0.9f,
              0.5f,
              "test"));
      intents.add(RowFactory.create(id, "train", id, "please do " + i, "type " + i % 3, "test"));
    }
    run.write(NliPairsTable.DEFINITION, nli, 1);
    run.write(TripletsTable.DEFINITION, triplets, 1);
    run.write(IntentsTable.DEFINITION, intents, 1);
  }

  private String train(String[] where, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "gold.source=nli", "train.batchSize=6", "train.epochs=2", "train.precision=fp32"));
    all.addAll(List.of(where));
    all.addAll(List.of(settings));
    return run.run("train-bi", new TrainBiJob(), all.toArray(String[]::new));
  }

  private byte[] weights(String model) throws IOException {
    return Files.readAllBytes(
        run.directory().resolve("models").resolve(model).resolve("model.safetensors"));
  }

  @ParameterizedTest
  @CsvSource({
    "gold, SoftmaxLoss, 1",
    "gold, MultipleNegativesRankingLoss, 1",
    "gold, ContrastiveTensionLossInBatchNegatives, 1",
    "triplets, MultipleNegativesRankingLoss, 2",
    "intents, BatchAllTripletLoss, 1"
  })
  void train_shardOfAllRows_givesTheWeightsOfMemoryBitForBit(
      String data, String loss, String negatives) throws IOException {
    List<String> settings = new ArrayList<>(List.of("train.data=" + data, "train.loss=" + loss));
    if (!negatives.equals("1")) {
      settings.add("train.hardNegatives=" + negatives);
    }
    String[] all = settings.toArray(String[]::new);
    train(new String[0], all);
    byte[] expected = weights(data);
    assertThat(train(ON_DISK, all)).contains("examples in 1 shards");
    assertThat(weights(data)).isEqualTo(expected);
  }

  @Test
  void train_byAGuide_readsTheTextsFromTheShards() throws IOException {
    String[] settings = {
      "train.data=gold", "train.loss=GISTEmbedLoss", "train.teacher=" + NarrowModel.directory()
    };
    train(new String[0], settings);
    byte[] expected = weights("gold");
    train(ON_DISK, settings);
    assertThat(weights("gold")).isEqualTo(expected);
  }

  @Test
  void train_windows_tokenisesOnceAndRanksSeeTheSameBatches() throws IOException {
    String[] settings = {"train.data=gold", "train.loss=SoftmaxLoss", "train.learningRate=1e-4"};
    assertThat(train(IN_WINDOWS, settings)).contains("60 examples in 5 shards", "tokenised now");
    byte[] one = weights("gold");
    String[] slower = {"train.data=gold", "train.loss=SoftmaxLoss", "train.learningRate=2e-4"};
    assertThat(train(IN_WINDOWS, slower)).contains("tokenised before");
    assertThat(weights("gold")).isNotEqualTo(one);
    train(IN_WINDOWS, settings);
    assertThat(weights("gold")).isEqualTo(one);
    String[] ranks = {
      "train.data=gold", "train.loss=SoftmaxLoss", "train.learningRate=3e-4", "train.ranks=2"
    };
    assertThat(train(IN_WINDOWS, ranks)).contains("tokenised before", "models/gold");
    try (Stream<Path> files = Files.walk(run.directory().resolve("tables/training-examples"))) {
      Files.delete(
          files
              .filter(file -> file.toString().endsWith("00002-000.safetensors"))
              .findFirst()
              .orElseThrow());
    }
    String[] once = {"train.data=gold", "train.loss=SoftmaxLoss", "train.learningRate=4e-4"};
    assertThatThrownBy(() -> train(IN_WINDOWS, once))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is missing; delete its directory and run again");
  }

  @Test
  void train_otherTables_replacesTheShardsButForTheLast() throws IOException {
    Path all = run.directory().resolve("tables/training-examples");
    List<String> ofAnother = List.of("gold-2-0123456789abcdef", "gold-2-123456789abcdef0");
    for (String name : ofAnother) {
      Files.createDirectories(all.resolve(name));
    }
    for (String rows : List.of("20", "30", "40")) {
      train(ON_DISK, "train.data=gold", "train.loss=CoSENTLoss", "gold.rows=" + rows);
    }
    try (Stream<Path> directories = Files.list(all)) {
      List<String> names = directories.map(each -> each.getFileName().toString()).toList();
      assertThat(names).as("of the data set gold-2").containsAll(ofAnother);
      assertThat(names).filteredOn(name -> name.matches("gold-[0-9a-f]{16}")).hasSize(2);
    }
  }

  @Test
  void train_contrastiveTensionOfMoreRows_isRefusedWithTheRemedy() {
    assertThatThrownBy(() -> train(ON_DISK, "train.data=gold", "train.loss=ContrastiveTensionLoss"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("raise it, or use ContrastiveTensionLossInBatchNegatives");
  }
}
