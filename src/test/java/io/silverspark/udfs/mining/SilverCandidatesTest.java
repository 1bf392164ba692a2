package io.silverspark.udfs.mining;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SparkFixture;
import io.silverspark.model.mining.Bm25Pairs;
import io.silverspark.model.mining.CandidatePair;
import io.silverspark.model.mining.CandidatePair.Origin;
import io.silverspark.model.mining.ScoreDensity;
import io.silverspark.model.mining.SilverPolicy;
import io.silverspark.model.mining.SilverSampler;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.search.NeighbourSearch;
import io.silverspark.udfs.search.VectorData;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The distributed sampler against the one in memory. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
class SilverCandidatesTest {
  private static final int SENTENCES = 120;
  private static final float[][] VECTORS = VectorData.random(SENTENCES, 8, 21);
  private static final Set<CandidatePair.Key> KNOWN =
      Set.of(new CandidatePair.Key(0, 1), new CandidatePair.Key(5, 9));

  private static List<Row> inMemory(SilverPolicy policy) {
    long[] ids = LongStream.range(0, SENTENCES).toArray();
    return new SilverSampler(policy)
        .sample(ids, VECTORS, KNOWN).stream()
            .map(
                pair ->
                    RowFactory.create(
                        pair.first(),
                        pair.second(),
                        pair.score(),
                        pair.origin() == CandidatePair.Origin.RANDOM ? "random" : "neighbour"))
            .toList();
  }

  private static List<Row> onSpark(SparkSession spark, SilverPolicy policy, int partitions) {
    Dataset<Row> sentences = VectorData.rows(spark, VECTORS, partitions);
    return VectorData.sorted(
        SilverCandidates.sample(sentences, known(spark), policy), "first_id", "second_id");
  }

  @Test
  void sample_anyPartitions_equalsSamplingInMemory(SparkSession spark) {
    SilverPolicy policy = new SilverPolicy(3, OptionalInt.of(150), 0.3, Optional.empty(), 4);
    List<Row> expected = inMemory(policy);
    assertThat(expected).hasSize(150);
    assertThat(onSpark(spark, policy, 1)).isEqualTo(expected);
    assertThat(onSpark(spark, policy, 3)).isEqualTo(expected);
  }

  @Test
  void sample_randomAlone_equalsSamplingInMemory(SparkSession spark) {
    SilverPolicy policy = new SilverPolicy(3, OptionalInt.of(90), 1, Optional.empty(), 4);
    assertThat(onSpark(spark, policy, 2)).hasSize(90).isEqualTo(inMemory(policy));
  }

  /** Words that are rarer in higher rows; parts of 30 texts, which tie often. */
  @Test
  void sample_byWords_equalsOneIndexInMemory(SparkSession spark, @TempDir Path directory) {
    SilverPolicy policy = new SilverPolicy(3, OptionalInt.empty(), 0, Optional.empty(), 4);
    String[] texts = new String[SENTENCES];
    for (int row = 0; row < SENTENCES; row++) {
      texts[row] = "the word%d and word%d of row%d".formatted(row % 7, row % 11, row % 40);
    }
    long[] ids = LongStream.range(0, SENTENCES).toArray();
    List<String> expected =
        new SilverSampler(policy)
            .sample(new Bm25Pairs(ids, texts, 3, directory), ids, (a, b) -> 0.0, KNOWN).stream()
                .map(pair -> pair.first() + " " + pair.second())
                .toList();
    Dataset<Row> vectors = VectorData.rows(spark, VECTORS, 3);
    Dataset<Row> sentences =
        vectors.selectExpr(
            "id",
            "embedding",
            "concat('the word', id % 7, ' and word', id % 11, ' of row', id % 40) as text");

    List<Row> found =
        VectorData.sorted(
            SilverCandidates.sample(
                sentences, known(spark), policy, NeighbourSearch.lexical(30, 50), Origin.BM25),
            "first_id",
            "second_id");

    assertThat(found.stream().map(row -> row.get(0) + " " + row.get(1)).toList())
        .hasSizeGreaterThan(SENTENCES)
        .isEqualTo(expected);
    for (Row row : found) {
      float cosine =
          VectorSimilarity.COSINE.between(
              VECTORS[(int) row.getLong(0)], VECTORS[(int) row.getLong(1)]);
      assertThat(row.getFloat(2)).isEqualTo(cosine);
      assertThat(row.getString(3)).isEqualTo("bm25");
    }
  }

  @Test
  void density_ofPairs_isThatOfTheirCosines(SparkSession spark) {
    float[] cosines = {
      VectorSimilarity.COSINE.between(VECTORS[0], VECTORS[1]),
      VectorSimilarity.COSINE.between(VECTORS[5], VECTORS[9])
    };
    assertThat(SilverCandidates.density(known(spark), VectorData.rows(spark, VECTORS, 2), 5))
        .contains(ScoreDensity.estimated(cosines, 5));
  }

  private static Dataset<Row> known(SparkSession spark) {
    return spark.sql("select * from values (1L, 0L), (5L, 9L) as t(first_id, second_id)");
  }

  @Test
  void sample_byDensity_equalsSamplingInMemory(SparkSession spark) {
    SilverPolicy policy =
        new SilverPolicy(3, OptionalInt.of(100), 0.5, Optional.of(ScoreDensity.uniform(4)), 4);
    assertThat(onSpark(spark, policy, 2)).hasSize(100).isEqualTo(inMemory(policy));
  }
}
