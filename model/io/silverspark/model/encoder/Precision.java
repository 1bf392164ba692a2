package io.silverspark.model.encoder;

/**
 * Number format of the matrix products; embeddings, norms and weights kept in files are float32.
 */
public enum Precision {
  /** Float32 throughout, the reference. */
  FP32,
  /** Matrix products and attention in bfloat16, the rest in float32, as PyTorch's autocast does. */
  BF16,
  /**
   * As {@link #BF16} in float16, for GPUs before Ampere; the loss is scaled in training. A CPU that
   * has no instructions for it is far slower than in float32.
   */
  FP16,
  /**
   * Linear layers in 8-bit integers, for encoding and scoring on a CPU; training refuses it.
   * Weights have one scale per output row; activations one scale per token before the widest
   * products and one per batch before the others, found at run time; so a text's vector depends
   * slightly on the texts it is batched with.
   *
   * <p>Without VNNI a processor adds the products of two neighbouring inputs in 16 bits, where sums
   * beyond 32,767 are cut. So a row's scale bounds the sum of two neighbouring weights of one sign
   * to 128, which is 255 * 128 = 32,640 in products: no sum is cut, and all processors compute the
   * same integers. PyTorch's own answer, {@code reduce_range}, bounds each weight or activation to
   * 7 bits and loses more.
   */
  INT8
}
