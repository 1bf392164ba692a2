package io.silverspark.jobs.benchmark;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.config.RankSettings;
import io.silverspark.jobs.distributed.RankModel;
import io.silverspark.jobs.distributed.RankRecipe;
import io.silverspark.jobs.distributed.RankedTraining;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.distributed.StepCost;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.training.MultiDataset;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.TrainingListener;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private static final long SEED = 42;

  /** The recipe without the tokenizer's work, which every number of ranks would do alike. */
  private record Recipe(TrainingSet set, int batchSize, Precision precision) implements RankRecipe {
    @Override
    public RankModel open(Path model, String device, Precision agreed) {
      SentenceEncoder encoder =
          SentenceEncoder.load(
              model.toString(),
              EncoderOptions.defaults().withPrecision(agreed).withDevice(device).withWorkers(1));
      return new RankModel(
          TrainableModel.of(encoder),
          TrainingPlan.builder().maxSteps(STEPS).learningRate(LEARNING_RATE).build(),
          MultiDataset.of(set, new CosineSimilarityLoss(), set.shuffled(batchSize, SEED)),
          Optional.empty(),
          encoder::close);
    }
  }

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
    try (SentenceEncoder encoder = SentenceEncoder.load(reference, options.withDevice("cpu"))) {
      TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), work.pairs());
      new RankedTraining(ranked)
          .train(
              new Recipe(set, ranks * ROWS_A_RANK, options.precision()),
              directory -> encoder.save(directory, ""),
              encoder.parameters(),
              new CheckpointStore(Path.of("unused")),
              costs);
    }
    return costs;
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
