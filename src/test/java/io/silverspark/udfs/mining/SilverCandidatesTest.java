package io.silverspark.udfs.mining;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SparkFixture;
import io.silverspark.model.mining.Bm25Index;
import io.silverspark.model.mining.Bm25Statistics;
import io.silverspark.model.mining.CandidatePair;
import io.silverspark.model.mining.CandidatePair.Origin;
import io.silverspark.model.mining.Neighbour;
import io.silverspark.model.mining.PairHash;
import io.silverspark.model.mining.RandomPairs;
import io.silverspark.model.mining.ScoreDensity;
import io.silverspark.model.mining.SilverPolicy;
import io.silverspark.model.mining.TopK;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.search.NeighbourSearch;
import io.silverspark.udfs.search.VectorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class SilverCandidatesTest {
  private static final int SENTENCES = 120;
  private static final int PER_SENTENCE = 3;
  private static final long SEED = 4;
  private static final long[] IDS = LongStream.range(0, SENTENCES).toArray();
  private static final float[][] VECTORS = VectorData.random(SENTENCES, 8, 21);
  private static final Set<CandidatePair> KNOWN =
      Set.of(new CandidatePair(0, 1), new CandidatePair(5, 9));

  @Test
  void sample_share_takesTheFirstNeighboursByHashAndTheFirstRandomPairsThatAreNew(
      SparkSession spark) {
    SilverPolicy policy = policy(OptionalInt.of(150), 0.3);

    List<Row> found = sample(spark, policy, 3);

    Set<CandidatePair> neighbours = pairs(found, "neighbour");
    assertThat(neighbours).hasSize(105).isEqualTo(firstByHash(neighbourPairs(), 105));
    Set<CandidatePair> taken = new HashSet<>(KNOWN);
    taken.addAll(neighbours);
    assertThat(pairs(found, "random")).hasSize(45).isEqualTo(randomPairs(45, taken));
    assertThat(found).hasSize(150).allSatisfy(SilverCandidatesTest::assertScoreIsCosine);
    assertThat(sample(spark, policy, 1)).as("in one partition").isEqualTo(found);
  }

  @Test
  void sample_randomAlone_drawsNewPairs(SparkSession spark) {
    List<Row> found = sample(spark, policy(OptionalInt.of(90), 1), 2);
    assertThat(pairs(found, "random")).hasSize(90).isEqualTo(randomPairs(90, KNOWN));
    assertThat(found).hasSize(90);
  }

  @Test
  void sample_noNumber_takesEveryNeighbourPairThatIsNew(SparkSession spark) {
    List<Row> found = sample(spark, policy(OptionalInt.empty(), 0), 2);
    assertThat(pairs(found, "neighbour")).isEqualTo(neighbourPairs()).hasSize(found.size());
  }

  @Test
  void sample_twoSentences_endsWithTheOnlyPair(SparkSession spark) {
    Dataset<Row> two = VectorData.rows(spark, new float[][] {{1, 0}, {1, 1}}, 1);
    Dataset<Row> none = known(spark).limit(0);
    assertThat(SilverCandidates.sample(two, none, policy(OptionalInt.of(50), 1)).collectAsList())
        .singleElement()
        .satisfies(row -> assertThat(pair(row)).isEqualTo(new CandidatePair(0, 1)));
  }

  /** Words that are rarer in higher rows; parts of 30 texts, which tie often. */
  @Test
  void sample_byWords_takesThePairsOfOneIndex(SparkSession spark, @TempDir Path directory)
      throws IOException {
    Dataset<Row> sentences =
        VectorData.rows(spark, VECTORS, 3)
            .selectExpr(
                "id",
                "embedding",
                "concat('the word', id % 7, ' and word', id % 11, ' of row', id % 40) as text");

    List<Row> found =
        SilverCandidates.sample(
                sentences,
                known(spark),
                policy(OptionalInt.empty(), 0),
                NeighbourSearch.lexical(30, 50),
                Origin.BM25)
            .collectAsList();

    assertThat(pairs(found, "bm25"))
        .hasSizeGreaterThan(SENTENCES)
        .hasSize(found.size())
        .isEqualTo(pairsOfWords(directory));
    assertThat(found).allSatisfy(SilverCandidatesTest::assertScoreIsCosine);
  }

  @Test
  void density_ofPairs_isThatOfTheirCosines(SparkSession spark) {
    float[] cosines = {cosine(0, 1), cosine(5, 9)};
    assertThat(SilverCandidates.density(known(spark), VectorData.rows(spark, VECTORS, 2), 5))
        .contains(ScoreDensity.estimated(cosines, 5));
  }

  /** The pool: every neighbour pair, and as many random pairs as are wanted in all. */
  @Test
  void sample_uniformDensity_takesTheFirstOfEachBinByHash(SparkSession spark) {
    ScoreDensity density = ScoreDensity.uniform(4);
    Set<CandidatePair> pool = neighbourPairs();
    Set<CandidatePair> taken = new HashSet<>(KNOWN);
    taken.addAll(pool);
    pool.addAll(randomPairs(100, taken));
    int[] available = binCounts(density, pool);
    int[] quotas = density.quotas(available, 100);

    List<Row> found =
        sample(
            spark,
            new SilverPolicy(PER_SENTENCE, OptionalInt.of(100), 0.5, Optional.of(density), SEED),
            2);

    assertThat(found).hasSize(100);
    for (int number = 0; number < quotas.length; number++) {
      int bin = number;
      assertThat(quotas[bin]).isPositive().isLessThan(available[bin]);
      Set<CandidatePair> ofBin = new HashSet<>(pool);
      ofBin.removeIf(pair -> binOf(density, pair) != bin);
      assertThat(found.stream().map(SilverCandidatesTest::pair))
          .filteredOn(pair -> binOf(density, pair) == bin)
          .containsExactlyInAnyOrderElementsOf(firstByHash(ofBin, quotas[bin]));
    }
  }

  private static SilverPolicy policy(OptionalInt pairs, double randomShare) {
    return new SilverPolicy(PER_SENTENCE, pairs, randomShare, Optional.empty(), SEED);
  }

  private static List<Row> sample(SparkSession spark, SilverPolicy policy, int partitions) {
    Dataset<Row> sentences = VectorData.rows(spark, VECTORS, partitions);
    return VectorData.sorted(
        SilverCandidates.sample(sentences, known(spark), policy), "first_id", "second_id");
  }

  private static Dataset<Row> known(SparkSession spark) {
    return spark.sql("select * from values (1L, 0L), (5L, 9L) as t(first_id, second_id)");
  }

  private static CandidatePair pair(Row row) {
    return new CandidatePair(row.getLong(0), row.getLong(1));
  }

  private static Set<CandidatePair> pairs(List<Row> rows, String origin) {
    return rows.stream()
        .filter(row -> row.getString(3).equals(origin))
        .map(SilverCandidatesTest::pair)
        .collect(Collectors.toSet());
  }

  private static void assertScoreIsCosine(Row row) {
    assertThat(row.getFloat(2)).isEqualTo(cosine(row.getLong(0), row.getLong(1)));
  }

  private static float cosine(long one, long other) {
    return VectorSimilarity.COSINE.between(VECTORS[(int) one], VECTORS[(int) other]);
  }

  /** Each sentence with its nearest others, without the known pairs. */
  private static Set<CandidatePair> neighbourPairs() {
    Set<CandidatePair> pairs = new HashSet<>();
    for (long id : IDS) {
      Arrays.stream(IDS)
          .filter(other -> other != id)
          .mapToObj(other -> new Neighbour(other, cosine(id, other)))
          .sorted(Neighbour.BEST_FIRST)
          .limit(PER_SENTENCE)
          .forEach(found -> pairs.add(CandidatePair.of(id, found.id())));
    }
    pairs.removeAll(KNOWN);
    return pairs;
  }

  private static Set<CandidatePair> pairsOfWords(Path directory) throws IOException {
    String[] texts =
        Arrays.stream(IDS)
            .mapToObj(id -> "the word%d and word%d of row%d".formatted(id % 7, id % 11, id % 40))
            .toArray(String[]::new);
    Set<CandidatePair> pairs = new HashSet<>();
    try (Bm25Index index = Bm25Index.build(directory, IDS, texts, statistics(texts))) {
      for (long id : IDS) {
        TopK best = new TopK(PER_SENTENCE);
        index.search(texts[(int) id], id, true, best);
        best.bestFirst().forEach(found -> pairs.add(CandidatePair.of(id, found.id())));
      }
    }
    pairs.removeAll(KNOWN);
    return pairs;
  }

  private static Bm25Statistics statistics(String[] texts) {
    long total = 0;
    Map<String, Long> frequencies = new HashMap<>();
    for (String text : texts) {
      List<String> terms = Bm25Index.terms(text);
      total += terms.size();
      terms.stream().distinct().forEach(term -> frequencies.merge(term, 1L, Long::sum));
    }
    return new Bm25Statistics(texts.length, total, frequencies);
  }

  private static Set<CandidatePair> firstByHash(Set<CandidatePair> pairs, int count) {
    return pairs.stream()
        .sorted(
            Comparator.comparingLong(pair -> PairHash.unordered(SEED, pair.first(), pair.second())))
        .limit(count)
        .collect(Collectors.toSet());
  }

  private static Set<CandidatePair> randomPairs(int count, Set<CandidatePair> taken) {
    RandomPairs draw = new RandomPairs(IDS, SEED);
    return LongStream.range(0, RandomPairs.attempts(count))
        .mapToObj(draw::attempt)
        .flatMap(Optional::stream)
        .filter(pair -> !taken.contains(pair))
        .distinct()
        .limit(count)
        .collect(Collectors.toSet());
  }

  private static int binOf(ScoreDensity density, CandidatePair pair) {
    return density.bin(cosine(pair.first(), pair.second()));
  }

  private static int[] binCounts(ScoreDensity density, Set<CandidatePair> pairs) {
    int[] counts = new int[density.shares().size()];
    pairs.forEach(pair -> counts[binOf(density, pair)]++);
    return counts;
  }
}
