package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The head of a masked language model, BERT's and its relatives': dense layer, norm and output
 * bias; the output matrix is the word table. It is read where a checkpoint has it, for training
 * without labels, and written for a sparse encoder alone: others have no use for it.
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

  /** An output matrix of its own, where a file has one. */
  private static final List<String> MATRICES =
      List.of("cls.predictions.decoder.weight", "lm_head.decoder.weight", "vocab_projector.weight");

  private LanguageModelHead() {}

  /** What transformers calls a weight of the head in an architecture's file. */
  static String fileName(String name, Architecture architecture) {
    int place = NAMES.indexOf(name);
    return switch (architecture) {
      case BERT -> name;
      case DISTILBERT -> DISTILBERT.get(place);
      default -> ROBERTA.get(place);
    };
  }

  /**
   * Refuses a model that cannot say which words a text could have.
   *
   * @throws UserException if its architecture's head is not known, or it has none
   */
  static void requireOf(Map<String, TensorData> weights, EncoderConfig config, String where) {
    if (!config.architecture().isBert()) {
      throw new UserException(
          "%s: a sparse encoder of model_type '%s' is not supported, needs BERT, RoBERTa, XLM-RoBERTa, CamemBERT, DistilBERT or MPNet"
              .formatted(where, config.modelType()));
    }
    if (in(weights).isEmpty()) {
      throw new UserException(
          "%s has no head of a masked language model, expected one, as in the files of a %s: a sparse encoder weighs each token of the vocabulary by its logit"
              .formatted(where, config.architecture().maskedClass()));
    }
  }

  /** Refuses an output matrix that is not the word table. */
  static void requireTied(Map<String, TensorData> checkpoint, EncoderConfig config, String where) {
    if (!Boolean.FALSE.equals(config.otherKeys().get("tie_word_embeddings"))) {
      return; // transformers then takes the word table, whatever the file has
    }
    Map<String, TensorData> named = new WeightNames(config.architecture()).own(checkpoint);
    TensorData words = named.get("embeddings.word_embeddings.weight");
    boolean same =
        MATRICES.stream()
            .filter(named::containsKey)
            .anyMatch(name -> Arrays.equals(named.get(name).floats(), words.floats()));
    if (!same) {
      throw new UserException(
          where
              + ": 'tie_word_embeddings' is false and the output matrix is not the word table, expected true: a head with a matrix of its own is not supported");
    }
  }

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
