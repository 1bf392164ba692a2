package io.silverspark.model.evaluation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Unconstrained minimisation by L-BFGS with the stopping rule of SciPy's {@code L-BFGS-B}, so that
 * a fit stopped early stops where scikit-learn's does.
 *
 * <p>Source: Zhu, Byrd, Lu and Nocedal 1997, Algorithm 778, and its version 3.0: ten corrections, a
 * first step of length 1, and steepest descent again after a failed line search.
 *
 * @param maxIterations most accepted steps
 * @param gradientTolerance stop when no component of the gradient is larger
 * @param valueTolerance stop when a step lowers the value by no more than this share of it (or of
 *     1, if that is larger)
 * @param maxEvaluations most evaluations in one line search
 */
record LbfgsMinimizer(
    int maxIterations, double gradientTolerance, double valueTolerance, int maxEvaluations) {
  /** A smooth function to minimise. */
  interface Objective {
    /**
     * Value at {@code point}; the gradient there overwrites {@code gradient}, of the same length.
     */
    double valueAndGradient(double[] point, double[] gradient);
  }

  /**
   * Where the minimiser stopped.
   *
   * @param iterations accepted steps
   * @param converged false if it ran out of iterations or could not go on
   */
  record Minimum(Vector point, double value, int iterations, boolean converged) {}

  private record Iterate(Vector point, double value, Vector gradient) {
    static Iterate at(Vector point, Objective objective) {
      double[] gradient = new double[point.values().length];
      double value = objective.valueAndGradient(point.values(), gradient);
      return new Iterate(point, value, new Vector(gradient));
    }

    Minimum stop(int iterations, boolean converged) {
      return new Minimum(point, value, iterations, converged);
    }
  }

  Minimum minimize(Objective objective, Vector start) {
    History history = new History();
    Iterate current = Iterate.at(start, objective);
    int iterations = 0;
    while (current.gradient.maxNorm() > gradientTolerance) {
      if (iterations == maxIterations) {
        return current.stop(iterations, false);
      }
      Vector direction = history.direction(current.gradient);
      double firstStep = iterations == 0 ? unitLengthStep(direction) : 1;
      Optional<Iterate> found = search(objective, current, direction, firstStep);
      if (found.isEmpty()) {
        if (history.isEmpty()) {
          return current.stop(iterations, false);
        }
        history.clear();
        continue;
      }
      Iterate next = found.get();
      iterations++;
      if (current.value - next.value <= valueTolerance * scale(current, next)) {
        return next.stop(iterations, true);
      }
      history.add(next.point.plus(-1, current.point), current.gradient, next.gradient);
      current = next;
    }
    return current.stop(iterations, true);
  }

  private static double unitLengthStep(Vector direction) {
    return Math.min(1 / Math.sqrt(direction.dot(direction)), MoreThuenteLineSearch.MAX_STEP);
  }

  private static double scale(Iterate current, Iterate next) {
    return Math.max(1, Math.max(Math.abs(current.value), Math.abs(next.value)));
  }

  /** The next iterate; none where the line search fails. */
  private Optional<Iterate> search(
      Objective objective, Iterate from, Vector direction, double firstStep) {
    double slope = direction.dot(from.gradient);
    if (slope >= 0) {
      return Optional.empty();
    }
    MoreThuenteLineSearch line = new MoreThuenteLineSearch(from.value, slope, firstStep);
    for (int evaluation = 0; evaluation < maxEvaluations; evaluation++) {
      Iterate trial = Iterate.at(from.point.plus(line.step(), direction), objective);
      if (line.accept(trial.value, direction.dot(trial.gradient))) {
        return Optional.of(trial);
      }
    }
    return Optional.empty();
  }

  /**
   * The last moves of L-BFGS and how the gradient changed over each, which stand for the inverse
   * Hessian.
   *
   * <p>Source: Nocedal and Wright 2006, Numerical Optimization, algorithm 7.4.
   */
  private static final class History {
    private static final int MEMORY = 10;

    private final Deque<Correction> corrections = new ArrayDeque<>();

    /** One move, the change of the gradient over it, and their inner product. */
    private record Correction(Vector move, Vector gradientChange, double curvature) {}

    boolean isEmpty() {
      return corrections.isEmpty();
    }

    void clear() {
      corrections.clear();
    }

    /**
     * Remembers a move, unless the curvature along it is lost in rounding (the rule of L-BFGS-B).
     */
    void add(Vector move, Vector previousGradient, Vector gradient) {
      Vector gradientChange = gradient.plus(-1, previousGradient);
      double curvature = move.dot(gradientChange);
      if (curvature <= Math.ulp(1.0) * -move.dot(previousGradient)) {
        return;
      }
      if (corrections.size() == MEMORY) {
        corrections.removeFirst();
      }
      corrections.addLast(new Correction(move, gradientChange, curvature));
    }

    /** Minus the approximate inverse Hessian times the gradient; minus the gradient when empty. */
    Vector direction(Vector gradient) {
      if (corrections.isEmpty()) {
        return gradient.times(-1);
      }
      return product(gradient).times(-1);
    }

    /** The two loops: newest to oldest, scale, oldest to newest. */
    private Vector product(Vector gradient) {
      double[] weights = new double[corrections.size()];
      Vector result = gradient;
      int i = weights.length;
      var newestFirst = corrections.descendingIterator();
      while (newestFirst.hasNext()) {
        Correction correction = newestFirst.next();
        weights[--i] = correction.move.dot(result) / correction.curvature;
        result = result.plus(-weights[i], correction.gradientChange);
      }
      Vector lastChange = corrections.getLast().gradientChange;
      result = result.times(corrections.getLast().curvature / lastChange.dot(lastChange));
      for (Correction correction : corrections) {
        double weight = correction.gradientChange.dot(result) / correction.curvature;
        result = result.plus(weights[i++] - weight, correction.move);
      }
      return result;
    }
  }
}
