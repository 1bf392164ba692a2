package io.silverspark.udfs.mining;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.model.mining.CandidatePair.Origin;
import io.silverspark.model.mining.PairHash;
import io.silverspark.model.mining.RandomPairs;
import io.silverspark.model.mining.ScoreDensity;
import io.silverspark.model.mining.SilverPolicy;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.columns.FirstRows;
import io.silverspark.udfs.search.NeighbourSearch;
import io.silverspark.udfs.search.VectorPairs;
import io.silverspark.udfs.serving.JavaSerialized;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Recombines unlabelled sentences into new pairs across the executors: neighbours and random pairs,
 * without repeats in either order and without known pairs. Where there are more than wanted, the
 * choice is by {@link PairHash}. Similarity is the cosine of every model, as in paraphrase_mining
 * and semantic_search of sentence-transformers. The same sentences, known pairs and policy give the
 * same pairs, whatever the partitioning. Through the driver pass 8 bytes a sentence where random
 * pairs are drawn, and no more than 64 MiB: of more than eight million sentences a share takes part
 * in the draw.
 */
public final class SilverCandidates {
  private static final String FIRST = "first_id";
  private static final String SECOND = "second_id";
  private static final String ORIGIN = "origin";
  private static final String DRAW = "draw";
  private static final int DENSITY_PAIRS = 100_000;
  private static final long DRAWN_FROM = 8L << 20;
  private static final StructType DRAWN =
      new StructType()
          .add(FIRST, DataTypes.LongType, false)
          .add(SECOND, DataTypes.LongType, false)
          .add(DRAW, DataTypes.LongType, false);

  private SilverCandidates() {}

  /**
   * Chooses pairs for the cross-encoder to label, neighbours by {@link NeighbourSearch#exact}. Runs
   * several Spark jobs.
   *
   * @param sentences columns {@code id} (bigint, distinct) and {@code embedding}; stored
   * @param known columns {@code first_id} and {@code second_id} of pairs not to return, in either
   *     order; may be empty
   * @param policy how many of what
   * @return (first_id, second_id, score, origin): distinct unordered pairs, the smaller id first;
   *     score is their cosine, origin {@code neighbour}, {@code bm25} or {@code random}
   */
  public static Dataset<Row> sample(
      Dataset<Row> sentences, Dataset<Row> known, SilverPolicy policy) {
    return sample(sentences, known, policy, NeighbourSearch.exact(), Origin.NEIGHBOUR);
  }

