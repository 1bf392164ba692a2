package io.silverspark.model.files;

import java.util.Optional;

/** Element types, named as in a safetensors header. */
public enum TensorType {
  /** One byte, 0 or 1. */
  BOOL(1),
  /** Unsigned, 8 bits. */
  U8(1),
  /** Signed, 8 bits. */
  I8(1),
  /** Unsigned, 16 bits. */
  U16(2),
  /** Signed, 16 bits. */
  I16(2),
  /** Unsigned, 32 bits. */
  U32(4),
  /** Signed, 32 bits. */
  I32(4),
  /** Unsigned, 64 bits. */
  U64(8),
  /** Signed, 64 bits. */
  I64(8),
  /** IEEE half precision. */
  F16(2),
  /** The upper half of a float: 8 exponent bits, 7 fraction bits. */
  BF16(2),
  /** IEEE single precision. */
  F32(4),
  /** IEEE double precision. */
  F64(8);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * Size of one element.
   *
   * @return bytes, 1 to 8
   */
  public int bytes() {
    return bytes;
  }

  static Optional<TensorType> named(String name) {
    for (TensorType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
