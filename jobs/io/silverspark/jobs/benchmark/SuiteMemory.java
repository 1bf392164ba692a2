package io.silverspark.jobs.benchmark;

import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.GpuCard;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.sampling.BatchSampler;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingListener;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Whether the memory of a training grows with its steps. */
final class SuiteMemory {
  private static final int BATCH_SIZE = 32;
  private static final int PAIRS = 1600;
  private static final double PATIENCE_SECONDS = 60;

  private SuiteMemory() {}

  /** Memory in use at a fifth of the steps, when all shapes have been there, and at the end. */
  private static final class Watch implements TrainingListener {
    private final Optional<GpuCard> card;
    private final int settled;
    private OptionalLong hostBefore = OptionalLong.empty();
    private Optional<Long> cardBefore = Optional.empty();

    Watch(Optional<GpuCard> card, int settled) {
      this.card = card;
      this.settled = settled;
    }

    @Override
    public void onStep(StepReport report) { // on a GPU told of up to 16 steps at once
      if (report.step() == settled) {
        hostBefore = PeakMemory.nowBytes();
        cardBefore = card.flatMap(GpuCard::usedBytes);
      }
    }
  }

  /**
   * Trains and puts what memory did.
   *
   * @param steps to train; fewer where a minute has no time for them
   */
  static void measure(SuiteWork work, Precision precision, int steps, SuiteNumbers numbers) {
    EncoderOptions options = work.options().withPrecision(precision);
    List<ScoredPair> pairs = work.pairs().of("memory", PAIRS);
    try (SentenceEncoder encoder = SentenceEncoder.load(work.model(), options);
        CosineSimilarityLoss loss = new CosineSimilarityLoss()) {
      TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), pairs);
      BatchSampler batches = set.shuffled(BATCH_SIZE, Part.SEED);
      long begin = System.nanoTime();
      int trial = Math.max(2, steps / 10);
      train(encoder, loss, set, batches, trial, options.workers(), TrainingListener.NONE);
      double seconds = (System.nanoTime() - begin) / 1e9;
      int all = Math.min(steps, Math.max(trial, (int) (trial * PATIENCE_SECONDS / seconds)));
      Watch watch = new Watch(GpuCard.of(options.device()), Math.max(1, all / 5));
      train(encoder, loss, set, batches, all, options.workers(), watch);
      numbers.put("memory.steps", all);
      OptionalLong host = PeakMemory.nowBytes();
      if (host.isPresent() && watch.hostBefore.isPresent()) {
        numbers.put("memory.hostBytes", host.getAsLong());
        numbers.put("memory.hostGrowthBytes", host.getAsLong() - watch.hostBefore.getAsLong());
      }
      Optional<Long> used = watch.card.flatMap(GpuCard::usedBytes);
      if (used.isPresent() && watch.cardBefore.isPresent()) {
        numbers.put("memory.cardBytes", used.get());
        numbers.put("memory.cardGrowthBytes", used.get() - watch.cardBefore.get());
      }
    }
  }

  private static void train(
      SentenceEncoder encoder,
      CosineSimilarityLoss loss,
      TrainingSet set,
      BatchSampler batches,
      int steps,
      int threads,
      TrainingListener listener) {
    new Trainer(TrainableModel.of(encoder), loss, TrainingPlan.builder().maxSteps(steps).build())
        .listener(listener)
        .nativeThreads(threads)
        .train(set, batches);
  }
}
