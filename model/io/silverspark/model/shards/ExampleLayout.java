package io.silverspark.model.shards;

import java.io.Serializable;

/**
 * What each example of a data set consists of.
 *
 * @param columns of sequences; 0: the texts alone are kept
 * @param texts kept beside the sequences; 0: none
 * @param labels numbers of an example, or of each document of a list; 0: none
 * @param lists whether an example is a query with any number of documents: one column with a
 *     sequence and a label for each
 */
public record ExampleLayout(int columns, int texts, int labels, boolean lists)
    implements Serializable {
  /** Refuses a layout without content, and lists that are no column of labelled sequences. */
  public ExampleLayout {
    if (columns < 0 || texts < 0 || labels < 0 || columns + texts == 0) {
      throw new IllegalArgumentException(
          "examples of %d columns, %d texts and %d labels".formatted(columns, texts, labels));
    }
    if (lists && (columns != 1 || labels != 1)) {
      throw new IllegalArgumentException("lists have one column and one label for each document");
    }
  }
}
