package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/**
 * Classification of a pair: cross entropy of a linear layer over {@code (u, v, |u - v|)}.
 *
 * <ul>
 *   <li>columns u and v [B, D]
 *   <li>labels: class 0 to L - 1
 *   <li>parameters: {@code classifier.weight} [L, F D] and {@code classifier.bias} [L], where F is
 *       the number of vectors that {@link Features} joins, 3 by default; trained with the encoder
 *       and thrown away afterwards
 * </ul>
 *
 * <p>Kept for comparison with the original recipe; {@link MultipleNegativesRankingLoss} and {@link
 * CosineSimilarityLoss} give better embeddings.
 *
 * <p>Source: Reimers and Gurevych 2019, arXiv:1908.10084, section 3, classification objective.
 * Differs from the paper, as sentence-transformers does: the layer has a bias.
 */
public final class SoftmaxLoss implements SentenceLoss {
  private final LinearLayer classifier;
  private final Features features;

  /**
   * What the classifier sees of a pair.
   *
   * @param representations u and v themselves; default true
   * @param difference {@code |u - v|}; default true
   * @param multiplication {@code u * v} by components; default false
   */
  public record Features(boolean representations, boolean difference, boolean multiplication) {
    /** {@code (u, v, |u - v|)}, as in sentence-transformers. */
    public static final Features DEFAULT = new Features(true, true, false);

    /**
     * Checks that there is something to see.
     *
     * @throws IllegalArgumentException if all are false
     */
    public Features {
      if (!representations && !difference && !multiplication) {
        throw new IllegalArgumentException(
            "one of concatenationSentRep, concatenationSentDifference and"
                + " concatenationSentMultiplication must be true");
      }
    }

    int vectors() {
      return (representations ? 2 : 0) + (difference ? 1 : 0) + (multiplication ? 1 : 0);
    }

    /** [B, D] and [B, D] to [B, F D]. */
    NDArray of(NDArray first, NDArray second) {
      NDList joined = new NDList();
      if (representations) {
        joined.add(first);
        joined.add(second);
      }
      if (difference) {
        joined.add(first.sub(second).abs());
      }
      if (multiplication) {
        joined.add(first.mul(second));
      }
      return joined.size() == 1 ? joined.get(0) : NDArrays.concat(joined, 1);
    }
  }

  private SoftmaxLoss(LinearLayer classifier, Features features) {
    this.classifier = classifier;
    this.features = features;
  }

  static LossRecipe read(LossParameters p) {
    int classes = p.wholeNumber("numLabels", 3, 2); // the classes of NLI
    Features features =
        new Features(
            p.flag("concatenationSentRep", true),
            p.flag("concatenationSentDifference", true),
            p.flag("concatenationSentMultiplication", false));
    return model -> create(model.manager(), classes, model.dimension(), features, model.seed());
  }

  /**
   * A fresh classifier over {@link Features#DEFAULT}.
   *
   * @param parent where the parameters live: the device of the model; {@link #close()} frees them
   * @param classes number of classes L, at least 2
   * @param dimension embedding width D
   * @param seed the same seed gives the same classifier
   * @return the loss; the caller closes it
   */
  public static SoftmaxLoss create(NDManager parent, int classes, int dimension, long seed) {
    return create(parent, classes, dimension, Features.DEFAULT, seed);
  }

  /**
   * A fresh classifier, uniform in {@code ±1 / sqrt(F D)} as PyTorch's linear layer.
   *
   * @param parent where the parameters live: the device of the model; {@link #close()} frees them
   * @param classes number of classes L, at least 2
   * @param dimension embedding width D
   * @param features what the classifier sees
   * @param seed the same seed gives the same classifier
   * @return the loss; the caller closes it
   */
  public static SoftmaxLoss create(
      NDManager parent, int classes, int dimension, Features features, long seed) {
    if (classes < 2) {
      throw new IllegalArgumentException("a classifier needs 2 classes or more, found " + classes);
    }
    int inputs = features.vectors() * dimension;
    return new SoftmaxLoss(LinearLayer.create(parent, classes, inputs, seed), features);
  }

  /**
   * A classifier with given parameters over {@link Features#DEFAULT}.
   *
   * @param weight [L, 3 D]; copied
   * @param bias [L]; copied
   * @return the loss; the caller closes it
   */
  public static SoftmaxLoss of(NDArray weight, NDArray bias) {
    return of(weight, bias, Features.DEFAULT);
  }

  /**
   * A classifier with given parameters.
   *
   * @param weight [L, F D]; copied
   * @param bias [L]; copied
   * @param features what the classifier sees
   * @return the loss; the caller closes it
   */
  public static SoftmaxLoss of(NDArray weight, NDArray bias, Features features) {
    return new SoftmaxLoss(LinearLayer.of(weight, bias), features);
  }

  @Override
  public String description() {
    String classes = "classes=" + classifier.outputs();
    return features.equals(Features.DEFAULT)
        ? "SoftmaxLoss[" + classes + "]"
        : "SoftmaxLoss[" + classes + ", " + features + "]";
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.classified(
        "SoftmaxLoss",
        2,
        "first, second",
        classifier.outputs(),
        "give pairs with a class from 0; for scores use CosineSimilarityLoss or CoSENTLoss");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray logits = classifier.apply(features.of(columns.get(0), columns.get(1))); // [B, L]
    return ClassLikelihood.meanNegative(logits, labels);
  }

  @Override
  public Map<String, NDArray> parameters() {
    return classifier.parameters("classifier");
  }

  @Override
  public void close() {
    classifier.close();
  }
}
