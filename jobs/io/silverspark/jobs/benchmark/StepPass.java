package io.silverspark.jobs.benchmark;

import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.encoder.BatchShapes;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.sampling.BatchSampler;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingListener;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Measures training steps with CosineSimilarityLoss, tokenizing included.
 *
 * @param batchSize pairs of a step
 * @param threads native threads of an operation
 * @param repeats of the steady rate
 */
record StepPass(int batchSize, int threads, Repeats repeats) {
  private static final double LEARNING_RATE = 2e-5;
  private static final int THOUSAND_TEXTS = 500; // pairs
  private static final int LEAST_STEPS = 4;
  private static final int REPORT_STEPS = 16; // as a trainer reports on a GPU

  /** Moments at which steps were done. */
  private static final class Moments implements TrainingListener {
    private final List<Long> nanos = new ArrayList<>();

    @Override
    public void onStep(StepReport report) {
      nanos.add(System.nanoTime());
    }
  }

  /** Batches in the order of the examples, which are shuffled already. */
  private record InOrder(int examples, int batchSize) implements BatchSampler {
    @Override
    public List<int[]> batches(int epoch) {
      return IntStream.range(0, examples / batchSize)
          .mapToObj(i -> IntStream.range(i * batchSize, (i + 1) * batchSize).toArray())
          .toList();
    }

    @Override
    public String description() {
      return "in order examples=%d batchSize=%d".formatted(examples, batchSize);
    }
  }

  /** Fewest pairs that a pass can be measured with. */
  int leastPairs() {
    return THOUSAND_TEXTS + (1 + LEAST_STEPS) * batchSize;
  }

  /**
   * Measures; the rates are steps of {@link #batchSize} pairs a second.
   *
   * @param loadSeconds of the model, to be told with the rest
   * @param encoder is trained
   * @param first at least two pairs that are not among the others
   * @param pairs unseen by the model and the process; {@link #leastPairs} at least
   */
  PassRates measure(
      double loadSeconds, SentenceEncoder encoder, List<ScoredPair> first, List<ScoredPair> pairs) {
    try (CosineSimilarityLoss loss = new CosineSimilarityLoss()) {
      long begin = System.nanoTime();
      train(encoder, loss, graded(first), first.size(), 1, TrainingListener.NONE);
      double firstBatch = (System.nanoTime() - begin) / 1e9;
      List<Double> parts = new ArrayList<>();
      int part = (THOUSAND_TEXTS + batchSize - 1) / batchSize; // steps
      double rest;
      int shapes;
      try (BatchShapes recorded = BatchShapes.record()) {
        Moments moments = new Moments();
        begin = System.nanoTime();
        double tokenizing = train(encoder, loss, pairs, batchSize, part, moments) / 1e9;
        double end = (System.nanoTime() - begin) / 1e9;
        int steps = moments.nanos.size();
        double start = tokenizing;
        for (int from = 0; from + part <= steps; from += part) {
          double until = (moments.nanos.get(from + part - 1) - begin) / 1e9;
          parts.add(part / (until - start + tokenizing * part / steps));
          start = until;
        }
        double firstPart = (moments.nanos.get(part - 1) - begin) / 1e9;
        rest = (steps - part) / (end - firstPart + tokenizing * (steps - part) / steps);
        shapes = recorded.count();
      }
      List<ScoredPair> again = again(pairs, part, rest);
      double[] steady =
          repeats.rates(
              () -> {
                Moments moments = new Moments();
                train(encoder, loss, again, batchSize, REPORT_STEPS, moments);
                return moments.nanos.size();
              });
      return new PassRates(
          new PassRates.WarmUp(loadSeconds, firstBatch), parts, rest, steady, shapes);
    }
  }

  /** A loss refuses labels that are all equal. */
  private static List<ScoredPair> graded(List<ScoredPair> pairs) {
    return IntStream.range(0, pairs.size())
        .mapToObj(i -> new ScoredPair(pairs.get(i).first(), pairs.get(i).second(), i % 2))
        .toList();
  }

  /** The pairs after the first thousand texts that a measurement has time for. */
  private List<ScoredPair> again(List<ScoredPair> pairs, int firstSteps, double rate) {
    int first = firstSteps * batchSize;
    long steps = Math.max(LEAST_STEPS, Math.round(rate * repeats.seconds()));
    return pairs.subList(first, (int) Math.min(pairs.size(), first + steps * batchSize));
  }

  /**
   * Trains for one epoch, and hears of as many steps at once as a part has.
   *
   * @return nanoseconds spent on tokenizing
   */
  private long train(
      SentenceEncoder encoder,
      CosineSimilarityLoss loss,
      List<ScoredPair> pairs,
      int batchSize,
      int reportSteps,
      TrainingListener listener) {
    long begin = System.nanoTime();
    TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), pairs);
    long tokenized = System.nanoTime() - begin;
    TrainingPlan plan = TrainingPlan.builder().epochs(1).learningRate(LEARNING_RATE).build();
    new Trainer(TrainableModel.of(encoder), loss, plan)
        .listener(listener)
        .nativeThreads(threads)
        .reportSteps(reportSteps)
        .train(set, new InOrder(pairs.size(), batchSize));
    return tokenized;
  }
}
