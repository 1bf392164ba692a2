package io.silverspark.jobs.config;

import io.silverspark.model.loss.DenoisingAutoEncoderLoss;
import io.silverspark.model.loss.LossRecipe;
import io.silverspark.model.loss.LossSpec;
import io.silverspark.model.loss.MaskedLanguageModelLoss;
import io.silverspark.model.loss.MultipleNegativesRankingLoss;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.loss.SentenceLoss;

/** How {@code pretrain} learns from texts without labels. */
public enum PretrainMethod implements LossSpec {
  /** Denoising auto-encoder: the sentence from the embedding of its damaged copy. */
  TSDAE("TSDAE"),
  /** Masked language model: hidden tokens from those around them. */
  MLM("masked language model"),
  /** Multiple negatives ranking on (text, text), which differ by dropout alone. */
  SIMCSE("SimCSE");

  private final String title;

  PretrainMethod(String title) {
    this.title = title;
  }

  /** What model cards and reports call it. */
  @Override
  public String title() {
    return title;
  }

  @Override
  public NamedLoss.Batching batching() {
    return this == SIMCSE ? NamedLoss.Batching.NO_DUPLICATES : NamedLoss.Batching.SHUFFLED;
  }

  @Override
  public SentenceLoss create(LossRecipe.Model model) {
    return switch (this) {
      case TSDAE -> new DenoisingAutoEncoderLoss();
      case MLM -> new MaskedLanguageModelLoss();
      case SIMCSE -> new MultipleNegativesRankingLoss();
    };
  }
}
