package io.silverspark.model.training;

import io.silverspark.model.tokenizer.TokenizedText;
import java.util.List;

/**
 * Makes the columns of a batch from unlabelled texts, other ones in each epoch.
 *
 * <p>What an example becomes depends on nothing but the noise's own seed, the epoch and the batch,
 * so a run that goes on from a checkpoint sees what the uninterrupted run would have seen.
 */
public interface BatchNoise {
  /** Number of columns that the model sees. */
  int columnCount();

  /** Whether it reads the texts, and not their tokens alone. */
  boolean readsTexts();

  /**
   * The columns of one batch.
   *
   * @param originals the tokenized texts of the batch
   * @param texts what they were made of; empty unless they are read
   * @param examples their numbers in the training set
   * @param epoch from 0
   * @return texts by column, each of the size of {@code originals}
   */
  List<List<TokenizedText>> columns(
      List<TokenizedText> originals, List<String> texts, int[] examples, int epoch);

  /** Kind, constants and seed in one line, to tell one run from another. */
  String description();
}
