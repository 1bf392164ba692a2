package io.silverspark.model.training;

import io.silverspark.model.tokenizer.TokenizedText;
import java.io.Serializable;
import java.util.List;

/** The tokens of examples in memory. */
interface TextColumns extends Serializable {
  /** Number of columns that the model sees. */
  int count();

  /** Rows that an example has in each column. */
  default int rows(int example) {
    return 1;
  }

  /** The texts of one batch, by column. */
  List<List<TokenizedText>> batch(int[] examples);

  /** Tokens of an example over all columns, or a number that grows with them. */
  int tokens(int example);

  /** A hash of all texts. */
  int fingerprint();
}
