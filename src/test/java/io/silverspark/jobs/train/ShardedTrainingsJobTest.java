package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code train-cross} and {@code pretrain} over more rows than the driver holds. */
@Tag("spark")
@Tag("cluster")
@ExtendWith(SparkFixture.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShardedTrainingsJobTest {
  private static final int ROWS = 60;
  private static final String[] ON_DISK = {"train.rowsInMemory=0"};
  private static final String[] IN_WINDOWS = {"train.rowsInMemory=0", "train.shardRows=13"};

  private JobRun run;
  private Path lists;

  /** What a cross-encoder learns from. */
  private enum Cross {
    SCORES("gold.source=sts"),
    CLASSES("cross.numLabels=3"),
    POSITIVES("cross.loss=MultipleNegativesRankingLoss"),
    PREMISES("cross.loss=LambdaLoss"),
    LISTS("cross.loss=ListNetLoss"),
    MINED("cross.data=triplets", "cross.numLabels=2"),
    MINED_RANKING(
        "cross.data=triplets", "cross.loss=MultipleNegativesRankingLoss", "cross.hardNegatives=2"),
    MINED_LISTS("cross.data=triplets", "cross.loss=RankNetLoss"),
    MARGINS("cross.loss=MarginMSELoss");

    private final String[] settings;

    Cross(String... settings) {
      this.settings = settings;
    }
  }

  @BeforeAll
  void writeTables(SparkSession spark, @TempDir Path temporary) throws IOException {
    run = new JobRun(spark, temporary.resolve("shards"));
    List<Row> nli = new ArrayList<>();
    List<Row> sts = new ArrayList<>();
    List<Row> triplets = new ArrayList<>();
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      long id = i;
      String premise = "premise %d speaks of matter %d".formatted(i / 4, i / 4 % 7);
      String hypothesis = "hypothesis %d of class %d".formatted(i, i % 3);
      nli.add(RowFactory.create(id, "train", id, premise, hypothesis, i % 3, null, "test"));
      sts.add(RowFactory.create(id, "train", id, premise + i, hypothesis, i % 6 * 1.0, "test"));
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
      lines.append(
          "{\"query\": \"query %d\", \"documents\": [\"text %d\"%s], \"labels\": [1%s]}%n"
              .formatted(i * 7 % ROWS, i, ", \"more\"".repeat(i % 3), ", 0".repeat(i % 3)));
    }
    run.write(NliPairsTable.DEFINITION, nli, 1);
    run.write(StsPairsTable.DEFINITION, sts, 1);
    run.write(TripletsTable.DEFINITION, triplets, 1);
    lists = Files.writeString(temporary.resolve("lists.jsonl"), lines);
  }

  private String cross(Cross data, String[] where, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "gold.source=nli", "cross.batchSize=6", "cross.epochs=2", "cross.precision=fp32"));
    if (data == Cross.LISTS) {
      all.add("cross.lists=" + lists);
    }
    if (data == Cross.MARGINS) {
      all.add("cross.teacher=" + NarrowModel.crossEncoder());
    }
    all.addAll(List.of(data.settings));
    all.addAll(List.of(where));
    all.addAll(List.of(more));
    return run.run("train-cross", new TrainCrossJob(), all.toArray(String[]::new));
  }

  private String pretrain(String method, String... where) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "pretrain.method=" + method,
                "pretrain.corpus=nli",
                "pretrain.rows=40",
                "pretrain.batchSize=6",
                "pretrain.precision=fp32"));
    all.addAll(Arrays.asList(where));
    return run.run("pretrain", new PretrainJob(), all.toArray(String[]::new));
  }

  private byte[] weights(String model) throws IOException {
    return Files.readAllBytes(
        run.directory().resolve("models").resolve(model).resolve("model.safetensors"));
  }

  private String card(String model) throws IOException {
    return Files.readString(run.directory().resolve("models").resolve(model).resolve("README.md"));
  }

  @ParameterizedTest
  @EnumSource
  void trainCross_shardOfAllRows_givesTheWeightsOfMemoryBitForBit(Cross data) throws IOException {
    assertThat(cross(data, new String[0])).doesNotContain("shards of");
    byte[] expected = weights("cross");
    String card = card("cross");
    assertThat(cross(data, ON_DISK)).contains("examples in 1 shards", "tokenised now");
    assertThat(weights("cross")).isEqualTo(expected);
    assertThat(card("cross").lines().filter(line -> line.matches(".*(gold pairs|examples).*")))
        .containsExactlyElementsOf(
            card.lines().filter(line -> line.matches(".*(gold pairs|examples).*")).toList());
  }

  @Test
  void trainCross_windows_tokenisesOnceAndAnyNumberOfRanksTakesThem() throws IOException {
    String[] slow = {"cross.learningRate=1e-4"};
    String[] fast = {"cross.learningRate=2e-4"};
    assertThat(cross(Cross.CLASSES, IN_WINDOWS, slow))
        .contains("60 examples in 5 shards", "tokenised now");
    byte[] one = weights("cross");
    assertThat(cross(Cross.CLASSES, IN_WINDOWS, fast)).contains("tokenised before");
    assertThat(weights("cross")).isNotEqualTo(one);
    cross(Cross.CLASSES, IN_WINDOWS, slow);
    assertThat(weights("cross")).isEqualTo(one);
    assertThat(cross(Cross.CLASSES, IN_WINDOWS, "cross.learningRate=3e-4", "train.ranks=2"))
        .contains("tokenised before", "models/cross");
    assertThat(cross(Cross.LISTS, IN_WINDOWS, "train.ranks=2"))
        .contains("60 examples in", "models/cross");
  }

  @Test
  void trainCross_otherLabels_areOtherExamples() {
    assertThat(cross(Cross.CLASSES, ON_DISK, "cross.numLabels=2")).contains("tokenised now");
    assertThat(cross(Cross.CLASSES, ON_DISK, "cross.numLabels=1")).contains("tokenised now");
    assertThat(cross(Cross.CLASSES, ON_DISK, "cross.numLabels=1", "gold.rows=30"))
        .contains("30 examples in 1 shards", "tokenised now");
  }

  @Test
  void trainCross_rowsThatTeachNothing_areRefusedAsInMemory() throws IOException {
    assertThatThrownBy(() -> cross(Cross.SCORES, ON_DISK, "gold.rows=1"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "train-cross needs at least two gold pairs with different labels, but sts_pairs has 1"
                + " in its split train that gold.rows = 1 leaves");
    Path wrong = Files.writeString(lists.resolveSibling("wrong.jsonl"), Files.readString(lists));
    Files.writeString(
        wrong,
        Files.readString(wrong)
            + "{\"query\": \"q\", \"documents\": [\"a\"], \"labels\": [1, 2]}\n");
    assertThatThrownBy(() -> cross(Cross.LISTS, ON_DISK, "cross.lists=" + wrong))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the query 'q' has 1 documents and 2 labels");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tsdae", "mlm", "simcse"})
  void pretrain_shardOfAllTexts_givesTheWeightsOfMemoryBitForBit(String method) throws IOException {
    assertThat(pretrain(method)).doesNotContain("shards of");
    byte[] expected = weights("pretrained");
    assertThat(pretrain(method, ON_DISK)).contains("40 examples in 1 shards", "tokenised now");
    assertThat(weights("pretrained")).isEqualTo(expected);
  }

  @Test
  void pretrain_windows_tokenisesOnce() throws IOException {
    assertThat(pretrain("tsdae", IN_WINDOWS)).contains("40 examples in 4 shards");
    byte[] one = weights("pretrained");
    assertThat(pretrain("tsdae", "train.rowsInMemory=1", "train.shardRows=13"))
        .contains("tokenised before");
    assertThat(weights("pretrained")).isEqualTo(one);
    assertThat(pretrain("mlm", IN_WINDOWS)).contains("tokenised now"); // without texts
  }
}
