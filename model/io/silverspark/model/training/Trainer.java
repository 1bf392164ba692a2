package io.silverspark.model.training;

import io.silverspark.model.checkpoint.Checkpoint;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.checkpoint.LossScale;
import io.silverspark.model.checkpoint.TrainingState;
import io.silverspark.model.distributed.GradientReducer;
import io.silverspark.model.encoder.NativeWork;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.RecomputedLayers;
import io.silverspark.model.encoder.TorchEngine;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.sampling.BatchSampler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Trains a bi-encoder or a cross-encoder.
 *
 * <pre>{@code
 * TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), pairs);
 * TrainingPlan plan = TrainingPlan.builder().epochs(4).warmupRatio(0.1).build();
 * new Trainer(TrainableModel.of(encoder), new CosineSimilarityLoss(), plan)
 *     .train(set, set.shuffled(32, 42));
 * }</pre>
 *
 * <p>Same seed, data and number of native threads: same weights, bit for bit, also when the run was
 * stopped and went on from a checkpoint. A trainer is used once, on one thread.
 */
public final class Trainer {
  private static final String PRECISION = "precision";

  /** A GPU would wait for the host after each step; a CPU has the numbers anyway. */
  private static final int REPORT_STEPS_ON_GPU = 16;

  private final TrainableModel model;
  private final Optional<SentenceLoss> loss;
  private final TrainingPlan plan;
  private TrainingListener listener = TrainingListener.NONE;
  private GradientReducer reducer = GradientReducer.single();
  private Optional<CheckpointStore> checkpoints = Optional.empty();
  private Optional<Evaluation> evaluation = Optional.empty();
  private int driftSteps = 50;
  private OptionalInt reportSteps = OptionalInt.empty();
  private int nativeThreads = Runtime.getRuntime().availableProcessors();

  /** Scores the model that is being trained. */
  @FunctionalInterface
  public interface Evaluation {
    /** The score of the present weights; higher is better. */
    double score();
  }

  /**
   * A trainer of one loss, without evaluation, checkpoints and listener.
   *
   * @param model its weights are changed in place; stays owned by the caller
   * @param loss its parameters are trained too; stays owned by the caller
   * @param plan how long and how fast
   */
  public Trainer(TrainableModel model, SentenceLoss loss, TrainingPlan plan) {
    this.model = model;
    this.loss = Optional.of(loss);
    this.plan = plan;
  }

  /**
   * A trainer of data sets that bring their losses, see {@link #train(MultiDataset)}.
   *
   * @param model its weights are changed in place; stays owned by the caller
   * @param plan how long and how fast
   */
  public Trainer(TrainableModel model, TrainingPlan plan) {
    this.model = model;
    this.loss = Optional.empty();
    this.plan = plan;
  }

  /** Hears of steps, evaluations and checkpoints. */
  public Trainer listener(TrainingListener value) {
    listener = value;
    return this;
  }

  /**
   * Trains as one of several ranks: each batch is divided among them, so the result depends on
   * their number only in rounding and in the masks of dropout. All ranks are given the same model,
   * data, plan, sampler and checkpoints, and all or none an evaluation; only rank 0 evaluates and
   * writes checkpoints.
   */
  public Trainer reducer(GradientReducer value) {
    reducer = value;
    return this;
  }

  /**
   * Sets how often the ranks make sure that they hold the same weights, bit for bit: after so many
   * steps, and before each checkpoint; default 50.
   */
  public Trainer driftSteps(int value) {
    driftSteps = value;
    return this;
  }

  /** Goes on from the newest checkpoint of the store, and writes to it as the plan says. */
  public Trainer checkpoints(CheckpointStore value) {
    checkpoints = Optional.of(value);
    return this;
  }

  /**
   * Scores the model as often as the plan says; the best weights are kept and put back at the end.
   * Training stops early where the plan's {@link TrainingPlan#stop} says so.
   */
  public Trainer evaluation(Evaluation value) {
    evaluation = Optional.of(value);
    return this;
  }

  /**
   * Sets the native threads of forward, backward and update; default one per core. Fewer are faster
   * where other work keeps the cores busy. Results differ in rounding between counts.
   */
  public Trainer nativeThreads(int value) {
    nativeThreads = value;
    return this;
  }

