package io.silverspark.model.distributed;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Makes the gradients of all ranks equal to their mean, and lets the ranks agree on what they must
 * not decide alone. Every rank makes the same calls in the same order.
 */
public interface GradientReducer extends AutoCloseable {
  /** Number of ranks, at least 1. */
  int ranks();

  /** This rank, from 0. */
  int rank();

  /**
   * Replaces each gradient in place by its mean over the ranks; returns when that is done on this
   * rank. The result is the same on every rank, bit for bit.
   *
   * @param gradients of this rank, of the same shapes in the same order on every rank; stay owned
   *     by the caller
   */
  void reduce(List<NDArray> gradients);

  /**
   * Gives every rank the rows of all, such as the embeddings of a batch.
   *
   * @param own rows of this rank; may be empty
   * @return one array per rank, in rank order
   */
  float[][] gather(float[] own);

  /**
   * A number that rank 0 decides for all, such as an evaluation score.
   *
   * @param value of this rank; only that of rank 0 counts
   * @return the value of rank 0
   */
  double fromFirst(double value);

  /**
   * Makes sure that all ranks hold the same weights.
   *
   * @param hash of this rank's weights
   * @param step optimizer steps done
   * @throws ReplicaDriftException if the ranks differ
   */
  void requireEqual(long hash, int step);

  /**
   * Time spent in this reducer since the last call.
   *
   * @return with {@link StepCost#computeSeconds} 0
   */
  StepCost takeCost();

  @Override
  default void close() {}

  /** The reducer of a run with one rank, which leaves the gradients as they are. */
  static GradientReducer single() {
    return SingleRank.INSTANCE;
  }

  /**
   * The reducer of one of several ranks.
   *
   * @param collective connects this rank with the others; closed with the reducer
   */
  static GradientReducer over(Collective collective) {
    return new CollectiveReducer(collective);
  }
}