  /**
   * The same with another search.
   *
   * @param sentences also with the column {@code text} where the search reads it
   * @param origin of the pairs that the search finds; those of {@link Origin#BM25} are scored by
   *     cosine afterwards
   */
  public static Dataset<Row> sample(
      Dataset<Row> sentences,
      Dataset<Row> known,
      SilverPolicy policy,
      NeighbourSearch search,
      Origin origin) {
    Dataset<Row> gold =
        known.select(least(FIRST, SECOND).as(FIRST), greatest(FIRST, SECOND).as(SECOND)).distinct();
    boolean byDensity = policy.density().isPresent();
    if (policy.randomShare() == 1 && !byDensity) {
      return randomPairs(sentences, gold, policy.randomCount(0), policy.seed());
    }
    Dataset<Row> neighbours = stored(neighbours(sentences, gold, policy, search, origin));
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

  /**
   * The distribution of similarity among given pairs, such as the gold ones: what candidates should
   * be spread like, so that their labels are spread like the gold labels as far as labels follow
   * similarity.
   *
   * @param pairs columns {@code first_id} and {@code second_id}; at most {@value #DENSITY_PAIRS} of
   *     them count, chosen by a hash
   * @param embeddings columns {@code id} and {@code embedding} of all of them
   * @param bins of the distribution
   * @return empty if there is no pair
   */
  public static Optional<ScoreDensity> density(
      Dataset<Row> pairs, Dataset<Row> embeddings, int bins) {
    Dataset<Row> distinct =
        pairs.select(col(FIRST).as("query_id"), col(SECOND).as("corpus_id")).distinct();
    Dataset<Row> chosen =
        FirstRows.of(
            distinct,
            DENSITY_PAIRS,
            xxhash64(col("query_id"), col("corpus_id")),
            col("query_id"),
            col("corpus_id"));
    List<Row> scored =
        VectorPairs.scored(chosen, embeddings, embeddings, VectorSimilarity.COSINE)
            .select("score")
            .collectAsList();
    float[] scores = new float[scored.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = scored.get(i).getFloat(0);
    }
    Arrays.sort(scores);
    return scores.length == 0
        ? Optional.empty()
        : Optional.of(ScoreDensity.estimated(scores, bins));
  }

  private static Dataset<Row> neighbours(
      Dataset<Row> sentences,
      Dataset<Row> gold,
      SilverPolicy policy,
      NeighbourSearch search,
      Origin origin) {
    Dataset<Row> pairs =
        search
            .find(sentences, sentences, policy.perSentence(), true)
            .rows()
            .select(
                least("query_id", "corpus_id").as(FIRST),
                greatest("query_id", "corpus_id").as(SECOND),
                col("score"))
            .groupBy(FIRST, SECOND)
            .agg(max("score").as("score"))
            .join(gold, new String[] {FIRST, SECOND}, "left_anti");
    return (origin == Origin.BM25 ? scored(pairs, sentences) : pairs)
        .withColumn(ORIGIN, lit(origin.name().toLowerCase(Locale.ROOT)));
  }

  private static Dataset<Row> scored(Dataset<Row> pairs, Dataset<Row> sentences) {
    return VectorPairs.scored(
            pairs.select(col(FIRST).as("query_id"), col(SECOND).as("corpus_id")),
            sentences,
            sentences,
            VectorSimilarity.COSINE)
        .select(col("query_id").as(FIRST), col("corpus_id").as(SECOND), col("score"));
  }

  /**
   * The draw of {@link RandomPairs}, its attempts in parallel: the ids of the sentences are
   * broadcast.
   */
  private static Dataset<Row> randomPairs(
      Dataset<Row> sentences, Dataset<Row> excluded, int count, long seed) {
    long[] ids = drawnFrom(sentences, seed);
    long all = RandomPairs.attempts(count);
    long few = Math.min(all, count + count / 4 + 1024L);
    Dataset<Row> pairs = stored(drawn(sentences, excluded, count, new RandomPairs(ids, seed), few));
    if (few < all && pairs.count() < count) {
      pairs = stored(drawn(sentences, excluded, count, new RandomPairs(ids, seed), all));
    }
    return scored(pairs, sentences).withColumn(ORIGIN, lit("random"));
  }

  private static Dataset<Row> drawn(
      Dataset<Row> sentences, Dataset<Row> excluded, int count, RandomPairs draw, long attempts) {
    SparkSession spark = sentences.sparkSession();
    Broadcast<JavaSerialized<RandomPairs>> shared =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(new JavaSerialized<>(draw));
    Dataset<Row> distinct =
        spark
            .range(draw.size() < 2 ? 0 : attempts)
            .flatMap(
                (FlatMapFunction<Long, Row>)
                    number ->
                        shared.value().value().attempt(number).stream()
                            .map(key -> RowFactory.create(key.first(), key.second(), number))
                            .iterator(),
                Encoders.row(DRAWN))
            .groupBy(FIRST, SECOND)
            .agg(min(DRAW).as(DRAW))
            .join(excluded, new String[] {FIRST, SECOND}, "left_anti");
    return FirstRows.of(distinct, count, col(DRAW)).select(FIRST, SECOND);
  }

  /**
   * The ids; of very many sentences a share, chosen by a hash, so that the driver can hold them.
   */
  private static long[] drawnFrom(Dataset<Row> sentences, long seed) {
    long shares = 1 + sentences.count() / DRAWN_FROM;
    Dataset<Row> ids =
        shares == 1
            ? sentences.select("id")
            : sentences
                .select("id")
                .where(pmod(xxhash64(col("id"), lit(seed)), lit(shares)).equalTo(0));
    return ids.as(Encoders.LONG()).collectAsList().stream().mapToLong(Long::longValue).toArray();
  }

  private static Dataset<Row> firstByHash(Dataset<Row> pairs, int count, SilverPolicy policy) {
    return FirstRows.of(pairs, count, hash(policy), col(FIRST), col(SECOND));
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
