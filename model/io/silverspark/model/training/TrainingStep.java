package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.silverspark.model.checkpoint.LossScale;
import io.silverspark.model.checkpoint.TrainingState;
import io.silverspark.model.distributed.GradientReducer;
import io.silverspark.model.encoder.Autograd;
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
  private final int totalSteps;

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
    this.totalSteps = totalSteps;
    this.schedule = plan.schedule(totalSteps);
    this.clip = new GradientClip(plan.maxGradientNorm());
  }

  /** What the batches of one step add up to. */
  private static final class Sums {
    private final NDList losses = new NDList();
    private final NDManager kept;
    private long examples;
    private long usedTokens;
    private long paddedTokens;

    Sums(NDManager kept) {
      this.kept = kept;
    }

    void add(BatchLoss result, MultiDataset.Batch batch) {
      result.value().attach(kept);
      losses.add(result.value());
      examples += batch.examples().length;
      usedTokens += result.usedTokens();
      paddedTokens += result.paddedTokens();
    }
  }

  /**
   * Runs one step. A step whose gradients are not finite leaves the weights as they were.
   *
   * @param before the state before it
   * @param slice its batches
   * @param readings gets the step's numbers
   */
  void run(TrainingState before, StepBatches.Slice slice, StepReadings readings) {
    reducer.takeCost(); // what was spent between steps does not belong to this one
    readings.begin();
    // Dropout of a step depends on nothing but seed and step, so a resumed run repeats it.
    if (reducer.ranks() == 1) {
      JniUtils.setSeed(stepSeed(before));
    }
    Sums sums = new Sums(readings.kept());
    for (int[] examples : slice.batches()) {
      MultiDataset.Batch batch = data.batch(examples);
      if (reducer.ranks() > 1) {
        addGathered(batch, 1.0 / slice.batches().size(), before, sums);
      } else {
        addGradients(batch, 1.0 / slice.batches().size(), before, sums);
      }
    }
    reducer.reduce(optimizer.gradients());
    double learningRate = schedule.at(before.step());
    NDArray norm = optimizer.step(readings.kept(), learningRate, clip, scale(before));
    readings.add(
        new StepReadings.Step(
            before,
            slice,
            sums.losses,
            norm,
            scale(before),
            learningRate,
            sums.examples,
            1 - (double) sums.usedTokens / Math.max(1, sums.paddedTokens),
            reducer.takeCost()));
  }

  /**
   * Refuses numbers that are not finite; with loss scaling gradients may overflow.
   *
   * @throws UserException that names the step and the rows of the batch
   */
  void requireFinite(StepReadings.Reading reading) {
    TrainingState before = reading.step().before();
    List<int[]> batches = reading.step().slice().batches();
    for (int i = 0; i < batches.size(); i++) {
      requireFinite(reading.losses().get(i), "loss", before, data.batch(batches.get(i)));
    }
    if (before.lossScale().isEmpty()) {
      requireFinite(reading.norm(), "gradient norm", before, data.batch(batches.get(0)));
    }
  }

  /** The loss scale after a step whose gradients had this norm. */
  static Optional<LossScale> nextScale(TrainingState before, double norm) {
    return before.lossScale().map(scale -> nextScale(scale, norm, before));
  }

  /** All ranks hold the same reduced gradients, so all decide the same. */
  private static LossScale nextScale(LossScale scale, double norm, TrainingState before) {
    return Double.isFinite(norm) ? scale.afterFiniteStep() : scale.afterOverflow(before.step() + 1);
  }

  private static double scale(TrainingState before) {
    return before.lossScale().map(LossScale::value).orElse(1.0);
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
            stepSeed(before) + sums.examples * SEED_STRIDE,
            sums.kept);
    sums.add(result, batch);
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
      sums.add(result, batch);
    }
  }

  /** What is drawn for a batch depends on nothing but seed, step and place within the step. */
  private SentenceLoss ofBatch(MultiDataset.Batch batch, TrainingState before, Sums sums) {
    return batch
        .part()
        .loss()
        .atStep(before.step(), totalSteps)
        .ofStep((plan.seed() * SEED_STRIDE + before.step()) * SEED_STRIDE + sums.examples);
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
      tape.backward(weight == 1 ? value : value.mul(weight));
      model.recomputed().forEach(layers -> layers.backward(scope));
      return new BatchLoss(value.stopGradient(), output.usedTokens(), output.paddedTokens());
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
