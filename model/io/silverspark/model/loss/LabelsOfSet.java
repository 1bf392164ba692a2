package io.silverspark.model.loss;

/**
 * The labels of a training set as a loss checks them.
 *
 * @param values one example after the other, or null when they are not held in memory
 * @param width numbers an example, at least 1; unused where there are no labels
 * @param isEmbedding whether the labels are embeddings that a model computes batch by batch
 * @param listSizes documents of each query, whose labels {@code values} holds; null for other data
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LabelsOfSet(float[] values, int width, boolean isEmbedding, int[] listSizes) {
  /** A set without labels. */
  public static final LabelsOfSet NONE = new LabelsOfSet(null, 1, false, null);

  /** A set labelled by another model's embeddings. */
  public static final LabelsOfSet EMBEDDINGS = new LabelsOfSet(null, 1, true, null);

  /** Labels in memory, so many numbers an example. */
  public static LabelsOfSet of(float[] values, int width) {
    return new LabelsOfSet(values, width, false, null);
  }

  /** Labels of the documents of queries, one query after the other. */
  public static LabelsOfSet ofLists(float[] values, int[] sizes) {
    return new LabelsOfSet(values, 1, false, sizes);
  }

  /** Whether there are numbers to look at. */
  boolean isPresent() {
    return values != null;
  }
}
