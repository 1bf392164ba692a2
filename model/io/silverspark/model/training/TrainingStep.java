package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.parallel.GradientReducer;
import io.silverspark.model.parallel.StepCost;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** One optimizer step: forward and backward over its batches, reduction, clipping, update. */
final class TrainingStep {
  private static final int NAMED_EXAMPLES = 8;
  private static final long SEED_STRIDE = 0x9E3779B97F4A7C15L;

  private final TrainableModel model;
  private final TrainingPlan plan;
  private final TrainingMixture data;
  private final AdamW optimizer;
  private final GradientReducer reducer;
  private final LearningRateSchedule schedule;
  private final GradientClip clip;

  TrainingStep(
      TrainableModel model,
      TrainingPlan plan,
      TrainingMixture data,
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
   * Runs one step.
   *
   * @param before the state before it
   * @param slice its batches
   */
  TrainingListener.StepReport run(TrainingState before, StepOrder.Slice slice) {
    reducer.takeCost(); // what was spent between steps does not belong to this one
    long start = System.nanoTime();
    // Dropout of a step depends on nothing but seed and step, so a resumed run repeats it.
    JniUtils.setSeed(stepSeed(before));
    Sums sums = new Sums();
    for (int[] examples : slice.batches()) {
      TrainingMixture.Batch batch = data.batch(examples);
      if (reducer.ranks() > 1) {
        addGathered(batch, 1.0 / slice.batches().size(), before, sums);
      } else {
        addGradients(batch, 1.0 / slice.batches().size(), before, sums);
      }
    }
    reducer.reduce(optimizer.gradients());
    double norm = optimizer.gradientNorm();
    requireFinite(norm, "gradient norm", before, data.batch(slice.batches().get(0)));
    double learningRate = schedule.at(before.step());
    optimizer.step(learningRate, clip.factor(norm));
    double seconds = (System.nanoTime() - start) / 1e9;
    return new TrainingListener.StepReport(
        before.step() + 1,
        schedule.totalSteps(),
        before.epoch(),
        sums.loss,
        learningRate,
        norm,
        sums.examples / seconds,
        1 - (double) sums.usedTokens / Math.max(1, sums.paddedTokens),
        cost(seconds));
  }

  /** What the ranks did not spend on each other they spent computing. */
  private StepCost cost(double seconds) {
    StepCost shared = reducer.takeCost();
    return new StepCost(
        seconds - shared.totalSeconds(), shared.waitingSeconds(), shared.communicationSeconds());
  }

  private void addGathered(
      TrainingMixture.Batch batch, double share, TrainingState before, Sums sums) {
    TrainingPart part = batch.part();
    GatheredBatch gathered = new GatheredBatch(model, part.loss(), part.set(), reducer);
    add(gathered.addGradients(batch.examples(), before.epoch(), share), batch, share, before, sums);
  }

  private void addGradients(
      TrainingMixture.Batch batch, double share, TrainingState before, Sums sums) {
    TrainingSet set = batch.part().set();
    SentenceLoss loss = batch.part().loss();
    try (NDManager scope = model.manager().newSubManager()) {
      NDArray labels = set.batchLabels(scope, batch.examples());
      List<List<TokenizedText>> columns = set.batch(batch.examples(), before.epoch());
      BatchLoss result =
          loss.miniBatchSize().isPresent()
              ? inMiniBatches(loss, before, sums).addGradients(scope, columns, labels, share)
              : atOnce(scope, loss, columns, labels, share);
      add(result, batch, share, before, sums);
    }
  }

  private void add(
      BatchLoss result,
      TrainingMixture.Batch batch,
      double share,
      TrainingState before,
      Sums sums) {
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
      double share) {
    try (Autograd tape = Autograd.record()) {
      LengthSortedPasses.Output output = model.run(scope, columns);
      NDArray value = loss.compute(output.columns(), labels);
      float mean = value.getFloat();
      if (Float.isFinite(mean)) {
        tape.backward(share == 1 ? value : value.mul(share));
      }
      return new BatchLoss(mean, output.usedTokens(), output.paddedTokens());
    }
  }

  private GradientCache inMiniBatches(SentenceLoss loss, TrainingState before, Sums sums) {
    long seed = stepSeed(before) + (sums.examples + 1) * SEED_STRIDE;
    return new GradientCache(model, loss, loss.miniBatchSize().getAsInt(), seed);
  }

  private long stepSeed(TrainingState before) {
    return plan.seed() * SEED_STRIDE + before.step() * (long) reducer.ranks() + reducer.rank();
  }

  private void requireFinite(
      double value, String what, TrainingState before, TrainingMixture.Batch batch) {
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
