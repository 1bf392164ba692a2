package io.silverspark.model.training;

import io.silverspark.model.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts tokenised once.
 *
 * @param columns by column, then by example
 */
record TokenizedColumns(List<List<TokenizedText>> columns) implements TextColumns {
  @Override
  public int count() {
    return columns.size();
  }

  @Override
  public List<List<TokenizedText>> batch(int[] examples) {
    List<List<TokenizedText>> batch = new ArrayList<>(columns.size());
    for (List<TokenizedText> column : columns) {
      List<TokenizedText> texts = new ArrayList<>(examples.length);
      for (int example : examples) {
        texts.add(column.get(example));
      }
      batch.add(texts);
    }
    return batch;
  }

  @Override
  public int tokens(int example) {
    return columns.stream().mapToInt(column -> column.get(example).length()).sum();
  }

  @Override
  public int fingerprint() {
    int hash = 1;
    for (List<TokenizedText> column : columns) {
      hash = 31 * hash + column.hashCode();
    }
    return hash;
  }
}
