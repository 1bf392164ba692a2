package io.silverspark.jobs.benchmark;

import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingListener;
import io.silverspark.model.training.TrainingListener.StepReport;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How far the numbers of a device are from those of the CPU in fp32. */
final class SuiteParity {
  private static final int PAIRS = 64;
  private static final int BATCH_SIZE = 16;

  private SuiteParity() {}

  /**
   * Compares embeddings, logits, and the loss and gradient norm of the first training steps.
   *
   * @return largest differences and least cosine by key
   */
  static Map<String, Double> measure(SuiteWork work, List<Precision> precisions) {
    List<ScoredPair> pairs = work.pairs().of("parity", PAIRS);
    EncoderOptions cpu = work.options().withDevice("cpu").withPrecision(Precision.FP32);
    float[][] embeddings = embeddings(work, cpu, pairs);
    float[][] logits = logits(work, cpu, pairs);
    List<StepReport> steps = steps(work, cpu, pairs);
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (Precision precision : precisions) {
      EncoderOptions there = work.options().withPrecision(precision);
      String key = "parity." + precision.title();
      float[][] vectors = embeddings(work, there, pairs);
      numbers.put(key + ".embeddings.largestDifference", difference(embeddings, vectors));
      numbers.put(key + ".embeddings.leastCosine", cosine(embeddings, vectors));
      numbers.put(
          key + ".logits.largestDifference", difference(logits, logits(work, there, pairs)));
      if (precision == Precision.INT8) {
        continue; // is not for training
      }
      List<StepReport> trained = steps(work, there, pairs);
      double loss = 0;
      double norm = 0;
      for (int step = 0; step < steps.size(); step++) {
        loss = larger(loss, steps.get(step).loss(), trained.get(step).loss());
        norm = larger(norm, steps.get(step).gradientNorm(), trained.get(step).gradientNorm());
      }
      numbers.put(key + ".steps.largestRelativeLossDifference", loss);
      numbers.put(key + ".steps.largestRelativeGradientNormDifference", norm);
    }
    return numbers;
  }

  private static float[][] embeddings(
      SuiteWork work, EncoderOptions options, List<ScoredPair> pairs) {
    try (SentenceEncoder encoder = SentenceEncoder.load(work.model(), options)) {
      return encoder.encode(SuitePairs.texts(pairs));
    }
  }

  private static float[][] logits(SuiteWork work, EncoderOptions options, List<ScoredPair> pairs) {
    try (CrossEncoder encoder = CrossEncoder.fromEncoder(work.model(), 1, Part.SEED, options)) {
      return encoder.logits(Part.unscored(pairs));
    }
  }

  /** Without dropout: each device draws its own masks. */
  private static List<StepReport> steps(
      SuiteWork work, EncoderOptions options, List<ScoredPair> pairs) {
    ModelFiles files = options.applyTo(ModelReference.open(work.model()));
    List<StepReport> reports = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            reports.add(report);
          }
        };
    try (SentenceEncoder encoder =
            SentenceEncoder.of(files.withConfig(files.config().withDropout(0, 0)), options);
        CosineSimilarityLoss loss = new CosineSimilarityLoss()) {
      TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), pairs);
      new Trainer(TrainableModel.of(encoder), loss, TrainingPlan.builder().epochs(1).build())
          .listener(listener)
          .nativeThreads(options.workers())
          .train(set, set.shuffled(BATCH_SIZE, Part.SEED));
    }
    return reports;
  }

  private static double larger(double sofar, double expected, double found) {
    return Math.max(sofar, Math.abs(found - expected) / Math.abs(expected));
  }

  private static double difference(float[][] expected, float[][] found) {
    double largest = 0;
    for (int row = 0; row < expected.length; row++) {
      for (int i = 0; i < expected[row].length; i++) {
        largest = Math.max(largest, Math.abs((double) found[row][i] - expected[row][i]));
      }
    }
    return largest;
  }

  private static double cosine(float[][] expected, float[][] found) {
    double least = 1;
    for (int row = 0; row < expected.length; row++) {
      least = Math.min(least, Similarity.COSINE.of(expected[row], found[row]));
    }
    return least;
  }
}
