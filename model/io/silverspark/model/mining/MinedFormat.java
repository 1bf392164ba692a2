package io.silverspark.model.mining;

/** The rows that mining gives: {@code output_format} of mine_hard_negatives. */
public enum MinedFormat {
  /** Anchor, positive, negative: a row for each positive with each negative. */
  TRIPLET,
  /**
   * Anchor, positive, negative_1 to negative_n: a row for each positive whose anchor has as many
   * negatives as were asked for.
   */
  N_TUPLE,
  /** Anchor, text, label: a row with 1 for each positive and one with 0 for each negative. */
  LABELED_PAIR,
  /** Anchor, texts, labels: a row for each positive, before the negatives that there are. */
  LABELED_LIST
}
