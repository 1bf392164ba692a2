package io.silverspark.model.parallel;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** One rank: the mean is its own gradient. */
enum SingleRank implements GradientReducer {
  INSTANCE;

  @Override
  public int ranks() {
    return 1;
  }

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public void reduce(List<NDArray> gradients) {}
}
