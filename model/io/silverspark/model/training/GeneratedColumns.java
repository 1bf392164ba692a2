package io.silverspark.model.training;

import io.silverspark.model.tokenizer.TokenizedText;
import java.util.List;

/** Columns that are made of the examples when a batch is used, others in each epoch. */
sealed interface GeneratedColumns permits NoisyColumns, DrawnNegatives {
  /** Number of columns that the model sees. */
  int count(Examples originals);

  /** The texts of one batch as an epoch sees them, by column. */
  List<List<TokenizedText>> batch(Examples originals, int[] examples, int epoch);

  /**
   * Tells one training from another.
   *
   * @param content hash of the originals in memory
   */
  int hash(int content);
}
