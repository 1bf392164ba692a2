package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import io.silverspark.model.error.UserException;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/**
 * Another loss on the first components of the embeddings too, so that embeddings may be cut to
 * these widths: the weighted sum of the loss at each width, each scaled to length 1.
 *
 * <ul>
 *   <li>columns and labels: those of the inner loss; a teacher's embedding of the full width is cut
 *       as well
 * </ul>
 *
 * <p>Include the full width, or it is not trained.
 *
 * <p>Source: Kusupati et al. 2022, arXiv:2205.13147, equation 1, as in sentence-transformers.
 *
 * @param inner any loss without parameters of its own; closed with this one
 * @param dimensions widths, above 0, at most D
 * @param weights one for each width, 0 or more; default 1 each
 */
public record MatryoshkaLoss(SentenceLoss inner, List<Integer> dimensions, List<Double> weights)
    implements SentenceLoss {

  /**
   * Checks the numbers and copies the lists.
   *
   * @throws IllegalArgumentException if there is no width, a width is not above 0, weights differ
   *     in number, or the inner loss has parameters of a fixed width
   */
  public MatryoshkaLoss {
    dimensions = List.copyOf(dimensions);
    weights = List.copyOf(weights);
    if (dimensions.isEmpty() || dimensions.stream().anyMatch(width -> width <= 0)) {
      throw new IllegalArgumentException(
          "matryoshka dimensions must be one or more numbers above 0, found " + dimensions);
    }
    if (weights.size() != dimensions.size()) {
      throw new IllegalArgumentException(
          "%d matryoshka dimensions have %d weights".formatted(dimensions.size(), weights.size()));
    }
    weights.forEach(weight -> LossParameter.requireNotNegative("matryoshka weight", weight));
    if (inner.parameters().values().stream().anyMatch(array -> array.getShape().dimension() > 1)) {
      throw new IllegalArgumentException(
          inner.inputs().lossName()
              + " has a layer of its own of one width and cannot be used at several");
    }
  }

  /** Every width counts the same. */
  public MatryoshkaLoss(SentenceLoss inner, List<Integer> dimensions) {
    this(inner, dimensions, Collections.nCopies(dimensions.size(), 1.0));
  }

  @Override
  public LossInputs inputs() {
    return inner.inputs();
  }

  @Override
  public OptionalInt miniBatchSize() {
    return inner.miniBatchSize();
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    long full = columns.get(0).getShape().get(1);
    NDArray sum = null;
    for (int i = 0; i < dimensions.size(); i++) {
      int width = dimensions.get(i);
      if (width > full) {
        throw new UserException(
            "matryoshka dimension %d is wider than the model's embeddings: at most %d"
                .formatted(width, full));
      }
      NDList cut = new NDList();
      columns.forEach(column -> cut.add(Cosine.unitRows(cut(column, width))));
      NDArray loss = inner.compute(cut, cutLabels(labels, full, width));
      NDArray weighted = loss.mul(weights.get(i).floatValue()); // a double makes it float64
      sum = sum == null ? weighted : sum.add(weighted);
    }
    return sum;
  }

  private static NDArray cutLabels(NDArray labels, long full, int width) {
    boolean embeddings =
        labels != null && labels.getShape().dimension() == 2 && labels.getShape().get(1) == full;
    return embeddings ? cut(labels, width) : labels;
  }

  private static NDArray cut(NDArray rows, int width) {
    return rows.get(new NDIndex(":, 0:" + width));
  }

  @Override
  public void close() {
    inner.close();
  }
}
