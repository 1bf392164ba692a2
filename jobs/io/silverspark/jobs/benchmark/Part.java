package io.silverspark.jobs.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingSet;
import java.util.Arrays;
import java.util.Locale;

/** One kind of work. */
enum Part {
  /** Embeds all texts. */
  ENCODE {
    @Override
    void measure(
        String model, EncoderOptions options, Workload work, Repeats repeats, ObjectNode result) {
      try (SentenceEncoder encoder = SentenceEncoder.load(model, options)) {
        double[] rates = repeats.rates(() -> encoder.encode(work.texts()).length);
        result.put("texts", work.texts().size());
        put(result, "sentencesPerSecond", rates);
      }
    }
  },

  /** One epoch over the pairs with CosineSimilarityLoss, tokenizing included. */
  TRAIN {
    @Override
    void measure(
        String model, EncoderOptions options, Workload work, Repeats repeats, ObjectNode result) {
      try (SentenceEncoder encoder = SentenceEncoder.load(model, options);
          CosineSimilarityLoss loss = new CosineSimilarityLoss()) {
        double[] rates = repeats.rates(() -> epoch(encoder, loss, work));
        result.put("pairs", work.pairs().size());
        result.put("batchSize", BATCH_SIZE);
        put(result, "stepsPerSecond", rates);
        double pairsPerStep =
            work.pairs().size() / Math.ceil((double) work.pairs().size() / BATCH_SIZE);
        put(
            result,
            "pairsPerSecond",
            Arrays.stream(rates).map(rate -> rate * pairsPerStep).toArray());
      }
    }

    private long epoch(SentenceEncoder encoder, CosineSimilarityLoss loss, Workload work) {
      TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), work.pairs());
      TrainingPlan plan = TrainingPlan.builder().epochs(1).learningRate(LEARNING_RATE).build();
      return new Trainer(TrainableModel.of(encoder), loss, plan)
          .train(set, set.shuffled(BATCH_SIZE, SEED))
          .steps();
    }
  },

  /** Scores all pairs with a cross-encoder of one label. */
  LABEL {
    @Override
    void measure(
        String model, EncoderOptions options, Workload work, Repeats repeats, ObjectNode result) {
      try (CrossEncoder encoder = CrossEncoder.fromEncoder(model, 1, SEED, options)) {
        double[] rates = repeats.rates(() -> encoder.scores(work.unscored()).length);
        result.put("pairs", work.pairs().size());
        put(result, "pairsPerSecond", rates);
      }
    }
  };

  private static final int BATCH_SIZE = 32;
  private static final double LEARNING_RATE = 2e-5;
  private static final long SEED = 42;

  /** Does the work and puts its numbers into the result. */
  abstract void measure(
      String model, EncoderOptions options, Workload work, Repeats repeats, ObjectNode result);

  /** Key in the result. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The median under the name, and all measurements beside it. */
  private static void put(ObjectNode result, String name, double[] rates) {
    result.put(name, rounded(Repeats.median(rates)));
    Arrays.stream(rates).map(Part::rounded).forEach(result.withArray(name + "All")::add);
  }

  private static double rounded(double rate) {
    return Math.round(rate * 1000) / 1000.0;
  }
}
