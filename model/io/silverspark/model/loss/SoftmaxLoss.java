package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Classification of a pair: cross entropy of a linear layer over {@code (u, v, |u - v|)}.
 *
 * <ul>
 *   <li>columns u and v [B, D]
 *   <li>labels: class 0 to L - 1
 *   <li>parameters: {@code classifier.weight} [L, 3 D] and {@code classifier.bias} [L], trained
 *       with the encoder and thrown away afterwards
 * </ul>
 *
 * <p>Kept for comparison with the original recipe; {@link MultipleNegativesRankingLoss} and {@link
 * CosineSimilarityLoss} give better embeddings.
 *
 * <p>Source: Reimers and Gurevych 2019, arXiv:1908.10084, section 3, classification objective.
 * Differs from the paper, as sentence-transformers does: the layer has a bias.
 */
public final class SoftmaxLoss implements SentenceLoss {
  private final NDManager manager;
  private final NDArray weight;
  private final NDArray bias;
  private final int classes;

  private SoftmaxLoss(NDManager manager, NDArray weight, NDArray bias) {
    this.manager = manager;
    this.weight = weight;
    this.bias = bias;
    this.classes = Math.toIntExact(bias.getShape().get(0));
    weight.setRequiresGradient(true);
    bias.setRequiresGradient(true);
  }

  /**
   * A fresh classifier, uniform in {@code ±1 / sqrt(3 D)} as PyTorch's linear layer.
   *
   * @param parent where the parameters live: the device of the model; {@link #close()} frees them
   * @param classes number of classes L, at least 2
   * @param dimension embedding width D
   * @param seed the same seed gives the same classifier
   * @return the loss; the caller closes it
   */
  public static SoftmaxLoss create(NDManager parent, int classes, int dimension, long seed) {
    if (classes < 2) {
      throw new IllegalArgumentException("a classifier needs 2 classes or more, found " + classes);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double bound = 1 / Math.sqrt(3.0 * dimension);
    float[] weight = new float[classes * 3 * dimension];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextDouble(-bound, bound);
    }
    float[] bias = new float[classes];
    for (int i = 0; i < classes; i++) {
      bias[i] = (float) random.nextDouble(-bound, bound);
    }
    NDManager own = parent.newSubManager();
    return new SoftmaxLoss(
        own, own.create(weight, new Shape(classes, 3L * dimension)), own.create(bias));
  }

  /**
   * A classifier with given parameters.
   *
   * @param weight [L, 3 D]; copied
   * @param bias [L]; copied
   * @return the loss; the caller closes it
   */
  public static SoftmaxLoss of(NDArray weight, NDArray bias) {
    NDManager own = weight.getManager().newSubManager();
    return new SoftmaxLoss(own, copy(weight, own), copy(bias, own));
  }

  private static NDArray copy(NDArray source, NDManager owner) {
    NDArray copy = source.duplicate();
    copy.attach(owner);
    return copy;
  }

  @Override
  public String description() {
    return "SoftmaxLoss[classes=" + classes + "]";
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.classified(
        "SoftmaxLoss",
        2,
        "first, second",
        classes,
        "give pairs with a class from 0; for scores use CosineSimilarityLoss or CoSENTLoss");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray first = columns.get(0);
    NDArray second = columns.get(1);
    NDArray features = // [B, 3 D]
        first.concat(second, 1).concat(first.sub(second).abs(), 1);
    NDArray logits = Linear.linear(features, weight, bias).singletonOrThrow(); // [B, L]
    return ClassLikelihood.meanNegative(logits, labels);
  }

  @Override
  public Map<String, NDArray> parameters() {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    parameters.put("classifier.weight", weight);
    parameters.put("classifier.bias", bias);
    return parameters;
  }

  @Override
  public void close() {
    manager.close();
  }
}
