package io.silverspark.model.loss;

import java.util.Locale;

/** The kinds of rows that losses learn from; those of the Hugging Face guide, and teachers. */
public enum DataShape {
  /** Two texts and a graded similarity. */
  SCORED_PAIRS,
  /** Two texts and 1 (same meaning) or 0. */
  BINARY_PAIRS,
  /** Two texts and a class. */
  CLASSIFIED_PAIRS,
  /** Two texts that mean the same, no label. */
  POSITIVE_PAIRS,
  /** An anchor, a positive and one or more hard negatives, no label. */
  TRIPLETS,
  /** Triplets with a teacher's margins. */
  TRIPLETS_WITH_MARGINS,
  /** A query with any number of documents, each with a relevance. */
  DOCUMENT_LISTS,
  /** Single texts with a class. */
  LABELLED_SENTENCES,
  /** Single texts without labels. */
  SENTENCES;

  /** As messages name it: {@code scored pairs}. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
