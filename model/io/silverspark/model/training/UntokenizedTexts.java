package io.silverspark.model.training;

import io.silverspark.model.tokenizer.TokenizedText;
import java.util.List;

/**
 * No tokens: they are made of the texts when a batch is used.
 *
 * @param texts by column, then by example
 */
record UntokenizedTexts(@SuppressWarnings("serial") List<List<String>> texts) // lists of the JDK
    implements TextColumns {
  @Override
  public int count() {
    return 0;
  }

  @Override
  public List<List<TokenizedText>> batch(int[] examples) {
    return List.of();
  }

  @Override
  public int tokens(int example) {
    return texts.stream().mapToInt(column -> column.get(example).length()).sum();
  }

  @Override
  public int fingerprint() {
    return texts.hashCode();
  }
}
