package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import io.silverspark.NarrowModel;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.loss.CosineSimilarityLoss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The narrow model on a few invented pairs: a step takes milliseconds. */
public final class SmallRun {
  private static final List<String> WORDS =
      List.of(
          "a red bicycle leans on the wall",
          "the river froze over night",
          "she reads the timetable aloud",
          "two dogs chase a ball across the wet grass",
          "the invoice was paid twice",
          "nobody answered the phone",
          "he paints the fence",
          "a small boat drifts past the lighthouse at dawn");

  private SmallRun() {}

  static SentenceEncoder encoder(double dropout) {
    return encoder(NarrowModel.files(dropout));
  }

  static SentenceEncoder encoder(ModelFiles files) {
    return SentenceEncoder.of(files, EncoderOptions.defaults().withWorkers(1));
  }

  /** 32 pairs of different lengths. */
  static List<ScoredPair> pairs() {
    List<ScoredPair> pairs = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      String first = WORDS.get(i % WORDS.size());
      String second = WORDS.get((i * 3 + 1) % WORDS.size());
      pairs.add(new ScoredPair(first, i % 3 == 0 ? second : second + " " + first, (i % 5) / 4f));
    }
    return pairs;
  }

  public static TrainingSet set(SentenceEncoder encoder) {
    return TrainingSet.ofScoredPairs(encoder.tokenizer(), pairs());
  }

  static Trainer trainer(SentenceEncoder encoder, TrainingPlan plan) {
    return new Trainer(TrainableModel.of(encoder), new CosineSimilarityLoss(), plan)
        .nativeThreads(1);
  }

  /** The current weights by name, copied out of native memory. */
  static Map<String, float[]> weights(Map<String, NDArray> parameters) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    parameters.forEach((name, array) -> weights.put(name, array.toFloatArray()));
    return weights;
  }

  static double largestDifference(float[] found, float[] expected) {
    double largest = 0;
    for (int i = 0; i < found.length; i++) {
      largest = Math.max(largest, Math.abs(found[i] - expected[i]));
    }
    return largest;
  }
}
