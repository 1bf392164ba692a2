package io.silverspark.model.parallel;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Makes the gradients of all ranks equal to their mean. Every rank calls {@link #reduce} once per
 * optimizer step, with arrays of the same shapes in the same order.
 */
public interface GradientReducer extends AutoCloseable {
  /** Number of ranks, at least 1. */
  int ranks();

  /** This rank, from 0. */
  int rank();

  /**
   * Replaces each gradient in place by its mean over the ranks; returns when that is done on this
   * rank.
   *
   * @param gradients of this rank; stay owned by the caller
   */
  void reduce(List<NDArray> gradients);

  @Override
  default void close() {}

  /** The reducer of a run with one rank, which leaves the gradients as they are. */
  static GradientReducer single() {
    return SingleRank.INSTANCE;
  }
}
