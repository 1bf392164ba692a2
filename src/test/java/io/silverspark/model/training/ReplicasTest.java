package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.distributed.GradientFormat;
import io.silverspark.model.distributed.GradientReducer;
import io.silverspark.model.distributed.LocalRanks;
import io.silverspark.model.distributed.Rings;
import io.silverspark.model.encoder.SentenceEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes, here threads that are connected by TCP, with two replicas each. */
class ReplicasTest {
  private static final int STEPS = 20;
  private static final double DROPOUT = 0.1;

  private static Map<String, float[]> train(
      GradientReducer reducer, double dropout, int steps, Path checkpoints) {
    try (SentenceEncoder encoder = SmallRun.encoder(dropout)) {
      TrainingSet set = SmallRun.set(encoder);
      TrainingPlan plan =
          TrainingPlan.builder().maxSteps(steps).learningRate(1e-3).checkpointSteps(4).build();
      Trainer trainer = SmallRun.trainer(encoder, plan).reducer(reducer);
      if (checkpoints != null) {
        trainer.checkpoints(new CheckpointStore(checkpoints));
      }
      trainer.train(set, set.shuffled(8, 3));
      return SmallRun.weights(encoder.parameters());
    }
  }

  private static List<Map<String, float[]>> trainTwoByTwo(
      GradientFormat format, double dropout, int steps, Path checkpoints) throws Exception {
    LocalRanks.RankWork<Map<String, float[]>> rank =
        replica -> train(GradientReducer.over(replica), dropout, steps, checkpoints);
    return Rings.run(2, format, ring -> LocalRanks.run(2, ring, rank)).stream()
        .flatMap(List::stream)
        .toList();
  }

  private static double difference(Map<String, float[]> found, Map<String, float[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    return found.keySet().stream()
        .mapToDouble(name -> SmallRun.largestDifference(found.get(name), expected.get(name)))
        .max()
        .orElseThrow();
  }

  @Test
  void train_twoProcessesOfTwoReplicas_equalOneRankWithTheWholeBatch() throws Exception {
    Map<String, float[]> expected = train(GradientReducer.single(), 0, STEPS, null);
    List<Map<String, float[]>> ranks = trainTwoByTwo(GradientFormat.FP32, 0, STEPS, null);
    Map<String, float[]> start;
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      start = SmallRun.weights(encoder.parameters());
    }
    assertThat(difference(ranks.get(0), expected)).isLessThan(1e-4);
    assertThat(difference(start, expected)).isGreaterThan(1e-3);
    ranks.forEach(rank -> assertThat(difference(rank, ranks.get(0))).isZero());
  }

  @Test
  void train_bf16BetweenProcesses_endsNearAndAllRanksAlike() throws Exception {
    Map<String, float[]> expected = train(GradientReducer.single(), 0, STEPS, null);
    List<Map<String, float[]>> ranks = trainTwoByTwo(GradientFormat.BF16, 0, STEPS, null);
    ranks.forEach(rank -> assertThat(difference(rank, ranks.get(0))).isZero());
    assertThat(difference(ranks.get(0), expected)).isBetween(1e-9, 2e-2);
  }

  @Test
  void train_replicasWithDropout_repeatBitForBitAlsoFromACheckpoint(@TempDir Path directory)
      throws Exception {
    List<Map<String, float[]>> whole =
        trainTwoByTwo(GradientFormat.FP32, DROPOUT, STEPS, directory);
    delete(directory.resolve("checkpoint-00000020"));
    List<Map<String, float[]>> resumed =
        trainTwoByTwo(GradientFormat.FP32, DROPOUT, STEPS, directory);
    List<Map<String, float[]>> again = trainTwoByTwo(GradientFormat.FP32, DROPOUT, STEPS, null);
    assertThat(difference(resumed.get(0), whole.get(0))).isZero();
    assertThat(difference(again.get(3), whole.get(0))).isZero();
  }

  private static void delete(Path checkpoint) throws IOException {
    try (Stream<Path> files = Files.list(checkpoint)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }
}
