package io.silverspark.model.mining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.model.mining.CandidatePair.Key;
import io.silverspark.model.mining.CandidatePair.Origin;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class SilverSamplerTest {
  private static final float[][] EMBEDDINGS = BlockedSimilarityTest.vectors(200, 8, 11);
  private static final long[] IDS = new long[200];

  static {
    Arrays.setAll(IDS, i -> 1000L - 3L * i);
  }

  private static SilverPolicy policy(int pairs, double randomShare) {
    return new SilverPolicy(3, OptionalInt.of(pairs), randomShare, Optional.empty(), 5);
  }

  private static Set<Key> keys(List<CandidatePair> pairs) {
    return pairs.stream().map(CandidatePair::key).collect(Collectors.toSet());
  }

  @Test
  void sample_withShare_givesTheWishedCounts() {
    List<CandidatePair> pairs =
        new SilverSampler(policy(200, 0.25)).sample(IDS, EMBEDDINGS, Set.of());
    assertThat(pairs).hasSize(200);
    assertThat(pairs.stream().filter(pair -> pair.origin() == Origin.RANDOM)).hasSize(50);
    assertThat(keys(pairs)).hasSize(200);
  }

  @Test
  void sample_knownPairs_areNotReturned() {
    SilverSampler sampler = new SilverSampler(policy(300, 0.3));
    Set<Key> first = keys(sampler.sample(IDS, EMBEDDINGS, Set.of()));
    Set<Key> known = new HashSet<>(List.copyOf(first).subList(0, 150));
    assertThat(keys(sampler.sample(IDS, EMBEDDINGS, known))).doesNotContainAnyElementsOf(known);
  }

  @Test
  void sample_otherOrderOfSentences_givesTheSamePairs() {
    long[] reversed = new long[200];
    float[][] embeddings = new float[200][];
    for (int i = 0; i < 200; i++) {
      reversed[i] = IDS[199 - i];
      embeddings[i] = EMBEDDINGS[199 - i];
    }
    SilverSampler sampler = new SilverSampler(policy(250, 0.2));
    assertThat(sampler.sample(reversed, embeddings, Set.of()))
        .isEqualTo(sampler.sample(IDS, EMBEDDINGS, Set.of()));
  }

  @Test
  void sample_otherSeed_givesOtherPairs() {
    SilverPolicy other = new SilverPolicy(3, OptionalInt.of(200), 0.25, Optional.empty(), 6);
    assertThat(new SilverSampler(other).sample(IDS, EMBEDDINGS, Set.of()))
        .isNotEqualTo(new SilverSampler(policy(200, 0.25)).sample(IDS, EMBEDDINGS, Set.of()));
  }

  @Test
  void sample_noLimit_takesEveryNeighbourPair() {
    SilverPolicy all = new SilverPolicy(2, OptionalInt.empty(), 0, Optional.empty(), 1);
    Set<Key> expected = keys(new NeighbourPairs(IDS, EMBEDDINGS, 2).propose());
    assertThat(keys(new SilverSampler(all).sample(IDS, EMBEDDINGS, Set.of()))).isEqualTo(expected);
  }

  @Test
  void sample_twoSentences_endsWithTheOnlyPair() {
    List<CandidatePair> pairs =
        new SilverSampler(policy(50, 1))
            .sample(new long[] {4, 2}, new float[][] {{1, 0}, {1, 1}}, Set.of());
    assertThat(keys(pairs)).containsExactly(new Key(2, 4));
  }

  @Test
  void sample_uniformDensity_levelsTheBins() {
    int[] plain = histogram(policy(200, 0.5));
    int[] level =
        histogram(
            new SilverPolicy(3, OptionalInt.of(200), 0.5, Optional.of(ScoreDensity.uniform(5)), 5));
    assertThat(Arrays.stream(level).sum()).isEqualTo(200);
    assertThat(spread(level)).isLessThan(spread(plain) / 2);
  }

  @Test
  void quotas_poorBin_isMadeUpByTheOthers() {
    ScoreDensity density = ScoreDensity.uniform(4);
    assertThat(density.quotas(new int[] {100, 3, 100, 100}, 40)).containsExactly(13, 3, 12, 12);
    assertThat(density.quotas(new int[] {5, 0, 2, 1}, 40)).containsExactly(5, 0, 2, 1);
    assertThat(new ScoreDensity(List.of(3.0, 1.0)).quotas(new int[] {50, 50}, 40))
        .containsExactly(30, 10);
  }

  @Test
  void density_ofScores_isTheirHistogram() {
    assertThat(ScoreDensity.of(new float[] {0, 0.1f, 0.6f, 1}, 2).shares())
        .containsExactly(0.5, 0.5);
    assertThat(ScoreDensity.uniform(5).bin(1f)).isEqualTo(4);
    assertThat(ScoreDensity.uniform(5).bin(-0.2f)).isZero();
  }

  /** Two normal distributions: the estimate is their mean, integrated over the bins. */
  @Test
  void density_estimated_isSmoothWhereTheHistogramHasGaps() {
    float[] scores = {0.3f, 0.3f, 0.7f, 0.7f};
    double bandwidth = 0.2 * Math.sqrt(4 / 3.0) * Math.pow(4, -0.2);
    NormalDistribution low = new NormalDistribution(0.3, bandwidth);
    NormalDistribution high = new NormalDistribution(0.7, bandwidth);

    List<Double> shares = ScoreDensity.estimated(scores, 10).shares();

    for (int bin = 1; bin < 9; bin++) {
      double mass =
          (low.probability(bin / 10.0, (bin + 1) / 10.0)
                  + high.probability(bin / 10.0, (bin + 1) / 10.0))
              / 2;
      assertThat(shares.get(bin)).isCloseTo(mass, within(1e-6));
    }
    assertThat(shares.stream().mapToDouble(Double::doubleValue).sum()).isCloseTo(1, within(1e-9));
    assertThat(ScoreDensity.estimated(new float[] {0.5f}, 3).shares().get(1))
        .isCloseTo(1, within(1e-6));
  }

  @Test
  void policy_densityWithoutNumber_isRefused() {
    assertThatThrownBy(
            () ->
                new SilverPolicy(
                    3, OptionalInt.empty(), 0.1, Optional.of(ScoreDensity.uniform(2)), 1))
        .hasMessageContaining("need a number of pairs");
  }

  private static int[] histogram(SilverPolicy policy) {
    int[] counts = new int[5];
    for (CandidatePair pair : new SilverSampler(policy).sample(IDS, EMBEDDINGS, Set.of())) {
      counts[ScoreDensity.uniform(5).bin(pair.score())]++;
    }
    return counts;
  }

  private static int spread(int[] counts) {
    return Arrays.stream(counts).max().orElseThrow() - Arrays.stream(counts).min().orElseThrow();
  }
}
