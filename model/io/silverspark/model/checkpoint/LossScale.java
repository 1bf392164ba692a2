package io.silverspark.model.checkpoint;

import io.silverspark.model.error.UserException;

/**
 * What the loss is multiplied by before the backward pass of a float16 model, so that small
 * gradients are not rounded to zero; the optimizer divides by it again.
 *
 * <p>A step whose gradients overflow is left out and halves the scale; 2,000 steps without one
 * double it. Source: Micikevicius et al. 2018, arXiv:1710.03740, section 3.2; the constants are
 * those of {@code torch.amp.GradScaler}.
 *
 * @param value the factor, at least 1
 * @param finiteSteps steps since it changed
 */
public record LossScale(double value, int finiteSteps) {
  /** 65,536, the start value of PyTorch's GradScaler. */
  public static final LossScale INITIAL = new LossScale(65536, 0);

  private static final int GROWTH_INTERVAL = 2000;

  /** The scale after a step whose gradients were finite. */
  public LossScale afterFiniteStep() {
    return finiteSteps + 1 == GROWTH_INTERVAL
        ? new LossScale(value * 2, 0)
        : new LossScale(value, finiteSteps + 1);
  }

  /**
   * The scale after gradients that were not finite.
   *
   * @param step that was left out, from 1
   * @throws UserException if they overflow without any scale
   */
  public LossScale afterOverflow(int step) {
    if (value <= 1) {
      throw new UserException(
          "training stopped at step %d: gradients overflow in fp16 even with loss scale 1; lower the learning rate, or use bf16 or fp32"
              .formatted(step));
    }
    return new LossScale(value / 2, 0);
  }
}
