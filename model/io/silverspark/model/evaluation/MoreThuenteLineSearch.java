package io.silverspark.model.evaluation;

/**
 * Line search for a step that lowers the function enough and flattens its slope.
 *
 * <p>Source: Moré and Thuente 1994, Line Search Algorithms with Guaranteed Sufficient Decrease; the
 * MINPACK-2 routines dcsrch and dcstep with the constants of L-BFGS-B 3.0 (sufficient decrease
 * 1e-3, curvature 0.9, interval 0.1, steps up to 1e10), so that it tries the same steps as SciPy.
 */
final class MoreThuenteLineSearch {
  static final double MAX_STEP = 1e10;

  private static final double SUFFICIENT_DECREASE = 1e-3;
  private static final double CURVATURE = 0.9;
  private static final double INTERVAL_TOLERANCE = 0.1;

  private final double startValue;
  private final double startSlope;

  /** Slope of the line below which a value counts as a sufficient decrease. */
  private final double testSlope;

  /** Best trial so far and, once bracketed, the other end of the interval with a minimum. */
  private Trial best;

  private Trial other;
  private boolean bracketed;
  private boolean modified = true;
  private double minStep;
  private double maxStep;
  private double width = MAX_STEP;
  private double previousWidth = 2 * MAX_STEP;
  private double step;

  /** One point of the line: step length, function value and slope along the direction. */
  record Trial(double step, double value, double slope) {
    /** The same trial of the function minus a line through the origin. */
    Trial minusLine(double lineSlope) {
      return new Trial(step, value - step * lineSlope, slope - lineSlope);
    }
  }

  MoreThuenteLineSearch(double startValue, double startSlope, double firstStep) {
    this.startValue = startValue;
    this.startSlope = startSlope;
    this.testSlope = SUFFICIENT_DECREASE * startSlope;
    this.best = new Trial(0, startValue, startSlope);
    this.other = best;
    this.step = firstStep;
    this.maxStep = 5 * firstStep;
  }

  /** The step to evaluate next, or the accepted one. */
  double step() {
    return step;
  }

  /**
   * Takes the value and slope at {@link #step}.
   *
   * @return true if the search ends with this step; else {@link #step} has moved
   */
  boolean accept(double value, double slope) {
    Trial trial = new Trial(step, value, slope);
    double testValue = startValue + step * testSlope;
    if (modified && value <= testValue && slope >= 0) {
      modified = false;
    }
    boolean enough = value <= testValue && Math.abs(slope) <= CURVATURE * -startSlope;
    if (enough || cannotImprove(trial, testValue)) {
      return true;
    }
    boolean useModified = modified && value <= best.value && value > testValue;
    double nextStep = useModified ? refineModified(trial) : refine(trial);
    shrink(nextStep);
    return false;
  }

  private boolean cannotImprove(Trial trial, double testValue) {
    if (bracketed && (intervalIsSmall() || step <= minStep || step >= maxStep)) {
      return true;
    }
    return step == MAX_STEP && trial.value <= testValue && trial.slope <= testSlope;
  }

  private boolean intervalIsSmall() {
    return maxStep - minStep <= INTERVAL_TOLERANCE * maxStep;
  }

  /** Works on the function minus the test line until a point with sufficient decrease is found. */
  private double refineModified(Trial trial) {
    Trial low = best.minusLine(testSlope);
    Trial high = other.minusLine(testSlope);
    Trial shifted = trial.minusLine(testSlope);
    double nextStep = update(low, high, shifted);
    best = best.minusLine(-testSlope);
    other = other.minusLine(-testSlope);
    return nextStep;
  }

  private double refine(Trial trial) {
    return update(best, other, trial);
  }

  /** Chooses the next step and moves the ends of the interval. */
  private double update(Trial low, Trial high, Trial trial) {
    StepInterpolation.Choice choice =
        StepInterpolation.choose(low, high, trial, bracketed, minStep, maxStep);
    bracketed = choice.bracketed();
    if (trial.value > low.value) {
      best = low;
      other = trial;
    } else {
      other = trial.slope * Math.signum(low.slope) < 0 ? low : high;
      best = trial;
    }
    return choice.step();
  }

  /** Keeps the next step inside the limits and makes sure that the interval shrinks. */
  private void shrink(double nextStep) {
    step = nextStep;
    if (bracketed) {
      double newWidth = Math.abs(other.step - best.step);
      if (newWidth >= 0.66 * previousWidth) {
        step = best.step + 0.5 * (other.step - best.step);
      }
      previousWidth = width;
      width = newWidth;
      minStep = Math.min(best.step, other.step);
      maxStep = Math.max(best.step, other.step);
    } else {
      minStep = step + 1.1 * (step - best.step);
      maxStep = step + 4 * (step - best.step);
    }
    step = Math.max(0, Math.min(MAX_STEP, step));
    if (bracketed && (step <= minStep || step >= maxStep || intervalIsSmall())) {
      step = best.step;
    }
  }
}