  /**
   * Sets how many steps are reported at once; default 16 on a GPU, else 1. Evaluations, checkpoints
   * and the scale of a loss in float16 bring a report, too. The weights do not depend on it.
   */
  public Trainer reportSteps(int value) {
    reportSteps = OptionalInt.of(value);
    return this;
  }

  /**
   * Runs the plan to its end, by the trainer's loss.
   *
   * @param set tokenised by the model's tokenizer
   * @param sampler batches of the set
   * @return how it ended
   * @throws UserException if the data do not fit the loss, the checkpoints are of another run, or
   *     the loss is not finite
   */
  public TrainingResult train(TrainingSet set, BatchSampler sampler) {
    SentenceLoss own =
        loss.orElseThrow(() -> new IllegalStateException("the trainer was made without a loss"));
    return train(MultiDataset.of(set, own, sampler));
  }

  /**
   * Runs the plan to its end, each data set by its own loss.
   *
   * @param data whose sets were tokenised by the model's tokenizer
   * @return how it ended
   * @throws UserException if the data do not fit their loss, the checkpoints are of another run, or
   *     a loss is not finite
   */
  public TrainingResult train(MultiDataset data) {
    data.check();
    if (reducer.ranks() > 1 && data.parts().stream().anyMatch(part -> part.set().hasNoise())) {
      throw new IllegalArgumentException("a training set with noise is trained by one rank only");
    }
    requireTrainable(data);
    recomputeLayers();
    StepBatches order = StepBatches.of(data.sampler(), plan);
    try (TrainedWeights weights = new TrainedWeights(model, data.parameters());
        AdamW optimizer = AdamW.over(model.manager(), weights.current(), plan.optimizer());
        StepReadings readings = new StepReadings(model.manager(), stepsOfReport())) {
      Map<String, String> run = identity(data, weights);
      TrainingState state = resume(run, weights, optimizer, order);
      TrainingStep step =
          new TrainingStep(model, plan, data, optimizer, reducer, order.totalSteps());
      boolean stopped = plan.stop().stops(state.withoutGain());
      while (state.step() < order.totalSteps() && !stopped) {
        StepBatches.Slice slice = order.slice(state.epoch(), state.batch());
        TorchEngine.useNativeThreads(nativeThreads); // an evaluation may have changed it
        TrainingState before = state;
        NativeWork.run(() -> step.run(before, slice, readings));
        state = state.afterStep(slice.nextEpoch(), slice.nextBatch(), before.lossScale());
        if (readings.isFull() || reportIsDue(state, order.totalSteps())) {
          state = report(readings, step, state, order.totalSteps());
        }
        state = evaluate(state, weights, state.step() == order.totalSteps());
        stopped = plan.stop().stops(state.withoutGain());
        requireEqualWeights(state, weights, state.step() == order.totalSteps() || stopped);
        TrainingState after = state;
        NativeWork.run(() -> checkpoint(run, after, weights, optimizer));
      }
      return finish(state, weights, stopped && state.step() < order.totalSteps());
    } finally {
      model.parametersChanged();
    }
  }

  private void recomputeLayers() {
    model.recomputed().forEach(layers -> layers.enable(plan.gradientCheckpointing()));
    boolean runsAgain = model.recomputed().stream().anyMatch(RecomputedLayers::isEnabled);
    if (runsAgain && reducer.sharesProcess() && model.manager().getDevice().isGpu()) {
      throw new UserException(
          "gradientCheckpointing = true and lora.basePrecision below the precision of the products"
              + " draw masks twice, and the GPUs of one process can only be seeded together: give"
              + " each GPU an executor of its own (train.ranksPerExecutor = 1)");
    }
  }

  private int stepsOfReport() {
    return reportSteps.orElse(model.manager().getDevice().isGpu() ? REPORT_STEPS_ON_GPU : 1);
  }

  /** What looks at the weights wants to know first that they are good. */
  private boolean reportIsDue(TrainingState state, int totalSteps) {
    return state.step() == totalSteps
        || state.lossScale().isPresent()
        || evaluation.isPresent() && isDue(plan.evaluationSteps(), state)
        || reducer.ranks() > 1 && isDue(driftSteps, state)
        || isDue(plan.checkpointSteps(), state);
  }

  /** Tells of the steps since the last report and takes over the scale of the loss. */
  private TrainingState report(
      StepReadings readings, TrainingStep step, TrainingState state, int totalSteps) {
    TrainingState next = state;
    for (StepReadings.Reading reading : NativeWork.run(readings::read)) {
      step.requireFinite(reading);
      listener.onStep(reading.report(totalSteps));
      next = state.withLossScale(TrainingStep.nextScale(reading.step().before(), reading.norm()));
    }
    return next;
  }

