package io.silverspark.model.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Numbers as every language writes and reads them: ASCII digits, a point, an exponent. None of
 * Java's suffixes, hexadecimal digits or names.
 */
public final class PlainDecimal {
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  private PlainDecimal() {}

  /**
   * The value of a text, white space around it aside.
   *
   * @return empty if the text is none; infinite if the number is too large for a double
   */
  public static Optional<Double> parse(String text) {
    String plain = text.strip();
    return DECIMAL.matcher(plain).matches() ? Optional.of(Double.valueOf(plain)) : Optional.empty();
  }
}
