package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.model.evaluation.LbfgsMinimizer.Minimum;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Expected counts: L-BFGS-B of SciPy 1.17.1 with the same settings. */
class LbfgsMinimizerTest {
  private static final Vector START = new Vector(-1.2, 1, -1.2, 1);
  private static final double VALUE_TOLERANCE = 64 * Math.ulp(1.0);

  private int evaluations;

  private double rosenbrock(double[] x, double[] gradient) {
    evaluations++;
    Arrays.fill(gradient, 0);
    double value = 0;
    for (int i = 0; i + 1 < x.length; i++) {
      double bend = x[i + 1] - x[i] * x[i];
      value += 100 * bend * bend + (1 - x[i]) * (1 - x[i]);
      gradient[i] += -400 * x[i] * bend - 2 * (1 - x[i]);
      gradient[i + 1] += 200 * bend;
    }
    return value;
  }

  @Test
  void minimize_rosenbrock_takesTheStepsOfSciPy() {
    Minimum minimum =
        new LbfgsMinimizer(100, 1e-4, VALUE_TOLERANCE, 50).minimize(this::rosenbrock, START);
    assertThat(minimum.iterations()).isEqualTo(39);
    assertThat(evaluations).isEqualTo(45);
    assertThat(minimum.value()).isCloseTo(8.082815e-12, within(1e-13));
    assertThat(minimum.converged()).isTrue();
  }

  @Test
  void minimize_fewIterations_stopsUnconverged() {
    Minimum minimum =
        new LbfgsMinimizer(3, 1e-4, VALUE_TOLERANCE, 50).minimize(this::rosenbrock, START);
    assertThat(minimum.iterations()).isEqualTo(3);
    assertThat(minimum.converged()).isFalse();
  }

  @Test
  void minimize_undefinedAroundStart_givesUpThere() {
    LbfgsMinimizer.Objective hole =
        (x, gradient) -> {
          gradient[0] = 1;
          return x[0] == 0.5 ? 0 : Double.NaN;
        };
    Minimum minimum =
        new LbfgsMinimizer(10, 1e-4, VALUE_TOLERANCE, 50).minimize(hole, new Vector(0.5));
    assertThat(minimum.converged()).isFalse();
    assertThat(minimum.point().values()).containsExactly(0.5);
  }
}
