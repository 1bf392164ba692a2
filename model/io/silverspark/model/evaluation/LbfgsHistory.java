package io.silverspark.model.evaluation;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The last moves of L-BFGS and how the gradient changed over each, which stand for the inverse
 * Hessian.
 *
 * <p>Source: Nocedal and Wright 2006, Numerical Optimization, algorithm 7.4.
 */
final class LbfgsHistory {
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

  /** Remembers a move, unless the curvature along it is lost in rounding (the rule of L-BFGS-B). */
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
