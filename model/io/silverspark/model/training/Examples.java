package io.silverspark.model.training;

import io.silverspark.model.loss.LabelsOfSet;
import io.silverspark.model.sampling.WindowedSampler.Window;
import io.silverspark.model.tokenizer.TokenizedText;
import java.io.Serializable;
import java.util.List;

/** Where a training set takes its examples from: memory, or shards on disk. */
interface Examples extends Serializable {
  /** Number of examples. */
  int size();

  /** Number of columns of tokens. */
  int columnCount();

  /** Number of texts of an example that can be asked for. */
  int textCount();

  /** Runs of consecutive examples that are held in memory at once; a batch is of one of them. */
  List<Window> windows();

  /** The tokens of some examples, by column. */
  List<List<TokenizedText>> batch(int[] examples);

  /** Rows that an example has in each column. */
  int rows(int example);

  /** Tokens of an example over all columns, or a number that grows with them. */
  int tokens(int example);

  /** The texts of some examples, by column. */
  List<List<String>> texts(int[] examples);

  /** Numbers that are equal where texts of a window are: [examples of the window][texts]. */
  int[][] textIds(Window window);

  /** Labels of an example; 0: there are none. */
  int labelWidth();

  /** The labels of some examples, one after the other; null if there are none. */
  float[] labels(int[] examples);

  /** The labels of a window, one after the other. */
  float[] labels(Window window);

  /** What a loss checks before training. */
  LabelsOfSet labelSummary();

  /**
   * Sizes and a hash, to tell one set from another.
   *
   * @param teacherWidth labels that a teacher gives instead of the stored ones; 0: no teacher
   * @param generated what is made of the columns; null: they are used as they are
   */
  String fingerprint(int teacherWidth, GeneratedColumns generated);
}
