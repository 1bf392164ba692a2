package io.silverspark.model.training;

import io.silverspark.model.tokenizer.TokenizedText;
import java.util.List;

/**
 * Columns that noise makes of one column of texts.
 *
 * @param noise makes the columns
 */
record NoisyColumns(BatchNoise noise) implements GeneratedColumns {
  @Override
  public int count(Examples originals) {
    return noise.columnCount();
  }

  @Override
  public List<List<TokenizedText>> batch(Examples originals, int[] examples, int epoch) {
    List<String> texts = noise.readsTexts() ? originals.texts(examples).get(0) : List.of();
    return noise.columns(originals.batch(examples).get(0), texts, examples, epoch);
  }

  /** Checkpoints of version 0.1.0 have the hash of the column alone, which a list adds 31 to. */
  @Override
  public int hash(int content) {
    return 31 * (content - 31) + noise.description().hashCode();
  }
}
