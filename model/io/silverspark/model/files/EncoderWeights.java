package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The weights that a model of a given shape needs, and how to find them under the names that
 * checkpoints use: {@link WeightNames}, with the prefix {@code bert.} or {@code model.}, with
 * TensorFlow's {@code gamma} and {@code beta} for layer norms.
 */
final class EncoderWeights {
  private static final Set<TensorType> FLOATS =
      EnumSet.of(TensorType.F16, TensorType.BF16, TensorType.F32, TensorType.F64);

  private EncoderWeights() {}

  /**
   * Picks a model's weights out of a checkpoint, with the language model head of an encoder where
   * there is a whole one; anything else in it is left out.
   *
   * @param checkpoint tensors under the names of the file
   * @param crossEncoder whether pooler and classifier are required; the pooler is kept where
   *     present
   * @param where the file, for messages
   * @return the weights under {@link ModelFiles#weights()} names, embeddings first
   * @throws UserException if one is missing or has another shape or type than the config says
   */
  static Map<String, TensorData> select(
      Map<String, TensorData> checkpoint,
      EncoderConfig config,
      boolean crossEncoder,
      String where) {
    Map<String, TensorData> named = new WeightNames(config.architecture()).own(checkpoint);
    Map<String, TensorData> selected = new LinkedHashMap<>();
    boolean kept =
        config.program().kept().stream()
            .findFirst()
            .filter(s -> named.containsKey(s.name()))
            .isPresent();
    expected(config, kept, crossEncoder)
        .forEach((name, shape) -> selected.put(name, checked(named.get(name), name, shape, where)));
    if (!crossEncoder) {
      selected.putAll(LanguageModelHead.in(named, config));
    }
    return selected;
  }

  /** Outputs of a checkpoint's classifier; those of the configuration if it has none. */
  static long labels(Map<String, TensorData> checkpoint, EncoderConfig config) {
    TensorData classifier =
        new WeightNames(config.architecture()).own(checkpoint).get("classifier.weight");
    return classifier == null ? config.numLabels() : classifier.shape()[0];
  }

  static TensorData checked(TensorData found, String name, long[] shape, String where) {
    if (found == null) {
      throw new UserException(
          "%s: tensor '%s' is missing, expected shape %s"
              .formatted(where, name, Arrays.toString(shape)));
    }
    if (!Arrays.equals(found.shape(), shape) || !FLOATS.contains(found.type())) {
      throw new UserException(
          "%s: tensor '%s' is %s, expected shape %s and one of %s, from config.json"
              .formatted(where, name, found, Arrays.toString(shape), FLOATS));
    }
    return found;
  }

  /**
   * Shapes of a model's weights.
   *
   * @param kept whether also those that the encoder does not use, a pooler for instance
   */
  static Map<String, long[]> expected(EncoderConfig config, boolean kept, boolean classifier) {
    EncoderProgram program = config.program();
    Map<String, long[]> shapes = program.shapes(classifier);
    if (kept) {
      program.kept().forEach(slot -> shapes.putIfAbsent(slot.name(), slot.shape()));
    }
    return shapes;
  }
}
