package io.silverspark.udfs.mining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.model.mining.HardNegativeMiner;
import io.silverspark.model.mining.HardNegativePolicy;
import io.silverspark.model.mining.MinedQuery;
import io.silverspark.model.mining.NegativeDifficulty;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.search.NeighbourSearch;
import io.silverspark.udfs.search.VectorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The distributed miner against the one in memory. Ids 0-99 are the corpus, 100-129 anchors. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
class DistributedHardNegativeMinerTest {
  private static final int TEXTS = 100;
  private static final int ANCHORS = 30;
  private static final float[][] VECTORS = vectors();
  private static final StructType PAIRS =
      new StructType().add("anchor_id", DataTypes.LongType).add("positive_id", DataTypes.LongType);

  /** Anchor i is near text i. */
  private static float[][] vectors() {
    float[][] vectors = VectorData.random(TEXTS + ANCHORS, 10, 5);
    for (int anchor = 0; anchor < ANCHORS; anchor++) {
      for (int i = 0; i < 10; i++) {
        vectors[TEXTS + anchor][i] = 0.4f * vectors[TEXTS + anchor][i] + vectors[anchor][i];
      }
    }
    return vectors;
  }

  private static List<int[]> positives() {
    List<int[]> positives = new ArrayList<>();
    for (int anchor = 0; anchor < ANCHORS; anchor++) {
      positives.add(
          switch (anchor % 10) {
            case 3 -> new int[] {anchor, anchor + 40};
            case 7 -> new int[] {anchor, anchor};
            default -> new int[] {anchor};
          });
    }
    return positives;
  }

  private static List<Row> inMemory(HardNegativeMiner miner) {
    float[][] queries = Arrays.copyOfRange(VECTORS, TEXTS, TEXTS + ANCHORS);
    float[][] corpus = Arrays.copyOf(VECTORS, TEXTS);
    List<Row> rows = new ArrayList<>();
    for (MinedQuery mined : miner.mine(queries, corpus, positives())) {
      for (MinedQuery.TripletRow triplet : mined.triplets()) {
        rows.add(
            RowFactory.create(
                triplet.queryId() + TEXTS,
                triplet.positive().id(),
                triplet.negative().id(),
                triplet.positive().score(),
                triplet.negative().score(),
                mined.negatives().indexOf(triplet.negative()) + 1));
      }
    }
    return rows;
  }

  private static List<Row> onSpark(SparkSession spark, HardNegativeMiner miner, int partitions) {
    List<Row> pairs = new ArrayList<>();
    List<int[]> positives = positives();
    for (int anchor = 0; anchor < ANCHORS; anchor++) {
      for (int positive : positives.get(anchor)) {
        pairs.add(RowFactory.create((long) anchor + TEXTS, (long) positive));
      }
    }
    Dataset<Row> embeddings = VectorData.rows(spark, VECTORS, partitions).localCheckpoint();
    return VectorData.sorted(
        DistributedHardNegativeMiner.mine(
            spark.createDataFrame(pairs, PAIRS).repartition(partitions),
            embeddings.where("id < 100").select("id"),
            embeddings,
            miner),
        "anchor_id",
        "positive_id",
        "rank");
  }

  private static HardNegativePolicy policy() {
    return new HardNegativePolicy(
        3,
        1,
        OptionalInt.empty(),
        OptionalDouble.of(0.7),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.of(0.05),
        HardNegativePolicy.Sampling.TOP,
        9);
  }

  @Test
  void mine_anyPartitions_equalsMiningInMemory(SparkSession spark) {
    HardNegativeMiner hard = HardNegativeMiner.hard(policy());
    List<Row> expected = inMemory(hard);
    assertThat(expected).hasSizeGreaterThan(40);
    assertThat(onSpark(spark, hard, 1)).isEqualTo(expected);
    assertThat(onSpark(spark, hard, 3)).isEqualTo(expected);
  }

  @Test
  void mine_semiHard_equalsMiningInMemory(SparkSession spark) {
    HardNegativeMiner semiHard = new HardNegativeMiner(policy(), NegativeDifficulty.SEMI_HARD, 0.2);
    List<Row> expected = inMemory(semiHard);
    assertThat(expected).isNotEmpty();
    assertThat(onSpark(spark, semiHard, 2)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(
      value = VectorSimilarity.class,
      names = {"EUCLIDEAN", "MANHATTAN"})
  void mine_byADistance_equalsMiningInMemory(VectorSimilarity by, SparkSession spark) {
    HardNegativeMiner miner = HardNegativeMiner.hard(HardNegativePolicy.defaults()).by(by);
    List<Row> expected = inMemory(miner);
    assertThat(expected).isNotEmpty().allMatch(row -> row.getFloat(3) < 0);
    assertThat(onSpark(spark, miner, 2)).isEqualTo(expected);
  }

  @Test
  void mine_searchByAnotherSimilarity_isRefused(SparkSession spark) {
    Dataset<Row> rows = VectorData.rows(spark, VECTORS, 1);
    HardNegativeMiner miner = HardNegativeMiner.hard(policy()).by(VectorSimilarity.MANHATTAN);
    NeighbourSearch cosines = NeighbourSearch.exact();
    assertThatThrownBy(
            () ->
                DistributedHardNegativeMiner.mine(
                    rows, rows, rows, rows, miner, cosines, Optional.empty()))
        .hasMessage("the search compares by COSINE, the miner by MANHATTAN");
  }

  @Test
  void mine_easy_isReproducibleAndFarFromThePositive(SparkSession spark) {
    HardNegativeMiner easy = new HardNegativeMiner(policy(), NegativeDifficulty.EASY, 0.3);
    List<Row> once = onSpark(spark, easy, 1);
    assertThat(once).isNotEmpty().isEqualTo(onSpark(spark, easy, 3));
    assertThat(once).allMatch(row -> row.getFloat(4) <= row.getFloat(3) - 0.3f);
  }
}
