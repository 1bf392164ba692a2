package io.silverspark.udfs;

import io.silverspark.model.mining.ScoreBlocks;
import io.silverspark.model.mining.TorchScoreBlocks;

/** PyTorch's matrix product on the device of the task that runs it. */
record TaskScoreBlocks(String device) implements ScoreBlocks {
  @Override
  public int queryRows() {
    return here().queryRows();
  }

  @Override
  public int panelColumns() {
    return here().panelColumns();
  }

  @Override
  public void multiply(
      float[] queries, int rows, float[] panel, int columns, int width, float[][] scores) {
    new TorchScoreBlocks(TaskDevice.resolve(device))
        .multiply(queries, rows, panel, columns, width, scores);
  }

  private TorchScoreBlocks here() {
    return new TorchScoreBlocks(device);
  }
}