  /** With a frozen model a data set needs a loss that has parameters of its own. */
  private void requireTrainable(MultiDataset data) {
    boolean frozen =
        plan.layers().shares(model.parameters().keySet()).values().stream()
            .allMatch(share -> share == 0);
    for (TrainingPart part : data.parts()) {
      if (frozen && part.loss().parameters().isEmpty()) {
        throw new UserException(
            "freezeLayers = %d leaves nothing to train by %s: the model has no more layers and no head"
                .formatted(plan.layers().frozenLayers(), part.loss().description()));
      }
    }
  }

  private Map<String, String> identity(MultiDataset data, TrainedWeights weights) {
    Map<String, String> run = new LinkedHashMap<>();
    run.put("plan", plan.toString());
    run.putAll(data.description());
    run.put("model", weights.fingerprint());
    run.put(PRECISION, model.precision().title());
    return run;
  }

  private Optional<LossScale> lossScale() {
    return model.precision() == Precision.FP16 ? Optional.of(LossScale.INITIAL) : Optional.empty();
  }

  private TrainingState resume(
      Map<String, String> run, TrainedWeights weights, AdamW optimizer, StepBatches order) {
    Optional<Checkpoint> found = checkpoints.flatMap(CheckpointStore::latest);
    if (found.isEmpty()) {
      return TrainingState.start(lossScale());
    }
    Checkpoint checkpoint = found.get();
    run.forEach(
        (aspect, value) -> {
          String saved = checkpoint.run().get(aspect);
          boolean unsaid = saved == null && aspect.equals(PRECISION) && lossScale().isEmpty();
          if (!value.equals(saved) && !unsaid) { // earlier versions said fp16 alone
            throw new UserException(
                "the checkpoint is of another run: its %s is '%s', this run's is '%s'; use another checkpoint directory or delete it"
                    .formatted(aspect, saved, value));
          }
        });
    weights.restore(checkpoint.tensors());
    optimizer.restore(checkpoint.tensors());
    listener.onResume(checkpoint.state().step(), order.totalSteps());
    return checkpoint.state();
  }

  private TrainingState evaluate(TrainingState state, TrainedWeights weights, boolean last) {
    if (evaluation.isEmpty() || !(isDue(plan.evaluationSteps(), state) || last)) {
      return state;
    }
    model.parametersChanged();
    double score = reducer.fromFirst(reducer.rank() == 0 ? evaluation.get().score() : 0);
    boolean better = StopRule.isBetter(score, state.bestScore());
    TrainingState next =
        state.evaluated(score, better, plan.stop().isGain(score, state.bestScore()));
    if (better) {
      weights.keepAsBest();
    }
    listener.onEvaluation(
        new TrainingListener.EvaluationReport(
            next.step(), score, next.bestScore().orElse(Double.NaN), next.bestStep()));
    return next;
  }

  private void requireEqualWeights(TrainingState state, TrainedWeights weights, boolean last) {
    if (reducer.ranks() > 1
        && (last || isDue(driftSteps, state) || isDue(plan.checkpointSteps(), state))) {
      reducer.requireEqual(weights.checksum(), state.step());
    }
  }

  private boolean checkpointIsDue(TrainingState state) {
    return checkpoints.isPresent() && isDue(plan.checkpointSteps(), state);
  }

  private static boolean isDue(int interval, TrainingState state) {
    return interval > 0 && state.step() % interval == 0;
  }

  private void checkpoint(
      Map<String, String> run, TrainingState state, TrainedWeights weights, AdamW optimizer) {
    if (!checkpointIsDue(state) || reducer.rank() != 0) {
      return;
    }
    Map<String, TensorData> tensors = new LinkedHashMap<>(weights.state());
    tensors.putAll(optimizer.state());
    checkpoints.get().write(new Checkpoint(run, state, tensors));
    listener.onCheckpoint(state.step());
  }

  private TrainingResult finish(TrainingState state, TrainedWeights weights, boolean stoppedEarly) {
    weights.restoreBest();
    int held = state.bestScore().isPresent() ? state.bestStep() : state.step();
    return new TrainingResult(
        state.step(), state.bestScore(), held, stoppedEarly, model.precision());
  }
}
