package io.silverspark.model.training;

import io.silverspark.model.tokenizer.TokenizedText;
import java.io.Serializable;
import java.util.List;

/** Where a training set takes the texts of a batch from. */
interface TextColumns extends Serializable {
  /** Number of examples. */
  int size();

  /** Number of columns that the model sees. */
  int count();

  /** Rows that an example has in each column. */
  default int rows(int example) {
    return 1;
  }

  /** The texts of one batch as an epoch sees them, by column. */
  List<List<TokenizedText>> batch(int[] examples, int epoch);

  /** Tokens of an example over all columns, or a number that grows with them. */
  int tokens(int example);

  /** A hash of all texts. */
  int fingerprint();
}
