package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Expected values: scikit-learn 1.9.1. */
class LogisticRegressionTest {
  private static final float[][] FEATURES = {
    {1.76f, 0.4f, 0.98f},
    {2.24f, 1.87f, -0.98f},
    {0.95f, -0.15f, -0.1f},
    {0.41f, 0.14f, 1.45f},
    {0.76f, 0.12f, 0.44f},
    {0.33f, 1.49f, -0.21f},
    {0.31f, -0.85f, -2.55f},
    {0.65f, 0.86f, -0.74f},
    {2.27f, -1.45f, 0.05f},
    {-0.19f, 1.53f, 1.47f},
    {0.15f, 0.38f, -0.89f},
    {-1.98f, -0.35f, 0.16f}
  };

  /** Not 0, 1, 2, so that labels and class positions cannot be mixed up. */
  private static final int[] LABELS = {5, 7, 9, 5, 7, 9, 5, 7, 9, 5, 7, 9};

  @Test
  void fit_threeLabels_matchesScikitLearn() {
    LogisticModel model = new LogisticRegression(1, 1000, 1e-10).fit(FEATURES, LABELS);
    double[][] probabilities = model.probabilities(FEATURES);
    assertRow(probabilities[0], 0.4497100117837632, 0.26599811669662315, 0.28429187151961366);
    assertRow(probabilities[1], 0.13212476818795266, 0.8035599293971709, 0.06431530241487653);
    assertRow(probabilities[2], 0.3504063270877476, 0.264788378682013, 0.3848052942302394);
    assertThat(model.labels()).containsExactly(5, 7, 9);
    assertThat(model.predict(FEATURES)).startsWith(5, 7, 9);
  }

  private static void assertRow(double[] actual, double... expected) {
    assertThat(actual).containsExactly(expected, within(1e-6));
  }

  @Test
  void fit_defaultTolerance_stopsWhereScikitLearnDoes() {
    LogisticModel model = LogisticRegression.defaults().fit(FEATURES, LABELS);
    assertThat(model.iterations()).isEqualTo(9);
    assertThat(model.converged()).isTrue();
    double[] zero = model.probabilities(new float[][] {new float[3]})[0];
    // The intercepts of scikit-learn: 0.1159047, -0.3966062, 0.2807015.
    assertThat(Math.log(zero[0] / zero[1])).isCloseTo(0.1159047 + 0.3966062, within(2e-6));
    assertThat(Math.log(zero[2] / zero[1])).isCloseTo(0.2807015 + 0.3966062, within(2e-6));
  }

  @Test
  void fit_twoLabels_matchesTheBinomialModel() {
    int[] labels = {0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0};
    LogisticModel model = new LogisticRegression(1, 1000, 1e-10).fit(FEATURES, labels);
    double[][] probabilities = model.probabilities(FEATURES);
    assertThat(probabilities[0][1]).isCloseTo(0.276585080376742, within(1e-6));
    assertThat(probabilities[1][1]).isCloseTo(0.7641288422333017, within(1e-6));
    assertThat(probabilities[11][1]).isCloseTo(0.10571748490563875, within(1e-6));
  }

  @Test
  void fit_oneIteration_tellsThatItHasNotConverged() {
    LogisticModel model = new LogisticRegression(1, 1, 1e-4).fit(FEATURES, LABELS);
    assertThat(model.iterations()).isEqualTo(1);
    assertThat(model.converged()).isFalse();
  }

  @Test
  void objective_anyPoint_hasTheGradientOfFiniteDifferences() {
    int[] targets = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};
    SoftmaxObjective objective = new SoftmaxObjective(FEATURES, targets, 3, 0.3);
    double[] point = {0.1, -0.2, 0.3, 0.4, -0.5, 0.6, -0.7, 0.8, 0.9, -1, 0.2, 0.1};
    double[] gradient = new double[12];
    objective.valueAndGradient(point, gradient);
    for (int i = 0; i < point.length; i++) {
      double[] up = point.clone();
      up[i] += 1e-5;
      double[] down = point.clone();
      down[i] -= 1e-5;
      double[] unused = new double[12];
      double slope =
          (objective.valueAndGradient(up, unused) - objective.valueAndGradient(down, unused))
              / 2e-5;
      assertThat(gradient[i]).isCloseTo(slope, within(1e-8));
    }
  }

  @Test
  void fit_oneLabel_isRefused() {
    assertThatThrownBy(() -> LogisticRegression.defaults().fit(FEATURES, new int[12]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Classification needs at least 2 different labels, found [0]");
  }

  @Test
  void fit_notANumber_isRefused() {
    float[][] broken = FEATURES.clone();
    broken[3] = new float[] {0, Float.NaN, 1};
    assertThatThrownBy(() -> LogisticRegression.defaults().fit(broken, LABELS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Row 3 holds NaN");
  }

  @Test
  void predict_otherWidth_isRefused() {
    LogisticModel model = LogisticRegression.defaults().fit(FEATURES, LABELS);
    assertThatThrownBy(() -> model.predict(new float[1][4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Row 0 has width 4 but the classifier was fitted on 3");
  }
}
