package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.Architecture;
import io.silverspark.model.files.EncoderConfig;
import io.silverspark.model.files.LanguageModelHead;
import io.silverspark.model.files.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The part of a language model that is not the encoder: a head over the vocabulary whose output
 * matrix is the encoder's word table, and attention to a sentence for each layer of a decoder. The
 * layers themselves are the encoder's own. The forward pass is {@code languagemodel.torchscript}.
 */
final class LanguageModel implements AutoCloseable {
  private final NDManager manager;
  private final TorchProgram program;
  private final SentenceEncoder encoder;
  private final List<NDArray> head;
  private final List<NDArray> crossAttention;
  private final Map<String, NDArray> parameters;

  private LanguageModel(
      NDManager manager, SentenceEncoder encoder, Map<String, TensorData> weights, int layers) {
    this.manager = manager;
    this.encoder = encoder;
    this.program =
        TorchProgram.load(
            manager,
            LanguageModel.class,
            "languagemodel.torchscript",
            "LanguageModel",
            encoder.files().config().program().constants());
    this.crossAttention = arrays("c", LanguageModelWeights.crossAttention(layers), weights);
    this.head = arrays("h", LanguageModelHead.NAMES, weights);
    Map<String, NDArray> all =
        new LinkedHashMap<>(layers > 0 ? encoder.parameters() : encoder.transformer().parameters());
    put(all, LanguageModelWeights.crossAttention(layers), crossAttention);
    put(all, LanguageModelHead.NAMES, head);
    this.parameters = Collections.unmodifiableMap(all);
  }

  /**
   * Puts a language model on an encoder.
   *
   * @param encoder stays owned by the caller
   * @param weights by the names of {@link LanguageModelWeights}
   * @param layers with attention to a sentence: all for a decoder, 0 for a head alone
   */
  static LanguageModel over(SentenceEncoder encoder, Map<String, TensorData> weights, int layers) {
    requireBert(encoder.files().config());
    if (layers > 0) {
      requireDecoder(encoder.files().config().architecture());
      requireWidth(encoder.trainedDimension(), encoder.files().config().hiddenSize());
    }
    NDManager manager = encoder.manager().newSubManager();
    try {
      return new LanguageModel(manager, encoder, weights, layers);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static void requireBert(EncoderConfig config) {
    if (!config.architecture().isBert()) {
      throw new UserException(
          "pretraining is not supported for model_type '%s', needs BERT or one of its relatives"
              .formatted(config.modelType()));
    }
  }

  /** BERT and RoBERTa; the source has no decoder of the others either. */
  private static void requireDecoder(Architecture architecture) {
    if (!architecture.hasTokenTypes()) {
      throw new UserException(
          "a decoder over a %s encoder is not supported, needs BERT, RoBERTa or XLM-RoBERTa; a masked language model takes any"
              .formatted(architecture.name().toLowerCase(Locale.ROOT)));
    }
  }

  private static void requireWidth(int sentence, int hidden) {
    if (sentence != hidden) {
      throw new UserException(
          "a decoder needs sentence vectors as wide as the token vectors, %d, but the model's modules give %d: set pretrain.pooling to one mode"
              .formatted(hidden, sentence));
    }
  }

  private List<NDArray> arrays(String list, List<String> names, Map<String, TensorData> weights) {
    List<NDArray> arrays = new ArrayList<>();
    for (String name : names) {
      TensorData tensor = weights.get(name);
      long[] shape = LanguageModelWeights.shape(name, encoder.files().config());
      if (tensor == null || !Arrays.equals(tensor.shape(), shape)) {
        throw new IllegalArgumentException(
            "weight %s is %s, expected shape %s".formatted(name, tensor, Arrays.toString(shape)));
      }
      arrays.add(manager.create(tensor.floats(), new Shape(shape)));
    }
    return TorchProgram.asList(list, arrays);
  }

  private static void put(Map<String, NDArray> all, List<String> names, List<NDArray> arrays) {
    for (int i = 0; i < names.size(); i++) {
      all.put(names.get(i), arrays.get(i));
    }
  }

  /** The encoder's weights, then these. */
  Map<String, NDArray> parameters() {
    return parameters;
  }

  /**
   * Reads tokens from left to right, each seeing those before it and the sentence.
   *
   * @param scope owns the result
   * @param weights of this step
   * @param batch padded rows, from {@link RecordedWeights#rows}
   * @param sentences [batch, hidden]
   * @return hidden state [batch, tokens, hidden]; rows of padding are undefined
   */
  NDArray decode(NDManager scope, RecordedWeights weights, TokenBatch batch, NDArray sentences) {
    return program
        .runRecorded(
            scope,
            "decode",
            weights.embeddings(),
            weights.layers(),
            crossAttention,
            batch.ids(),
            sentences)
        .singletonOrThrow();
  }

  /**
   * Negative log-likelihood of the target tokens.
   *
   * @param scope owns the result
   * @param weights of this step
   * @param hidden [batch, tokens, hidden]
   * @param targets id of each position of each text, {@link PredictionPass#IGNORED} for none
   * @return [M], text after text
   */
  NDArray likelihoods(
      NDManager scope, RecordedWeights weights, NDArray hidden, List<int[]> targets) {
    int tokens = Math.toIntExact(hidden.getShape().get(1));
    List<Long> positions = new ArrayList<>();
    List<Long> labels = new ArrayList<>();
    for (int row = 0; row < targets.size(); row++) {
      int[] ids = targets.get(row);
      for (int at = 0; at < ids.length; at++) {
        if (ids[at] != PredictionPass.IGNORED) {
          positions.add((long) row * tokens + at);
          labels.add((long) ids[at]);
        }
      }
    }
    return program
        .runRecorded(
            scope,
            "likelihoods",
            encoder.transformer().embeddings(),
            weights.layers(),
            head,
            hidden,
            numbers(scope, positions),
            numbers(scope, labels))
        .singletonOrThrow();
  }

  private static NDArray numbers(NDManager scope, List<Long> values) {
    long[] all = values.stream().mapToLong(Long::longValue).toArray();
    return HostArrays.of(scope, all, new Shape(all.length));
  }

  @Override
  public void close() {
    program.close();
    manager.close();
  }
}
