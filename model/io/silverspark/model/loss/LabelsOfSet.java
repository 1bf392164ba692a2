package io.silverspark.model.loss;

/**
 * The labels of a training set as a loss checks them.
 *
 * @param values one example after the other, or null when they are not held in memory
 * @param width numbers an example, at least 1; unused where there are no labels
 * @param isEmbedding whether the labels are embeddings that a model computes batch by batch
 * @param listSizes documents of each query, whose labels {@code values} holds; null for other data
 * @param examples the example of each value, or of each list, where they are some that stand for
 *     all; else null
 * @param size number of examples; unused where there are no labels
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LabelsOfSet(
    float[] values, int width, boolean isEmbedding, int[] listSizes, int[] examples, int size) {
  /** A set without labels. */
  public static final LabelsOfSet NONE = new LabelsOfSet(null, 1, false, null, null, 0);

  /** A set labelled by another model's embeddings. */
  public static final LabelsOfSet EMBEDDINGS = new LabelsOfSet(null, 1, true, null, null, 0);

  /** Labels in memory, so many numbers an example. */
  public static LabelsOfSet of(float[] values, int width) {
    return new LabelsOfSet(values, width, false, null, null, values.length / width);
  }

  /**
   * Labels on disk: each that occurs once, or twice if several examples have it.
   *
   * @param values those labels
   * @param width numbers an example
   * @param examples the first example of each value
   * @param size number of examples
   */
  public static LabelsOfSet ofSome(float[] values, int width, int[] examples, int size) {
    return new LabelsOfSet(values, width, false, null, examples, size);
  }

  /**
   * Labels of the documents of queries, one query after the other.
   *
   * @param values those labels
   * @param sizes documents of each query
   * @param queries numbers of the queries, where they are some that stand for all; else null
   */
  public static LabelsOfSet ofLists(float[] values, int[] sizes, int[] queries) {
    return new LabelsOfSet(values, 1, false, sizes, queries, values.length);
  }

  /** Whether there are numbers to look at. */
  boolean isPresent() {
    return values != null;
  }

  /** The number of a query. */
  int query(int list) {
    return examples == null ? list : examples[list];
  }

  /** The example that a value belongs to. */
  int example(int value) {
    return examples == null ? value / width : examples[value];
  }
}
