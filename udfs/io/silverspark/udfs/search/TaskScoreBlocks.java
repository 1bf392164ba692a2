package io.silverspark.udfs.search;

import io.silverspark.model.mining.ScoreBlocks;
import io.silverspark.model.mining.TorchScoreBlocks;
import io.silverspark.udfs.serving.TaskDevice;

/** PyTorch's matrix product on the device of the task that runs it. */
public record TaskScoreBlocks(String device) implements ScoreBlocks {
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
