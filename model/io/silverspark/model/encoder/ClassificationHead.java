package io.silverspark.model.encoder;

import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.files.SentenceSettings;
import io.silverspark.model.files.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Names and fresh weights of the layers that a cross-encoder adds to a transformer. */
final class ClassificationHead {
  static final List<String> NAMES =
      List.of("pooler.dense.weight", "pooler.dense.bias", "classifier.weight", "classifier.bias");

  private ClassificationHead() {}

  /**
   * The model with a fresh head for these classes, normal with the deviation {@code
   * initializer_range} of its config, biases 0. A dense layer that it already has is kept: a
   * classifier's own, or the pooler where the architecture's classifiers use that. An activation
   * that the replaced head asked for is forgotten, and so are the prompts of a sentence encoder:
   * they were not made for pairs.
   */
  static ModelFiles fresh(ModelFiles files, ClassNames classes, long seed) {
    int labels = classes.count();
    int hidden = files.config().hiddenSize();
    boolean kept = files.isCrossEncoder() || files.config().architecture().sharesPooler();
    double range = files.config().initializerRange();
    Random random = new Random(seed);
    Map<String, TensorData> weights = new LinkedHashMap<>(files.weights());
    TensorData dense = normal(random, range, hidden, hidden);
    if (!kept || !weights.containsKey("pooler.dense.weight")) {
      weights.put("pooler.dense.weight", dense);
      weights.put("pooler.dense.bias", TensorData.ofFloats(new float[hidden], hidden));
    }
    weights.put("classifier.weight", normal(random, range, labels, hidden));
    weights.put("classifier.bias", TensorData.ofFloats(new float[labels], labels));
    return files
        .withConfig(files.config().withClasses(classes).withoutActivation())
        .withWeights(weights)
        .withModules(SentenceModules.NONE)
        .withSettings(files.isCrossEncoder() ? files.settings() : SentenceSettings.DEFAULT);
  }

  private static TensorData normal(Random random, double range, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * range);
    }
    return TensorData.ofFloats(values, rows, columns);
  }
}
