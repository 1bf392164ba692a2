package io.silverspark.model.distributed;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** One rank: the mean is its own gradient. */
enum SingleRank implements GradientReducer {
  INSTANCE;

  private static final StepCost NOTHING = new StepCost(0, 0, 0);

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

  @Override
  public float[][] gather(float[] own) {
    return new float[][] {own};
  }

  @Override
  public double fromFirst(double value) {
    return value;
  }

  @Override
  public void requireEqual(long hash, int step) {}

  @Override
  public StepCost takeCost() {
    return NOTHING;
  }
}
