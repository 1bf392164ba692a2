package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.files.LanguageModelHead;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A sentence encoder with a head that predicts masked tokens from both sides: dense layer, GELU,
 * norm, then the word table as output matrix and a bias (BertForMaskedLM). Pooling takes no part.
 *
 * <p>Source: Devlin et al. 2018, arXiv:1810.04805, section 3.1.
 */
public final class MaskedLanguageModel implements TokenPredictor {
  private final SentenceEncoder encoder;
  private final LanguageModel head;

  private MaskedLanguageModel(SentenceEncoder encoder, LanguageModel head) {
    this.encoder = encoder;
    this.head = head;
  }

  /**
   * Puts the head of the encoder's file on it, or a fresh one where it has none.
   *
   * @param encoder trained with the head; stays owned by the caller
   * @param seed of the fresh weights, normal as {@code initializer_range} says
   * @return the language model; the caller closes it before the encoder
   */
  public static MaskedLanguageModel over(SentenceEncoder encoder, long seed) {
    return of(encoder, LanguageModelWeights.start(LanguageModelHead.NAMES, encoder.files(), seed));
  }

  /**
   * Puts a head with given weights on an encoder.
   *
   * @param encoder trained with the head; stays owned by the caller
   * @param weights {@code cls.predictions.*} by Hugging Face name; others are not looked at
   * @return the language model; the caller closes it before the encoder
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static MaskedLanguageModel of(SentenceEncoder encoder, Map<String, TensorData> weights) {
    return new MaskedLanguageModel(encoder, LanguageModel.over(encoder, weights, 0));
  }

  @Override
  public NDManager manager() {
    return encoder.manager();
  }

  @Override
  public Precision precision() {
    return encoder.precision();
  }

  @Override
  public Map<String, NDArray> parameters() {
    return head.parameters();
  }

  @Override
  public RecomputedLayers recomputed() {
    return encoder.recomputed();
  }

  @Override
  public void parametersChanged() {
    encoder.parametersChanged();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Inputs are the masked texts; a target holds the id to predict at each position, or {@link
   * PredictionPass#IGNORED}.
   */
  @Override
  public NDList likelihoodsRecorded(NDManager scope, List<PredictionPass> passes) {
    List<PredictionPass> asking = passes.stream().filter(MaskedLanguageModel::asks).toList();
    RecordedWeights weights =
        encoder
            .transformer()
            .recordWeights(scope, asking.stream().map(PredictionPass::inputs).toList());
    NDList likelihoods = new NDList();
    for (PredictionPass pass : asking) {
      TokenBatch batch = encoder.transformer().batch(scope, weights.rows(pass.inputs()));
      NDArray hidden = encoder.transformer().hiddenRecorded(scope, weights, batch);
      List<int[]> targets = pass.targets().stream().map(TokenizedText::inputIds).toList();
      likelihoods.add(head.likelihoods(scope, weights, hidden, targets));
    }
    return likelihoods;
  }

  private static boolean asks(PredictionPass pass) {
    return pass.targets().stream()
        .flatMapToInt(text -> Arrays.stream(text.inputIds()))
        .anyMatch(id -> id != PredictionPass.IGNORED);
  }

  @Override
  public void close() {
    head.close();
  }
}
