package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.silverspark.model.checkpoint.LossScale;
import io.silverspark.model.checkpoint.TrainingState;
import io.silverspark.model.distributed.GradientReducer;
import io.silverspark.model.distributed.StepCost;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** One optimizer step: forward and backward over its batches, reduction, clipping, update. */
final class TrainingStep {
  private static final int NAMED_EXAMPLES = 8;
  private static final long SEED_STRIDE = 0x9E3779B97F4A7C15L;

  private final TrainableModel model;
  private final TrainingPlan plan;
  private final MultiDataset data;
  private final AdamW optimizer;
  private final GradientReducer reducer;
  private final LearningRateSchedule schedule;
  private final GradientClip clip;

  TrainingStep(
      TrainableModel model,
      TrainingPlan plan,
      MultiDataset data,
      AdamW optimizer,
      GradientReducer reducer,
      int totalSteps) {
    this.model = model;
    this.plan = plan;
    this.data = data;
    this.optimizer = optimizer;
    this.reducer = reducer;
    this.schedule = plan.schedule(totalSteps);
    this.clip = new GradientClip(plan.maxGradientNorm());
  }

  /** Sums over the batches of one step. */
  private static final class Sums {
    private double loss;
    private long examples;
    private long usedTokens;
    private long paddedTokens;
  }

  /**
   * What a step leaves.
   *
   * @param report its numbers
   * @param lossScale of the next step, if there is one
   */
  record Outcome(TrainingListener.StepReport report, Optional<LossScale> lossScale) {}

