package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * Weights negatives by their similarity: adds {@code strength * cos}, without gradient, to the
 * scaled score of each negative of the mode.
 *
 * <p>Source: Lan et al. 2025, arXiv:2503.04812, equation 5 (in-batch negatives, strength 9);
 * Schechter Vera et al. 2025, arXiv:2509.20354 (hard negatives, strength 5).
 *
 * @param mode which negatives
 * @param strength 0 or more; 0 changes nothing
 */
public record Hardness(Mode mode, double strength) {
  /** No weighting. */
  public static final Hardness NONE = new Hardness(Mode.NONE, 0);

  /** Which negatives are weighted. */
  public enum Mode {
    /** None. */
    NONE,
    /** Documents of the other queries. */
    IN_BATCH_NEGATIVES,
    /** The query's own hard negatives. */
    HARD_NEGATIVES,
    /** All documents but the query's positive. */
    ALL_NEGATIVES
  }

  /**
   * Checks the strength.
   *
   * @throws IllegalArgumentException if {@code strength} is negative or not finite
   */
  public Hardness {
    LossParameter.requireNotNegative("hardness strength", strength);
  }

  /**
   * What is added to the scaled similarities.
   *
   * @param similarities of queries to documents [B, B * N], column blocks: positives, first
   *     negatives, ...
   * @return of the same shape, without gradient
   */
  NDArray penalty(NDArray similarities) {
    int batch = Math.toIntExact(similarities.getShape().get(0));
    long blocks = similarities.getShape().get(1) / batch;
    DataType type = similarities.getDataType();
    NDArray positive = similarities.getManager().eye(batch, batch, 0, type);
    NDArray weighted = ofPositives(positive);
    for (long i = 1; i < blocks; i++) {
      weighted = weighted.concat(ofNegatives(positive), 1);
    }
    return similarities.stopGradient().mul(weighted).mul(strength);
  }

  private NDArray ofPositives(NDArray own) {
    return mode == Mode.HARD_NEGATIVES ? own.zerosLike() : own.neg().add(1);
  }

  private NDArray ofNegatives(NDArray own) {
    return switch (mode) {
      case NONE -> own.zerosLike();
      case IN_BATCH_NEGATIVES -> own.neg().add(1);
      case HARD_NEGATIVES -> own;
      case ALL_NEGATIVES -> own.onesLike();
    };
  }
}
