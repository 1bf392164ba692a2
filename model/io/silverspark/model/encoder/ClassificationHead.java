package io.silverspark.model.encoder;

import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.EncoderConfig;
import io.silverspark.model.files.EncoderProgram;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.files.SentenceSettings;
import io.silverspark.model.files.TensorData;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Fresh weights of the layers that a cross-encoder adds to a transformer. */
final class ClassificationHead {
  private ClassificationHead() {}

  /**
   * The model with a fresh head for these classes, normal with the deviation {@code
   * initializer_range} of its config, biases 0, norms the identity. A dense layer that it already
   * has is kept: a classifier's own, or the pooler where the architecture's classifiers use that.
   * An activation that the replaced head asked for is forgotten, and so are the prompts of a
   * sentence encoder: they were not made for pairs.
   */
  static ModelFiles fresh(ModelFiles files, ClassNames classes, long seed) {
    EncoderConfig config = files.config().withClasses(classes).withoutActivation();
    List<EncoderProgram.Slot> slots = config.program().head();
    if (slots.isEmpty()) {
      throw new UserException(
          "a cross-encoder of model_type '%s' is not supported: transformers has no such classifier"
              .formatted(config.modelType()));
    }
    boolean kept = files.isCrossEncoder() || config.architecture().sharesPooler();
    Random random = new Random(seed);
    Map<String, TensorData> weights = new LinkedHashMap<>(files.weights());
    for (EncoderProgram.Slot slot : slots) {
      if (slot.present()) {
        TensorData fresh = fresh(random, config.initializerRange(), slot);
        boolean last = slot.name().startsWith("classifier.");
        if (last || !kept || !weights.containsKey(slot.name())) {
          weights.put(slot.name(), fresh);
        }
      }
    }
    return files
        .withConfig(config)
        .withWeights(weights)
        .withModules(SentenceModules.NONE)
        .withSettings(files.isCrossEncoder() ? files.settings() : SentenceSettings.DEFAULT);
  }

  private static TensorData fresh(Random random, double range, EncoderProgram.Slot slot) {
    long[] shape = slot.shape();
    float[] values =
        new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
    if (slot.name().endsWith("norm.weight")) {
      Arrays.fill(values, 1);
    }
    for (int i = 0; shape.length > 1 && i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * range);
    }
    return TensorData.ofFloats(values, shape);
  }
}
