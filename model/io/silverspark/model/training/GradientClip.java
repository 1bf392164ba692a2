package io.silverspark.model.training;

/**
 * Clipping by the global norm: all gradients are scaled by one factor so that their joint length
 * does not exceed a limit.
 *
 * <p>Source: Pascanu et al. 2013, arXiv:1211.5063; the constant is that of {@code
 * torch.nn.utils.clip_grad_norm_}.
 *
 * @param maxNorm the limit, above 0; infinity for none
 */
public record GradientClip(double maxNorm) {
  /** The factor is {@code min(1, maxNorm / (norm + EPSILON))}. */
  static final double EPSILON = 1e-6;

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException if {@code maxNorm} is not above 0
   */
  public GradientClip {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException("maxNorm must be above 0, found " + maxNorm);
    }
  }
}
