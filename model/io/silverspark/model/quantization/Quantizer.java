package io.silverspark.model.quantization;

import java.io.Serializable;

/**
 * Quantises sentence vectors, with the numbers of {@code quantize_embeddings} of
 * sentence-transformers: all sums in float32, each component's range in 255 equal steps, values
 * outside the range at its ends, bits packed first component first.
 *
 * <p>Immutable; threads may share it.
 */
public final class Quantizer implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int STEPS = 255;
  private static final int OFFSET = 128;

  private final EmbeddingPrecision precision;
  private final float[] starts;
  private final float[] steps;

  private Quantizer(EmbeddingPrecision precision, float[] starts, float[] steps) {
    this.precision = precision;
    this.starts = starts;
    this.steps = steps;
  }

  /**
   * To bits, which need no ranges.
   *
   * @param precision {@code BINARY} or {@code UBINARY}
   * @throws IllegalArgumentException if it is another one
   */
  public static Quantizer binary(EmbeddingPrecision precision) {
    if (!precision.isBinary()) {
      throw new IllegalArgumentException("needs binary or ubinary, found " + precision.title());
    }
    return new Quantizer(precision, new float[0], new float[0]);
  }

  /**
   * To bytes.
   *
   * @param precision {@code INT8} or {@code UINT8}
   * @param ranges of each component
   * @throws IllegalArgumentException if it is another precision
   */
  public static Quantizer bytes(EmbeddingPrecision precision, EmbeddingRanges ranges) {
    if (!precision.needsRanges()) {
      throw new IllegalArgumentException("needs int8 or uint8, found " + precision.title());
    }
    float[] starts = ranges.minimum();
    float[] steps = ranges.maximum();
    for (int i = 0; i < steps.length; i++) {
      float step = (steps[i] - starts[i]) / STEPS;
      steps[i] = step == 0 ? 1 : step;
    }
    return new Quantizer(precision, starts, steps);
  }

  /** What the quantised vectors are. */
  public EmbeddingPrecision precision() {
    return precision;
  }

  /**
   * Quantises vectors.
   *
   * @param embeddings [N, D]
   * @return [N, D] for bytes, [N, D / 8 rounded up] for bits; of unsigned ones the byte that has
   *     the same bits, see {@link EmbeddingPrecision#number(byte)}
   * @throws IllegalArgumentException as {@link #quantize(float[])}
   */
  public byte[][] quantize(float[][] embeddings) {
    byte[][] quantized = new byte[embeddings.length][];
    for (int i = 0; i < quantized.length; i++) {
      quantized[i] = quantize(embeddings[i]);
    }
    return quantized;
  }

  /**
   * Quantises a vector.
   *
   * @param embedding [D]
   * @return [D] for bytes, [D / 8 rounded up] for bits
   * @throws IllegalArgumentException if a component is NaN or infinite, or the width is not the
   *     ranges' one
   */
  public byte[] quantize(float[] embedding) {
    for (int i = 0; i < embedding.length; i++) {
      if (!Float.isFinite(embedding[i])) {
        throw new IllegalArgumentException(
            "component %d of an embedding is %s; needs a finite number".formatted(i, embedding[i]));
      }
    }
    return precision.isBinary() ? bits(embedding) : steps(embedding);
  }

  /**
   * The vector that bytes stand for: of each component the middle of its step, which is at most
   * half a step from what was quantised within the ranges.
   *
   * @param quantized [D], as {@link #quantize(float[])} gives it
   * @return [D]
   * @throws IllegalStateException if this makes bits, which have no steps
   * @throws IllegalArgumentException if the width is not the ranges' one
   */
  public float[] restore(byte[] quantized) {
    if (precision.isBinary()) {
      throw new IllegalStateException("bits cannot be restored, found " + precision.title());
    }
    EmbeddingRanges.requireWidth(quantized.length, starts.length);
    int offset = precision == EmbeddingPrecision.INT8 ? OFFSET : 0;
    float[] restored = new float[quantized.length];
    for (int i = 0; i < restored.length; i++) {
      float step = Math.min(STEPS, ((quantized[i] + offset) & 0xFF) + 0.5f);
      restored[i] = starts[i] + step * steps[i];
    }
    return restored;
  }

  private byte[] steps(float[] embedding) {
    EmbeddingRanges.requireWidth(embedding.length, starts.length);
    int offset = precision == EmbeddingPrecision.INT8 ? OFFSET : 0;
    byte[] bytes = new byte[embedding.length];
    for (int i = 0; i < bytes.length; i++) {
      double step = Math.floor((embedding[i] - starts[i]) / steps[i]);
      bytes[i] = (byte) ((int) Math.max(0, Math.min(STEPS, step)) - offset);
    }
    return bytes;
  }

  private byte[] bits(float[] embedding) {
    int offset = precision == EmbeddingPrecision.BINARY ? OFFSET : 0;
    byte[] bytes = new byte[precision.width(embedding.length)];
    for (int i = 0; i < embedding.length; i++) {
      if (embedding[i] > 0) {
        bytes[i / Byte.SIZE] |= (byte) (OFFSET >> (i % Byte.SIZE));
      }
    }
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (bytes[i] - offset);
    }
    return bytes;
  }
}
