package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.ContrastiveLoss;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.loss.MultipleNegativesRankingLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.sampling.BatchSampler;
import io.silverspark.model.shards.ExampleLayout;
import io.silverspark.model.shards.ExampleShardWriter;
import io.silverspark.model.shards.ShardFiles;
import io.silverspark.model.shards.ShardManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training from shards on disk is training from memory, a window at a time. */
class ShardedTrainingTest {
  private static final TrainingPlan PLAN =
      TrainingPlan.builder().epochs(2).learningRate(1e-3).seed(7).build();

  @TempDir private Path directory;

  /** Shards of so many rows, one after the other, in the order of the pairs. */
  private ShardManifest write(SentenceEncoder encoder, List<ScoredPair> pairs, int rows, int width)
      throws IOException {
    List<ShardManifest.Shard> shards = new ArrayList<>();
    for (int start = 0; start < pairs.size(); start += rows) {
      ExampleShardWriter writer = new ExampleShardWriter(new ExampleLayout(2, 2, width, false));
      for (ScoredPair pair : pairs.subList(start, Math.min(pairs.size(), start + rows))) {
        writer.add(
            encoder.tokenizer().encodeAll(List.of(pair.first(), pair.second())),
            width == 0 ? new float[0] : new float[] {pair.score()},
            new long[] {pair.first().hashCode(), pair.second().hashCode()},
            List.of(pair.first(), pair.second()));
      }
      shards.add(writer.write(directory.resolve("examples-%03d".formatted(shards.size()))));
    }
    return ShardManifest.of("id", new ExampleLayout(2, 2, width, false), shards);
  }

  private TrainingSet sharded(SentenceEncoder encoder, int rows, int width) throws IOException {
    return TrainingSet.ofShards(
        write(encoder, SmallRun.pairs(), rows, width), ShardFiles.in(directory));
  }

  private static Map<String, float[]> trained(
      SentenceEncoder encoder,
      SentenceLoss loss,
      TrainingSet set,
      BiFunction<TrainingSet, Long, BatchSampler> sampler) {
    new Trainer(TrainableModel.of(encoder), loss, PLAN)
        .nativeThreads(1)
        .train(set, sampler.apply(set, 7L));
    return SmallRun.weights(encoder.parameters());
  }

  @Test
  void oneShard_anySampler_trainsTheSameWeightsAsMemoryBitForBit() throws IOException {
    List<BiFunction<TrainingSet, Long, BatchSampler>> samplers =
        List.of(
            (set, seed) -> set.shuffled(8, seed),
            (set, seed) -> set.noDuplicates(8, seed),
            (set, seed) -> set.lengthGrouped(8, seed));
    for (BiFunction<TrainingSet, Long, BatchSampler> sampler : samplers) {
      try (SentenceEncoder held = SmallRun.encoder(0.1);
          SentenceEncoder read = SmallRun.encoder(0.1)) {
        Map<String, float[]> expected =
            trained(held, new CosineSimilarityLoss(), SmallRun.set(held), sampler);
        Map<String, float[]> found =
            trained(read, new CosineSimilarityLoss(), sharded(read, 100, 1), sampler);
        found.forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
      }
    }
  }

