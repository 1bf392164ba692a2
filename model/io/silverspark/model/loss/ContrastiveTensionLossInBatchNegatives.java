package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Map;

/**
 * Contrastive tension with the other sentences of the batch as negatives: the mean of "find the
 * sentence of the copy's embedding" and the reverse, with a trained scale.
 *
 * <ul>
 *   <li>columns: the same sentences by the copy and by the model that is kept [B, D], any norm; see
 *       {@link io.silverspark.model.training.TrainableModel#ofTwins}
 *   <li>no labels
 *   <li>parameter: {@code logit_scale}, the logarithm of the scale
 * </ul>
 *
 * <p>Source: Carlsson et al. 2021, "Semantic Re-tuning with Contrastive Tension", ICLR, in the form
 * of sentence-transformers.
 */
public final class ContrastiveTensionLossInBatchNegatives implements SentenceLoss {
  /** The scale that sentence-transformers starts from. */
  public static final double DEFAULT_SCALE = 20;

  private final NDManager manager;
  private final NDArray logScale;
  private final double scale;
  private final SimilarityFunction similarity;

  private ContrastiveTensionLossInBatchNegatives(
      NDManager manager, double scale, SimilarityFunction similarity) {
    this.manager = manager;
    this.scale = scale;
    this.similarity = similarity;
    this.logScale = manager.create(new float[] {(float) Math.log(scale)});
    logScale.setRequiresGradient(true);
  }

  /**
   * A loss with a fresh scale.
   *
   * @param parent where the parameter lives: the device of the model; {@link #close()} frees it
   * @param scale to start from, above 0
   * @param similarity of two embeddings; default cosine
   * @return the loss; the caller closes it
   */
  public static ContrastiveTensionLossInBatchNegatives create(
      NDManager parent, double scale, SimilarityFunction similarity) {
    LossParameter.requirePositive("scale", scale);
    return new ContrastiveTensionLossInBatchNegatives(parent.newSubManager(), scale, similarity);
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.unlabelled(
        "ContrastiveTensionLossInBatchNegatives",
        2,
        2,
        "sentence, the same sentence",
        "give unlabelled sentences, each in both columns");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray compared = similarity.matrix(columns.get(0), columns.get(1)); // [B, B]
    NDArray growth = compared.getManager().zeros(new Shape(1)).add(logScale).exp(); // of the batch
    NDArray scores = compared.mul(growth);
    int batch = Math.toIntExact(scores.getShape().get(0));
    NDArray own = scores.getManager().arange(0, batch, 1, DataType.INT64);
    return ClassLikelihood.meanNegative(scores, own)
        .add(ClassLikelihood.meanNegative(scores.transpose(), own))
        .div(2);
  }

  @Override
  public Map<String, NDArray> parameters() {
    return Map.of("logit_scale", logScale);
  }

  @Override
  public String description() {
    String function = similarity == SimilarityFunction.COSINE ? "" : ", " + similarity;
    return "ContrastiveTensionLossInBatchNegatives[scale=" + scale + function + "]";
  }

  @Override
  public void close() {
    manager.close();
  }
}
