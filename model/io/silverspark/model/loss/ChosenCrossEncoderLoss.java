package io.silverspark.model.loss;

import java.util.Map;

/**
 * A loss of cross-encoders with its parameters.
 *
 * @param loss by its name
 * @param parameters by name; absent ones have the defaults of sentence-transformers
 */
public record ChosenCrossEncoderLoss(NamedCrossEncoderLoss loss, Map<String, String> parameters)
    implements LossSpec {
  /** Copies the parameters. */
  public ChosenCrossEncoderLoss {
    parameters = Map.copyOf(parameters);
  }

  @Override
  public String title() {
    return loss.title();
  }

  @Override
  public NamedLoss.Batching batching() {
    return loss.drawsNegatives() ? NamedLoss.Batching.NO_DUPLICATES : NamedLoss.Batching.SHUFFLED;
  }

  @Override
  public SentenceLoss create(LossRecipe.Model model) {
    return loss.read(parameters).create(model.dimension());
  }
}
