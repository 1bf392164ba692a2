package io.silverspark.udfs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.udf;

import io.silverspark.model.mining.CandidatePair;
import io.silverspark.model.mining.PairHash;
import io.silverspark.model.mining.RandomPairs;
import io.silverspark.model.mining.ScoreBlocks;
import io.silverspark.model.mining.ScoreDensity;
import io.silverspark.model.mining.SilverPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Recombines unlabelled sentences into new pairs across the executors: the rules of {@link
 * io.silverspark.model.mining.SilverSampler} on datasets. The same sentences, known pairs and
 * policy give the same pairs, whatever the partitioning.
 */
public final class SilverCandidates {
  private static final String FIRST = "first_id";
  private static final String SECOND = "second_id";
  private static final String ORIGIN = "origin";
  private static final String DRAW = "draw";

  private SilverCandidates() {}

  /**
   * Chooses pairs for the cross-encoder to label. Runs several Spark jobs; the ids of all sentences
   * and the random pairs pass through the driver, 8 and 24 bytes each.
   *
   * @param sentences columns {@code id} (bigint, distinct) and {@code embedding}; stored
   * @param known columns {@code first_id} and {@code second_id} of pairs not to return, in either
   *     order; may be empty
   * @param policy how many of what
   * @return (first_id, second_id, score, origin): distinct unordered pairs, the smaller id first;
   *     score is their cosine, origin {@code neighbour} or {@code random}
   */
  public static Dataset<Row> sample(
      Dataset<Row> sentences, Dataset<Row> known, SilverPolicy policy) {
    return sample(sentences, known, policy, ScoreBlocks.plainJava());
  }

  /** The same with another matrix product; a faster one may swap neighbours that nearly tie. */
  public static Dataset<Row> sample(
      Dataset<Row> sentences, Dataset<Row> known, SilverPolicy policy, ScoreBlocks scoreBlocks) {
    Dataset<Row> gold =
        known.select(least(FIRST, SECOND).as(FIRST), greatest(FIRST, SECOND).as(SECOND)).distinct();
    Dataset<Row> neighbours = stored(neighbours(sentences, gold, policy, scoreBlocks));
    boolean byDensity = policy.density().isPresent();
    int found = Math.toIntExact(neighbours.count());
    int taken = byDensity ? found : policy.neighbourCount(found);
    Dataset<Row> chosen =
        taken == found ? neighbours : stored(firstByHash(neighbours, taken, policy));
    int wanted = byDensity ? policy.densityPool() : policy.randomCount(taken);
    Dataset<Row> pool = chosen;
    if (wanted > 0) {
      Dataset<Row> excluded = gold.union(chosen.select(FIRST, SECOND));
      pool = chosen.union(randomPairs(sentences, excluded, wanted, policy.seed()));
    }
    return byDensity ? byDensity(stored(pool), policy) : pool;
  }

  private static Dataset<Row> neighbours(
      Dataset<Row> sentences, Dataset<Row> gold, SilverPolicy policy, ScoreBlocks scoreBlocks) {
    Dataset<Row> nearest =
        SemanticSearch.search(
            sentences,
            sentences,
            SearchOptions.nearest(policy.perSentence()).excludingSelf().with(scoreBlocks));
    return nearest
        .select(
            least("query_id", "corpus_id").as(FIRST),
            greatest("query_id", "corpus_id").as(SECOND),
            col("score"))
        .groupBy(FIRST, SECOND)
        .agg(max("score").as("score"))
        .join(gold, new String[] {FIRST, SECOND}, "left_anti")
        .withColumn(ORIGIN, lit("neighbour"));
  }

  private static Dataset<Row> randomPairs(
      Dataset<Row> sentences, Dataset<Row> excluded, int count, long seed) {
    long[] ids =
        sentences.select("id").as(Encoders.LONG()).collectAsList().stream()
            .mapToLong(Long::longValue)
            .toArray();
    // Twice as many as needed, in the order of the draw, because some may be known already.
    List<CandidatePair.Key> drawn = new RandomPairs(ids, seed).draw(2 * count + 64, Set.of());
    List<Row> rows = new ArrayList<>(drawn.size());
    for (CandidatePair.Key key : drawn) {
      rows.add(RowFactory.create(key.first(), key.second(), (long) rows.size()));
    }
    StructType schema =
        new StructType()
            .add(FIRST, DataTypes.LongType, false)
            .add(SECOND, DataTypes.LongType, false)
            .add(DRAW, DataTypes.LongType, false);
    Dataset<Row> fresh =
        sentences
            .sparkSession()
            .createDataFrame(rows, schema)
            .join(excluded, new String[] {FIRST, SECOND}, "left_anti")
            .orderBy(DRAW)
            .limit(count);
    Dataset<Row> pairs = fresh.select(col(FIRST).as("query_id"), col(SECOND).as("corpus_id"));
    return VectorPairs.scored(pairs, sentences)
        .select(col("query_id").as(FIRST), col("corpus_id").as(SECOND), col("score"))
        .withColumn(ORIGIN, lit("random"));
  }

  private static Dataset<Row> firstByHash(Dataset<Row> pairs, int count, SilverPolicy policy) {
    return pairs.orderBy(hash(policy), col(FIRST), col(SECOND)).limit(count);
  }

  private static Dataset<Row> byDensity(Dataset<Row> pool, SilverPolicy policy) {
    ScoreDensity density = policy.density().orElseThrow();
    Dataset<Row> binned =
        pool.withColumn(
            "bin",
            udf((UDF1<Float, Integer>) density::bin, DataTypes.IntegerType).apply(col("score")));
    int[] available = new int[density.shares().size()];
    for (Row row : binned.groupBy("bin").count().collectAsList()) {
      available[row.getInt(0)] = Math.toIntExact(row.getLong(1));
    }
    int[] quotas = density.quotas(available, policy.pairs().orElseThrow());
    Column place =
        row_number().over(Window.partitionBy("bin").orderBy(hash(policy), col(FIRST), col(SECOND)));
    Column quota =
        udf((UDF1<Integer, Integer>) bin -> quotas[bin], DataTypes.IntegerType).apply(col("bin"));
    return binned
        .withColumn("place", place)
        .where(col("place").leq(quota))
        .select(FIRST, SECOND, "score", ORIGIN);
  }

  private static Column hash(SilverPolicy policy) {
    long seed = policy.seed();
    return udf(
            (UDF2<Long, Long, Long>) (first, second) -> PairHash.unordered(seed, first, second),
            DataTypes.LongType)
        .apply(col(FIRST), col(SECOND));
  }

  /** Computes once what several jobs will read; freed when no longer referenced. */
  private static Dataset<Row> stored(Dataset<Row> rows) {
    return rows.localCheckpoint(true);
  }
}
