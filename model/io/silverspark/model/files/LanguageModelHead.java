package io.silverspark.model.files;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The head of a masked language model, BERT's and its relatives': dense layer, norm and output
 * bias; the output matrix is the word table. It is read where a checkpoint has it, for training
 * without labels, and never written: a sentence encoder has no use for it.
 */
public final class LanguageModelHead {
  /** Names of its weights, as in a BertForMaskedLM. */
  public static final List<String> NAMES =
      List.of(
          "cls.predictions.transform.dense.weight",
          "cls.predictions.transform.dense.bias",
          "cls.predictions.transform.LayerNorm.weight",
          "cls.predictions.transform.LayerNorm.bias",
          "cls.predictions.bias");

  /** What the files of RoBERTa, XLM-R and MPNet call them. */
  private static final List<String> ROBERTA =
      List.of(
          "lm_head.dense.weight",
          "lm_head.dense.bias",
          "lm_head.layer_norm.weight",
          "lm_head.layer_norm.bias",
          "lm_head.bias");

  private static final List<String> DISTILBERT =
      List.of(
          "vocab_transform.weight",
          "vocab_transform.bias",
          "vocab_layer_norm.weight",
          "vocab_layer_norm.bias",
          "vocab_projector.bias");

  private LanguageModelHead() {}

  /**
   * The shape of a weight.
   *
   * @param name one of {@link #NAMES}
   * @param config shape of the encoder
   * @return its dimensions
   */
  public static long[] shape(String name, EncoderConfig config) {
    long hidden = config.hiddenSize();
    return switch (NAMES.indexOf(name)) {
      case 0 -> new long[] {hidden, hidden};
      case 4 -> new long[] {config.vocabSize()};
      default -> new long[] {hidden};
    };
  }

  /**
   * The head among a model's weights.
   *
   * @param weights by name
   * @return all of {@link #NAMES}, or nothing
   */
  public static Map<String, TensorData> in(Map<String, TensorData> weights) {
    return named(NAMES, weights);
  }

  private static Map<String, TensorData> named(
      List<String> names, Map<String, TensorData> weights) {
    Map<String, TensorData> head = new LinkedHashMap<>();
    if (weights.keySet().containsAll(names)) {
      for (int i = 0; i < names.size(); i++) {
        head.put(NAMES.get(i), weights.get(names.get(i)));
      }
    }
    return head;
  }

  /** The head in a checkpoint of any architecture, nothing if a shape is not the config's. */
  static Map<String, TensorData> in(Map<String, TensorData> weights, EncoderConfig config) {
    Map<String, TensorData> head =
        Stream.of(NAMES, ROBERTA, DISTILBERT)
            .map(names -> named(names, weights))
            .filter(found -> !found.isEmpty())
            .findFirst()
            .orElse(Map.of());
    boolean fits =
        head.entrySet().stream()
            .allMatch(e -> Arrays.equals(e.getValue().shape(), shape(e.getKey(), config)));
    return fits ? head : Map.of();
  }

  /** The weights but for the head. */
  static Map<String, TensorData> removedFrom(Map<String, TensorData> weights) {
    Map<String, TensorData> others = new LinkedHashMap<>(weights);
    others.keySet().removeAll(NAMES);
    return others;
  }
}
