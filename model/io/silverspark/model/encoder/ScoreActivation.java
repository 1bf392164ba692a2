package io.silverspark.model.encoder;

import io.silverspark.model.error.UserException;
import io.silverspark.model.files.EncoderConfig;

/** What a cross-encoder with one label makes of its logit. */
public enum ScoreActivation {
  /** A probability from 0 to 1; the default of sentence-transformers. */
  SIGMOID,
  /** The logit itself, as rerankers such as the MS MARCO models ask for; any number. */
  IDENTITY;

  /**
   * What a model's configuration asks for: {@code activation_fn} of {@code sentence_transformers},
   * or {@code sbert_ce_default_activation_function} of older files.
   *
   * @throws UserException if it is another function
   */
  static ScoreActivation of(EncoderConfig config) {
    String asked = config.activation().orElse("torch.nn.modules.activation.Sigmoid");
    return switch (asked.substring(asked.lastIndexOf('.') + 1)) {
      case "Sigmoid" -> SIGMOID;
      case "Identity" -> IDENTITY;
      default ->
          throw new UserException(
              "the cross-encoder's config.json asks for the activation '%s', expected Sigmoid or"
                      .formatted(asked)
                  + " Identity of torch.nn");
    };
  }

  float of(float logit) {
    return this == IDENTITY ? logit : (float) (1 / (1 + Math.exp(-logit)));
  }
}
