package io.silverspark.jobs.benchmark;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.config.RankSettings;
import io.silverspark.jobs.distributed.RankedTraining;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.distributed.StepCost;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.loss.ChosenLoss;
import io.silverspark.model.loss.DataShape;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.sampling.MultiDatasetSampling;
import io.silverspark.model.training.TrainedEncoder;
import io.silverspark.model.training.TrainingDataset;
import io.silverspark.model.training.TrainingListener;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingRun;
import io.silverspark.model.training.TrainingSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How much faster training is with more ranks: the same number of steps with each number of ranks,
 * with as many rows per rank.
 *
 * @param reference of the model
 * @param options layers and precision
 * @param work its pairs are trained on
 */
record RankScaling(String reference, EncoderOptions options, Workload work) {
  private static final int ROWS_A_RANK = 32;
  private static final int STEPS = 24;
  private static final int WARM_UP = 4;
  private static final double LEARNING_RATE = 2e-5;

  /** Where the time of the steps went. */
  private static final class Costs implements TrainingListener {
    private final List<StepCost> steps = new ArrayList<>();

    @Override
    public void onStep(StepReport report) {
      if (report.step() > WARM_UP) {
        steps.add(report.cost());
      }
    }

    double mean(ToDoubleFunction<StepCost> part) {
      return steps.stream().mapToDouble(part).average().orElseThrow();
    }
  }

  /**
   * Measures each number of ranks.
   *
   * @param context gives the cluster
   * @param ranks numbers of ranks; the others are compared with the first
   * @param result gets one object per number
   */
  void measure(JobContext context, List<Integer> ranks, ArrayNode result) {
    double first = 0;
    for (int count : ranks) {
      Costs costs = train(context, count);
      double rowsPerSecond = count * ROWS_A_RANK / costs.mean(StepCost::totalSeconds);
      double perRank = rowsPerSecond / count;
      first = first == 0 ? perRank : first;
      ObjectNode node = result.addObject().put("ranks", count).put("rowsPerRank", ROWS_A_RANK);
      node.put("rowsPerSecond", rounded(rowsPerSecond));
      node.put("computeSecondsPerStep", rounded(costs.mean(StepCost::computeSeconds)));
      node.put("waitingSecondsPerStep", rounded(costs.mean(StepCost::waitingSeconds)));
      node.put("communicationSecondsPerStep", rounded(costs.mean(StepCost::communicationSeconds)));
      node.put("efficiency", rounded(perRank / first));
    }
  }

  private Costs train(JobContext context, int ranks) {
    JobContext ranked =
        context.with("benchmark", context.settings().with(RankSettings.RANKS, ranks));
    Costs costs = new Costs();
    TrainingRun run =
        new TrainingRun(
            new TrainingRun.Base(reference, 0, 0, 0), // the driver sends a model that is cut
            options.precision(),
            TrainingPlan.builder().maxSteps(STEPS).learningRate(LEARNING_RATE).build(),
            List.of(
                new TrainingDataset(
                    "pairs",
                    DataShape.SCORED_PAIRS,
                    ChosenLoss.of(NamedLoss.COSINE_SIMILARITY.title(), Map.of()),
                    ranks * ROWS_A_RANK)),
            MultiDatasetSampling.PROPORTIONAL,
            LoraConfig.NONE);
    try (SentenceEncoder encoder = SentenceEncoder.load(reference, options.withDevice("cpu"))) {
      TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), work.pairs());
      new RankedTraining(run, TrainedEncoder.Kind.BI_ENCODER, List.of(set), null)
          .train(
              ranked,
              new TrainedEncoder.Bi(encoder),
              new CheckpointStore(Path.of("unused")),
              costs);
    }
    return costs;
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
