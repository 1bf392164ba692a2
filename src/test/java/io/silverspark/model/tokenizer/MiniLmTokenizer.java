package io.silverspark.model.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The tokenizer of MiniLM alone: the model's weights take seconds to read. */
final class MiniLmTokenizer {
  private MiniLmTokenizer() {}

  static byte[] json() {
    try (InputStream in =
        MiniLmTokenizer.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
