package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.files.EncoderConfig;
import io.silverspark.model.files.LanguageModelHead;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A sentence encoder with a decoder that has to write the whole sentence from nothing but the
 * embedding of its damaged copy (TSDAE).
 *
 * <p>The decoder shares every weight of the encoder, the word table as output matrix too. It sees
 * the tokens so far (causal attention) and, by one more attention in each layer, the one embedding
 * [batch, hidden]. Own weights are those attentions and the head's dense layer, norm and bias. The
 * embedding is the encoder's, pooled as the encoder says; TSDAE pools the first token and does not
 * normalise, see {@link SentenceEncoder}.
 *
 * <p>Source: Wang, Reimers and Gurevych 2021, arXiv:2104.06979, with {@code
 * tie_encoder_decoder=True} of sentence-transformers' DenoisingAutoEncoderLoss; its decoder is a
 * BertLMHeadModel with cross-attention.
 */
public final class DenoisingAutoEncoder implements TokenPredictor {
  private final SentenceEncoder encoder;
  private final LanguageModel decoder;

  private DenoisingAutoEncoder(SentenceEncoder encoder, LanguageModel decoder) {
    this.encoder = encoder;
    this.decoder = decoder;
  }

  /**
   * Puts a decoder on an encoder, with fresh cross-attention; the head is that of the encoder's
   * file, or fresh where it has none.
   *
   * @param encoder trained with the decoder; stays owned by the caller
   * @param seed of the fresh weights, normal as {@code initializer_range} says
   * @return the auto-encoder; the caller closes it before the encoder
   */
  public static DenoisingAutoEncoder over(SentenceEncoder encoder, long seed) {
    List<String> names = names(encoder.files().config());
    return of(encoder, LanguageModelWeights.start(names, encoder.files(), seed));
  }

  /**
   * Puts a decoder with given weights on an encoder.
   *
   * @param encoder trained with the decoder; stays owned by the caller
   * @param weights {@code encoder.layer.N.crossattention.*} and {@code cls.predictions.*} by
   *     Hugging Face name; others are not looked at
   * @return the auto-encoder; the caller closes it before the encoder
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static DenoisingAutoEncoder of(SentenceEncoder encoder, Map<String, TensorData> weights) {
    return new DenoisingAutoEncoder(
        encoder, LanguageModel.over(encoder, weights, encoder.files().config().layers()));
  }

  private static List<String> names(EncoderConfig config) {
    List<String> names = new ArrayList<>(LanguageModelWeights.crossAttention(config.layers()));
    names.addAll(LanguageModelHead.NAMES);
    return names;
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
    return decoder.parameters();
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
   * <p>Inputs are the damaged texts, targets the original ones, both with special tokens. Every
   * token of the original but the first is predicted, from those before it.
   */
  @Override
  public NDList likelihoodsRecorded(NDManager scope, List<PredictionPass> passes) {
    List<List<TokenizedText>> texts =
        passes.stream().flatMap(pass -> Stream.of(pass.inputs(), pass.targets())).toList();
    RecordedWeights weights = encoder.transformer().recordWeights(scope, texts);
    NDList likelihoods = new NDList();
    for (PredictionPass pass : passes) {
      NDArray sentences = encoder.embedRecorded(scope, weights, pass.inputs());
      List<TokenizedText> before = pass.targets().stream().map(this::withoutLast).toList();
      TokenBatch batch = encoder.transformer().batch(scope, weights.rows(before));
      NDArray hidden = decoder.decode(scope, weights, batch, sentences);
      List<int[]> next = pass.targets().stream().map(this::withoutFirst).toList();
      likelihoods.add(decoder.likelihoods(scope, weights, hidden, next));
    }
    return likelihoods;
  }

  private TokenizedText withoutLast(TokenizedText text) {
    int length = text.length() - 1;
    return new TokenizedText(Arrays.copyOf(text.inputIds(), length), new int[length]);
  }

  /** A literal padding token in a text is not predicted, as in the source. */
  private int[] withoutFirst(TokenizedText text) {
    int pad = encoder.files().config().padTokenId();
    return Arrays.stream(text.inputIds())
        .skip(1)
        .map(id -> id == pad ? PredictionPass.IGNORED : id)
        .toArray();
  }

  @Override
  public void close() {
    decoder.close();
  }
}