  @Test
  void severalShards_everyEpoch_useEachExampleOnceAndNoBatchCrossesShards() throws IOException {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      BatchSampler sampler = sharded(encoder, 10, 1).shuffled(4, 3);
      List<List<Integer>> epochs = new ArrayList<>();
      for (int epoch = 0; epoch < 2; epoch++) {
        List<Integer> order = new ArrayList<>();
        for (int[] batch : sampler.batches(epoch)) {
          assertThat(Arrays.stream(batch).map(example -> example / 10).distinct().count()).isOne();
          Arrays.stream(batch).forEach(order::add);
        }
        assertThat(order).containsExactlyInAnyOrderElementsOf(range(32));
        epochs.add(order);
      }
      assertThat(epochs.get(0)).isNotEqualTo(epochs.get(1));
      assertThat(sampler.batches(0).get(5)).isEqualTo(sampler.batches(0).get(5));
    }
  }

  private static List<Integer> range(int size) {
    return IntStream.range(0, size).boxed().toList();
  }

  @Test
  void severalShards_noDuplicates_noBatchHasATextTwice() throws IOException {
    List<ScoredPair> pairs = SmallRun.pairs();
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      for (int[] batch : sharded(encoder, 16, 1).noDuplicates(4, 3).batches(1)) {
        Set<String> seen = new HashSet<>();
        for (int example : batch) {
          Set<String> own = Set.copyOf(texts(pairs.get(example)));
          assertThat(seen).doesNotContainAnyElementsOf(own);
          seen.addAll(own);
        }
      }
    }
  }

  private static Set<String> texts(ScoredPair pair) {
    return new HashSet<>(List.of(pair.first(), pair.second()));
  }

  @Test
  void severalShards_stoppedAndResumed_givesTheWeightsOfOneRun() throws IOException {
    try (SentenceEncoder whole = SmallRun.encoder(0.1);
        SentenceEncoder first = SmallRun.encoder(0.1);
        SentenceEncoder second = SmallRun.encoder(0.1)) {
      Map<String, float[]> expected =
          trained(
              whole, new CosineSimilarityLoss(), sharded(whole, 10, 1), (s, n) -> s.shuffled(4, n));
      CheckpointStore store = new CheckpointStore(directory.resolve("checkpoints"));
      TrainingPlan plan =
          TrainingPlan.builder().epochs(2).learningRate(1e-3).seed(7).checkpointSteps(5).build();
      TrainingSet set = sharded(first, 10, 1);
      TrainingListener stop =
          new TrainingListener() {
            @Override
            public void onCheckpoint(int step) {
              throw new IllegalStateException("killed");
            }
          };
      assertThatThrownBy(
              () ->
                  SmallRun.trainer(first, plan)
                      .listener(stop)
                      .checkpoints(store)
                      .train(set, set.shuffled(4, 7)))
          .hasMessage("killed");
      SmallRun.trainer(second, plan).checkpoints(store).train(set, set.shuffled(4, 7));
      SmallRun.weights(second.parameters())
          .forEach((name, values) -> assertThat(values).isEqualTo(expected.get(name)));
    }
  }

  @Test
  void texts_ofATeacher_comeFromTheShards() throws IOException {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      ShardManifest manifest = write(encoder, SmallRun.pairs(), 10, 0);
      ShardedExamples examples = new ShardedExamples(manifest, ShardFiles.in(directory));
      ScoredPair pair = SmallRun.pairs().get(21);
      assertThat(examples.texts(new int[] {21}))
          .containsExactly(List.of(pair.first()), List.of(pair.second()));
    }
  }

  @Test
  void labels_thatALossRefuses_areNamedByTheirExample() throws IOException {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      TrainingSet graded = sharded(encoder, 10, 1);
      assertThatThrownBy(
              () ->
                  new Trainer(TrainableModel.of(encoder), new ContrastiveLoss(), PLAN)
                      .train(graded, graded.shuffled(4, 1)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("but example 1 has 0.25");
      assertThatThrownBy(
              () ->
                  new Trainer(TrainableModel.of(encoder), new MultipleNegativesRankingLoss(), PLAN)
                      .train(graded, graded.shuffled(4, 1)))
          .hasMessageContaining("would ignore the labels");
    }
  }

  @Test
  void shard_cutOffOrChanged_isRefusedByName() throws IOException {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      TrainingSet set = sharded(encoder, 10, 1);
      Path file = directory.resolve("examples-002");
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
      assertThatThrownBy(() -> set.batch(new int[] {25}))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("examples-002 has %d bytes".formatted(bytes.length - 1));
      bytes[bytes.length - 5] ^= 1;
      Files.write(file, bytes);
      assertThatThrownBy(() -> set.batch(new int[] {25})).hasMessageContaining("with the checksum");
      Files.delete(file);
      assertThatThrownBy(() -> set.batch(new int[] {25})).hasMessageContaining("is missing");
    }
  }

  @Test
  void manifest_readBack_isEqualAndOtherVersionsAreRefused() throws IOException {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      ShardManifest manifest = write(encoder, SmallRun.pairs(), 10, 1);
      assertThat(ShardManifest.read(manifest.json(), "x")).isEqualTo(manifest);
      assertThat(manifest.rows()).isEqualTo(32);
      String later = manifest.json().replace("\"version\" : 2", "\"version\" : 3");
      assertThatThrownBy(() -> ShardManifest.read(later, "shards.json"))
          .hasMessageContaining("shards.json has version 3");
      assertThatThrownBy(() -> ShardManifest.read("{\"vers", "shards.json"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("shards.json is not a list of shards");
    }
  }
}
