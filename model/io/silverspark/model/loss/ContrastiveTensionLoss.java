package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;

/**
 * Two copies of a model must agree on the same sentence and differ on two: sum over the batch of
 * the binary cross entropy of the dot product.
 *
 * <ul>
 *   <li>columns: the first sentence by the copy, the second by the model that is kept [B, D]; see
 *       {@link io.silverspark.model.training.TrainableModel#ofTwins}
 *   <li>labels: 1 where both are the same sentence, 0 else; one in eight is usual, see {@link
 *       io.silverspark.model.sampling.TensionPairs}
 * </ul>
 *
 * <p>Needs no labelled data. {@link ContrastiveTensionLossInBatchNegatives} is the stronger form.
 *
 * <p>Source: Carlsson et al. 2021, "Semantic Re-tuning with Contrastive Tension", ICLR, section 3,
 * as in sentence-transformers.
 */
public record ContrastiveTensionLoss() implements SentenceLoss {
  @Override
  public LossInputs inputs() {
    return LossInputs.labelled(
        "ContrastiveTensionLoss",
        2,
        2,
        "sentence, the same or another sentence",
        LabelKind.BINARY,
        "give unlabelled sentences as pairs of the same (1) and of different (0) ones"
            + " (TensionPairs)");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray scores = SimilarityFunction.DOT.pairwise(columns.get(0), columns.get(1)); // [B]
    return Activation.softPlus(scores).sub(scores.mul(labels)).sum();
  }
}
