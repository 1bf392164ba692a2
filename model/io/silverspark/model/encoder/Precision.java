package io.silverspark.model.encoder;

/**
 * Number format of the matrix products; embeddings, norms and weights kept in files are float32.
 */
public enum Precision {
  /** Float32 throughout, the reference. */
  FP32,
  /** Matrix products and attention in bfloat16, the rest in float32, as PyTorch's autocast does. */
  BF16
}
