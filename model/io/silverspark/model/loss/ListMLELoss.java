package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.OptionalInt;

/**
 * Likelihood of the right order of a query's documents, every position counting the same: {@link
 * PListMLELoss} without weights.
 *
 * <ul>
 *   <li>one column: logits of all documents of the batch [P, 1]
 *   <li>labels [P, 2]: number of the query within the batch, relevance of the document; see {@link
 *       io.silverspark.model.training.TrainingSet#forCrossEncoderLists}
 * </ul>
 *
 * <p>Source: Xia et al. 2008, "Listwise Approach to Learning to Rank: Theory and Algorithm", ICML,
 * section 4.2, as in sentence-transformers.
 *
 * @param activation of the logits; default identity
 * @param miniBatch pairs that go through the model at once, 0 for the whole batch; default 0
 * @param respectInputOrder whether the documents come in the right order, best first, so that
 *     labels are not looked at; else they are sorted by falling label. Default true
 */
public record ListMLELoss(LogitActivation activation, int miniBatch, boolean respectInputOrder)
    implements SentenceLoss {

  /**
   * Checks the mini-batch size.
   *
   * @throws IllegalArgumentException if {@code miniBatch} is negative
   */
  public ListMLELoss {
    LossParameter.requireNotNegative("mini-batch size", miniBatch);
  }

  /** With the defaults. */
  public ListMLELoss() {
    this(LogitActivation.IDENTITY, 0, true);
  }

  static NamedCrossEncoderLoss.Recipe read(LossParameters p) {
    ListMLELoss loss =
        new ListMLELoss(
            p.activation(LogitActivation.IDENTITY),
            p.miniBatch(),
            p.flag("respectInputOrder", true));
    return labels -> loss;
  }

  @Override
  public LossInputs inputs() {
    return PListMLELoss.inputs("ListMLELoss", respectInputOrder);
  }

  @Override
  public OptionalInt miniBatchSize() {
    return miniBatch == 0 ? OptionalInt.empty() : OptionalInt.of(miniBatch);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    return new PListMLELoss(
            PListMLELoss.PositionWeight.NONE, activation, miniBatch, respectInputOrder)
        .compute(columns, labels);
  }
}
