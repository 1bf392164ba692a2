package io.silverspark.model.encoder;

import io.silverspark.model.tokenizer.TokenizedText;
import java.util.List;

/**
 * Texts that a {@link TokenPredictor} runs together.
 *
 * @param inputs what the encoder reads
 * @param targets what it should predict, one for each input; what their ids mean is the predictor's
 *     own matter
 */
public record PredictionPass(List<TokenizedText> inputs, List<TokenizedText> targets) {
  /** Id of a token that is not to be predicted. */
  public static final int IGNORED = -100;

  /** Copies the lists and refuses ones of different sizes. */
  public PredictionPass {
    inputs = List.copyOf(inputs);
    targets = List.copyOf(targets);
    if (inputs.size() != targets.size() || inputs.isEmpty()) {
      throw new IllegalArgumentException(
          "a pass needs a target for each input and at least one, found %d inputs and %d targets"
              .formatted(inputs.size(), targets.size()));
    }
  }
}
