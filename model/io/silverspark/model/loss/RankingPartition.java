package io.silverspark.model.loss;

/** How several {@link RankingDirection}s are normalised. */
public enum RankingPartition {
  /** One softmax over the similarities of all directions. */
  JOINT,
  /** One softmax for each direction, then the mean of the losses. */
  PER_DIRECTION
}
