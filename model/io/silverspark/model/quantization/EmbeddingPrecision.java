package io.silverspark.model.quantization;

import java.util.Locale;

/** What the numbers of a stored vector are; the names are those of sentence-transformers. */
public enum EmbeddingPrecision {
  /** As the model gives them, 4 bytes a component. */
  FLOAT32,
  /** The range of each component in 256 steps, -128 to 127: 1 byte a component. */
  INT8,
  /** The range of each component in 256 steps, 0 to 255: 1 byte a component. */
  UINT8,
  /** A bit a component, 1 if it is above 0; eight are a number -128 to 127, the offset is -128. */
  BINARY,
  /** A bit a component, 1 if it is above 0; eight are a number 0 to 255, the first is the 128. */
  UBINARY;

  /**
   * The name that sentence-transformers has for it.
   *
   * @return such as {@code int8}
   */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether quantising needs the range of each component. */
  public boolean needsRanges() {
    return this == INT8 || this == UINT8;
  }

  /** Whether a byte of it stands for 0 to 255. */
  public boolean isUnsigned() {
    return this == UINT8 || this == UBINARY;
  }

  /** Whether components are single bits. */
  public boolean isBinary() {
    return this == BINARY || this == UBINARY;
  }

  /**
   * How many numbers a stored vector has.
   *
   * @param width components of the vector before
   */
  public int width(int width) {
    return isBinary() ? (width + Byte.SIZE - 1) / Byte.SIZE : width;
  }

  /**
   * The number that a byte of a quantised vector stands for.
   *
   * @param stored a byte of {@link Quantizer#quantize(float[])}
   * @return 0 to 255 if it {@link #isUnsigned() is unsigned}, else -128 to 127
   */
  public int number(byte stored) {
    return isUnsigned() ? Byte.toUnsignedInt(stored) : stored;
  }
}
