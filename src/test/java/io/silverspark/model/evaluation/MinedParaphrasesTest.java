package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.model.evaluation.ParaphraseMiningEvaluator.Pair;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Intervals of paraphrase mining: what is drawn, and whether they hold what they claim. */
class MinedParaphrasesTest {
  private static final int SETS = 200;
  private static final int GROUPS = 60;
  private static final int WIDTH = 8;
  private final Random random = new Random(4);

  @Test
  void statistics_everyGroupOnce_areTheScores() {
    MinedParaphrases found = drawn();

    assertThat(found.averagePrecision().rows()).isEqualTo(GROUPS);
    assertThat(found.averagePrecision().ofAllRows()).isEqualTo(found.scores().averagePrecision());
    assertThat(found.f1().ofAllRows()).isEqualTo(found.scores().f1());
    assertThat(found.scores().averagePrecision()).isBetween(0.2, 0.9);
  }

  /** Groups left out are as if their sentences were not there. */
  @Test
  void averagePrecision_someGroups_equalsTheirSentencesAlone() {
    float[][] sentences = {{1, 0}, {0.9f, 0.3f}, {0.95f, 0.1f}, {0, 1}, {0.2f, 0.9f}, {0.99f, 0}};
    Set<Pair> duplicates = Set.of(new Pair(0, 1), new Pair(3, 4));
    MinedParaphrases all =
        ParaphraseMiningEvaluator.defaults().find(sentences, duplicates); // (0 1) (3 4) 2 5

    float[][] some = {sentences[0], sentences[1], sentences[2]};
    double alone =
        ParaphraseMiningEvaluator.defaults()
            .evaluate(some, Set.of(new Pair(0, 1)))
            .averagePrecision();
    assertThat(alone).isLessThan(1);
    assertThat(all.averagePrecision().of(new int[] {0, 2})).isEqualTo(alone);
    assertThat(all.averagePrecision().of(new int[] {2, 3, 3})).isNaN(); // no duplicate
  }

  /**
   * Two copies of the group (0 1) and one of 2, where 0 is nearest to 2: of the pairs in order (0
   * 2) (0 2) (0 1) (0 1), two are right, at precisions 1/3 and 2/4.
   */
  @Test
  void averagePrecision_groupTwice_countsItsPairsAndThoseWithOthers() {
    float[][] sentences = {{1, 0}, {0.8f, 0.6f}, {0.98f, -0.2f}};
    MinedParaphrases found =
        ParaphraseMiningEvaluator.defaults().find(sentences, Set.of(new Pair(0, 1)));

    assertThat(found.averagePrecision().of(new int[] {0, 0, 1}))
        .isCloseTo((1.0 / 3 + 2.0 / 4) / 2, within(1e-12));
  }

  /** As {@link BootstrapCoverageTest}; the truth is the mean over many sets of this size. */
  @Test
  void interval_ofAveragePrecision_coversTheTruth() {
    BootstrapInterval[] intervals = new BootstrapInterval[SETS];
    Arrays.setAll(
        intervals,
        set -> BootstrapInterval.of(drawn().averagePrecision(), new Resampling(200, 0.9, set)));
    double truth =
        Arrays.stream(intervals).mapToDouble(BootstrapInterval::estimate).average().orElseThrow();
    long holds =
        Arrays.stream(intervals)
            .filter(one -> one.lower() <= truth && truth <= one.upper())
            .count();
    assertThat((double) holds / SETS).isBetween(0.84, 0.96);
  }

  /** Groups of one to three sentences around points of their own. */
  private MinedParaphrases drawn() {
    Set<Pair> duplicates = new HashSet<>();
    float[][] sentences = new float[3 * GROUPS][];
    int next = 0;
    for (int group = 0; group < GROUPS; group++) {
      double[] centre = random.doubles(WIDTH, -1, 1).toArray();
      int start = next;
      int size = 1 + random.nextInt(3);
      for (int i = 0; i < size; i++) {
        float[] sentence = new float[WIDTH];
        for (int c = 0; c < WIDTH; c++) {
          sentence[c] = (float) (centre[c] + 0.4 * random.nextGaussian());
        }
        for (int earlier = start; earlier < next; earlier++) {
          duplicates.add(new Pair(earlier, next));
        }
        sentences[next] = sentence;
        next++;
      }
    }
    return ParaphraseMiningEvaluator.defaults().find(Arrays.copyOf(sentences, next), duplicates);
  }
}
