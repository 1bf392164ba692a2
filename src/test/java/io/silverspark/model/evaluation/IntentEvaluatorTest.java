package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/**
 * Expected values: MTEB's protocol run with scikit-learn 1.9.1 on byte-trigram features, which need
 * no model.
 */
class IntentEvaluatorTest {
  private static final int BUCKETS = 256;
  private static final double[] ACCURACIES = {
    .573377, .571104, .584091, .584416, .564935, .575649, .568506, .575649, .582468, .550325
  };
  private static final double[] MACRO_F1S = {
    .561155, .562347, .570956, .574450, .550561, .564677, .555612, .563160, .569052, .533513
  };
  private static final int[] ITERATIONS = {10, 8, 11, 9, 8, 8, 10, 10, 10, 9};
  private static final int[] INDEX_SUMS = {
    3064664, 3065630, 3065818, 3063890, 3064364, 3063416, 3062888, 3065211, 3064357, 3064579
  };

  @Test
  void evaluate_bankingTrigrams_matchesMteb() throws IOException {
    BankingRows train = BankingRows.read(SharedData.path("data/banking77"), "train");
    BankingRows test = BankingRows.read(SharedData.path("data/banking77"), "test");
    IntentScores scores =
        IntentEvaluator.defaults()
            .evaluate(
                features(train.texts()), train.labels(), features(test.texts()), test.labels());

    List<IntentEvaluator.Experiment> experiments = scores.experiments();
    assertThat(experiments).hasSize(10);
    assertThat(Arrays.copyOf(experiments.get(0).trainRows(), 8))
        .containsExactly(6883, 5836, 8601, 2545, 8697, 5573, 576, 6832);
    assertThat(Arrays.copyOf(experiments.get(1).trainRows(), 8))
        .containsExactly(1774, 4068, 3356, 8599, 7657, 6646, 2122, 4144);
    for (int k = 0; k < 10; k++) {
      IntentEvaluator.Experiment experiment = experiments.get(k);
      assertThat(experiment.trainRows()).hasSize(616);
      assertThat(IntStream.of(experiment.trainRows()).sum()).isEqualTo(INDEX_SUMS[k]);
      // Not within 1e-6: one test row is 0.0003, and rounding may turn one or two.
      assertThat(experiment.scores().accuracy()).isCloseTo(ACCURACIES[k], within(0.001));
      assertThat(experiment.scores().macroF1()).isCloseTo(MACRO_F1S[k], within(0.001));
      assertThat(experiment.iterations()).isEqualTo(ITERATIONS[k]);
    }
    assertThat(scores.accuracy()).isCloseTo(.573052, within(0.0002));
    assertThat(scores.macroF1()).isCloseTo(.560548, within(0.0002));
    assertThat(Arrays.stream(scores.rowAccuracies()).average().orElseThrow())
        .isCloseTo(scores.accuracy(), within(1e-12));
    assertThat(scores.macroF1Statistic(test.labels()).ofAllRows())
        .isCloseTo(scores.macroF1(), within(1e-12));
  }

  @Test
  void evaluate_neededRowsOnly_isTheSame() {
    int[] trainLabels = IntStream.range(0, 60).map(row -> row % 3).toArray();
    float[][] train = new float[60][];
    IntentEvaluator evaluator =
        new IntentEvaluator(2, new FewShotSampler(4, 42), LogisticRegression.defaults());
    for (int row : evaluator.rowsNeeded(trainLabels)) {
      train[row] = new float[3];
      train[row][trainLabels[row]] = 1;
    }
    assertThat(Arrays.asList(train)).containsNull();
    float[][] test = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 1}};
    IntentScores scores = evaluator.evaluate(train, trainLabels, test, new int[] {0, 1, 2, 0});
    assertThat(scores.accuracy()).isEqualTo(0.75);
    assertThat(scores.experiments().get(1).correct()).containsExactly(true, true, true, false);
    assertThat(scores.rowAccuracies()).containsExactly(1, 1, 1, 0);
  }

  @Test
  void evaluate_missingRow_isRefused() {
    assertThatThrownBy(
            () ->
                IntentEvaluator.defaults()
                    .evaluate(new float[1][], new int[1], new float[1][1], new int[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Training row 0 has no embedding");
  }

  private static float[][] features(List<String> texts) {
    return texts.stream().map(IntentEvaluatorTest::trigrams).toArray(float[][]::new);
  }

  /** Counts of hashed byte trigrams, scaled to length 1. */
  private static float[] trigrams(String text) {
    byte[] bytes = (" " + text.toLowerCase(Locale.ROOT) + " ").getBytes(StandardCharsets.UTF_8);
    float[] counts = new float[BUCKETS];
    double squares = 0;
    for (int at = 0; at + 3 <= bytes.length; at++) {
      CRC32 hash = new CRC32();
      hash.update(bytes, at, 3);
      counts[(int) (hash.getValue() % BUCKETS)]++;
    }
    for (float count : counts) {
      squares += count * count;
    }
    for (int i = 0; i < BUCKETS; i++) {
      counts[i] = (float) (counts[i] / Math.sqrt(squares));
    }
    return counts;
  }
}
