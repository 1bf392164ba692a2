package io.silverspark.model.files;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One step from the transformer's token vectors to the sentence vector, as modules.json of
 * sentence-transformers lists them. Steps before the {@link Pooling} change each token's vector,
 * steps after it the sentence's.
 */
public sealed interface SentenceModule {
  /**
   * Width of the vectors that the module gives.
   *
   * @param input width of the vectors that it takes
   * @return components
   * @throws IllegalArgumentException if it takes another width
   */
  int dimension(int input);

  /**
   * Shapes of its trained weights.
   *
   * @return by the name in the module's own weight file, in its order; empty for most
   */
  default Map<String, long[]> weights() {
    return Map.of();
  }

  /**
   * One vector of all tokens.
   *
   * @param modes at least one; several are concatenated in this order
   * @param includePrompt whether the tokens of a prompt take part; without them position 1 of
   *     {@link PoolingMode#WEIGHTEDMEAN} is still the first token of the prompt
   */
  record Pooling(List<PoolingMode> modes, boolean includePrompt) implements SentenceModule {
    /** Copies the list. */
    public Pooling {
      modes = List.copyOf(modes);
      if (modes.isEmpty()) {
        throw new IllegalArgumentException("pooling needs a mode");
      }
    }

    /**
     * Pooling in which the tokens of a prompt take part.
     *
     * @param modes at least one
     */
    public Pooling(List<PoolingMode> modes) {
      this(modes, true);
    }

    @Override
    public int dimension(int input) {
      return Math.multiplyExact(modes.size(), input);
    }
  }

  /**
   * One weight for each token of the vocabulary, of the masked language model's logits of all
   * tokens: {@code log(1 + relu(logit))}, pooled over the text. The one module of a sparse encoder.
   *
   * <p>Source: Formal et al. 2021, arXiv:2107.05720 (sum) and arXiv:2109.10086 (max).
   *
   * @param strategy how the tokens of a text become one
   * @param activation what becomes of a logit
   */
  record SpladePooling(Strategy strategy, Activation activation) implements SentenceModule {
    /** {@code pooling_strategy} of sentence-transformers. */
    public enum Strategy {
      /** The largest weight of a token of the text. */
      MAX,
      /** Their sum. */
      SUM
    }

    /** {@code activation_function} of sentence-transformers. */
    public enum Activation {
      /** {@code log(1 + relu(x))}. */
      RELU,
      /** {@code log(1 + log(1 + relu(x)))}: Geng et al. 2025, arXiv:2504.14839. */
      LOG1P_RELU
    }

    /** What sentence-transformers puts on a masked language model. */
    public static final SpladePooling DEFAULT = new SpladePooling(Strategy.MAX, Activation.RELU);

    @Override
    public int dimension(int input) {
      return input;
    }
  }

  /**
   * Linear layer and activation; with a residual the input is added to the result, through a second
   * matrix where the widths differ.
   *
   * @param inFeatures width that it takes
   * @param outFeatures width that it gives
   * @param bias whether the linear layer has one
   * @param activation after the linear layer
   * @param residual whether the input is added
   */
  record Dense(
      int inFeatures, int outFeatures, boolean bias, DenseActivation activation, boolean residual)
      implements SentenceModule {
    @Override
    public int dimension(int input) {
      requireWidth(input, inFeatures, "in_features");
      return outFeatures;
    }

    @Override
    public Map<String, long[]> weights() {
      Map<String, long[]> shapes = new LinkedHashMap<>();
      shapes.put("linear.weight", new long[] {outFeatures, inFeatures});
      if (bias) {
        shapes.put("linear.bias", new long[] {outFeatures});
      }
      if (residual && inFeatures != outFeatures) {
        shapes.put("residual.weight", new long[] {outFeatures, inFeatures});
      }
      return shapes;
    }
  }

  /**
   * Layer norm of the sentence vector, epsilon 1e-5.
   *
   * @param width of the vectors
   */
  record LayerNorm(int width) implements SentenceModule {
    @Override
    public int dimension(int input) {
      requireWidth(input, width, "dimension");
      return width;
    }

    @Override
    public Map<String, long[]> weights() {
      Map<String, long[]> shapes = new LinkedHashMap<>();
      shapes.put("norm.weight", new long[] {width});
      shapes.put("norm.bias", new long[] {width});
      return shapes;
    }
  }

  /** Scales each vector to length 1. */
  record Normalize() implements SentenceModule {
    @Override
    public int dimension(int input) {
      return input;
    }
  }

  /**
   * Sets components to 0 at random while the model is trained.
   *
   * @param probability of each component, 0 to below 1
   */
  record Dropout(double probability) implements SentenceModule {
    @Override
    public int dimension(int input) {
      return input;
    }
  }

  private static void requireWidth(int input, int expected, String key) {
    if (input != expected) {
      throw new IllegalArgumentException(
          "'%s' is %d, expected %d, the width of the vectors that reach it"
              .formatted(key, expected, input));
    }
  }
}
