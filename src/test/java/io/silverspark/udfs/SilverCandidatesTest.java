package io.silverspark.udfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SparkFixture;
import io.silverspark.model.mining.CandidatePair;
import io.silverspark.model.mining.ScoreDensity;
import io.silverspark.model.mining.SilverPolicy;
import io.silverspark.model.mining.SilverSampler;
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
    Dataset<Row> known =
        spark.sql("select * from values (1L, 0L), (5L, 9L) as t(first_id, second_id)");
    Dataset<Row> sentences = VectorData.rows(spark, VECTORS, partitions);
    return VectorData.sorted(
        SilverCandidates.sample(sentences, known, policy), "first_id", "second_id");
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
  void sample_byDensity_equalsSamplingInMemory(SparkSession spark) {
    SilverPolicy policy =
        new SilverPolicy(3, OptionalInt.of(100), 0.5, Optional.of(ScoreDensity.uniform(4)), 4);
    assertThat(onSpark(spark, policy, 2)).hasSize(100).isEqualTo(inMemory(policy));
  }
}