  /**
   * Runs one step.
   *
   * @param before the state before it
   * @param slice its batches
   */
  Outcome run(TrainingState before, StepBatches.Slice slice) {
    reducer.takeCost(); // what was spent between steps does not belong to this one
    long start = System.nanoTime();
    // Dropout of a step depends on nothing but seed and step, so a resumed run repeats it.
    if (reducer.ranks() == 1) {
      JniUtils.setSeed(stepSeed(before));
    }
    Sums sums = new Sums();
    for (int[] examples : slice.batches()) {
      MultiDataset.Batch batch = data.batch(examples);
      if (reducer.ranks() > 1) {
        addGathered(batch, 1.0 / slice.batches().size(), before, sums);
      } else {
        addGradients(batch, 1.0 / slice.batches().size(), before, sums);
      }
    }
    reducer.reduce(optimizer.gradients());
    double norm = optimizer.gradientNorm() / scale(before);
    Optional<LossScale> next = before.lossScale().map(scale -> nextScale(scale, norm, before));
    double learningRate = schedule.at(before.step());
    if (before.lossScale().isPresent() && !Double.isFinite(norm)) {
      optimizer.zeroGradients();
    } else {
      requireFinite(norm, "gradient norm", before, data.batch(slice.batches().get(0)));
      optimizer.step(learningRate, clip.factor(norm) / scale(before));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    TrainingListener.StepReport report =
        new TrainingListener.StepReport(
            before.step() + 1,
            schedule.totalSteps(),
            before.epoch(),
            sums.loss,
            learningRate,
            norm,
            sums.examples / seconds,
            1 - (double) sums.usedTokens / Math.max(1, sums.paddedTokens),
            cost(seconds));
    return new Outcome(report, next);
  }

  /** All ranks hold the same reduced gradients, so all decide the same. */
  private static LossScale nextScale(LossScale scale, double norm, TrainingState before) {
    return Double.isFinite(norm) ? scale.afterFiniteStep() : scale.afterOverflow(before.step() + 1);
  }

  private static double scale(TrainingState before) {
    return before.lossScale().map(LossScale::value).orElse(1.0);
  }

  /** What the ranks did not spend on each other they spent computing. */
  private StepCost cost(double seconds) {
    StepCost shared = reducer.takeCost();
    return new StepCost(
        seconds - shared.totalSeconds(), shared.waitingSeconds(), shared.communicationSeconds());
  }

  private void addGathered(
      MultiDataset.Batch batch, double share, TrainingState before, Sums sums) {
    TrainingSet set = batch.part().set();
    SentenceLoss loss = ofBatch(batch, before, sums);
    GatheredBatch gathered = new GatheredBatch(model.withLayers(loss.layers()), loss, set, reducer);
    BatchLoss result =
        gathered.addGradients(
            batch.examples(),
            before.epoch(),
            share * scale(before),
            stepSeed(before) + sums.examples * SEED_STRIDE);
    add(result, batch, share, before, sums);
  }

  private void addGradients(
      MultiDataset.Batch batch, double share, TrainingState before, Sums sums) {
    TrainingSet set = batch.part().set();
    SentenceLoss loss = ofBatch(batch, before, sums);
    double weight = share * scale(before);
    try (NDManager scope = model.manager().newSubManager()) {
      NDArray labels = set.batchLabels(scope, batch.examples());
      List<List<TokenizedText>> columns = set.batch(batch.examples(), before.epoch());
      BatchLoss result =
          loss.miniBatchSize().isPresent()
              ? inMiniBatches(loss, before, sums).addGradients(scope, columns, labels, weight)
              : atOnce(scope, loss, columns, labels, weight);
      add(result, batch, share, before, sums);
    }
  }

  /** What is drawn for a batch depends on nothing but seed, step and place within the step. */
  private SentenceLoss ofBatch(MultiDataset.Batch batch, TrainingState before, Sums sums) {
    return batch
        .part()
        .loss()
        .ofStep((plan.seed() * SEED_STRIDE + before.step()) * SEED_STRIDE + sums.examples);
  }

  private void add(
      BatchLoss result, MultiDataset.Batch batch, double share, TrainingState before, Sums sums) {
    requireFinite(result.value(), "loss", before, batch);
    sums.loss += result.value() * share;
    sums.examples += batch.examples().length;
    sums.usedTokens += result.usedTokens();
    sums.paddedTokens += result.paddedTokens();
  }

  private BatchLoss atOnce(
      NDManager scope,
      SentenceLoss loss,
      List<List<TokenizedText>> columns,
      NDArray labels,
      double weight) {
    try (Autograd tape = Autograd.record()) {
      LengthSortedPasses.Output output = model.withLayers(loss.layers()).run(scope, columns);
      NDArray value = loss.compute(output.columns(), labels);
      float mean = value.getFloat();
      if (Float.isFinite(mean)) {
        tape.backward(weight == 1 ? value : value.mul(weight));
      }
      return new BatchLoss(mean, output.usedTokens(), output.paddedTokens());
    }
  }

  private GradientCache inMiniBatches(SentenceLoss loss, TrainingState before, Sums sums) {
    long seed = stepSeed(before) + (sums.examples + 1) * SEED_STRIDE;
    return new GradientCache(
        model.withLayers(loss.layers()), loss, loss.miniBatchSize().getAsInt(), seed);
  }

  private long stepSeed(TrainingState before) {
    return plan.seed() * SEED_STRIDE + before.step() * (long) reducer.ranks() + reducer.rank();
  }

  private void requireFinite(
      double value, String what, TrainingState before, MultiDataset.Batch batch) {
    if (Double.isFinite(value)) {
      return;
    }
    String examples =
        Arrays.stream(batch.examples())
            .limit(NAMED_EXAMPLES)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(", "));
    throw new UserException(
        "training stopped at step %d: the %s is %s in epoch %d, batch %d (%sexamples %s%s); lower the learning rate (peak %s) or check these rows"
            .formatted(
                before.step() + 1,
                what,
                value,
                before.epoch(),
                before.batch(),
                data.parts().size() == 1 ? "" : batch.part().name() + ", ",
                examples,
                batch.examples().length > NAMED_EXAMPLES ? ", ..." : "",
                plan.learningRate()));
  }
}
