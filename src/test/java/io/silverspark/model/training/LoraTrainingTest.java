package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import io.silverspark.NarrowModel;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.distributed.Collective;
import io.silverspark.model.distributed.GradientReducer;
import io.silverspark.model.distributed.LocalRanks;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.EncoderConfig;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training an adapter: what is trained, exchanged, kept in checkpoints and saved. */
class LoraTrainingTest {
  private static final LoraConfig LORA = new LoraConfig(4, 8, 0.1, List.of());
  private static final TrainingPlan PLAN =
      TrainingPlan.builder().maxSteps(6).learningRate(1e-2).checkpointSteps(2).build();

  @TempDir private Path directory;

  /** Stops a run as a kill would. */
  private static final class Killed extends RuntimeException {}

  @Test
  void modules_ofMiniLmByDefault_areQueriesAndValuesWithLessThanOnePercentOfTheWeights() {
    EncoderConfig config = ModelReference.open(ReferenceModels.MINILM).config();
    LoraConfig lora = new LoraConfig(8, 16, 0, List.of());
    long trained =
        lora.modules(config).stream().mapToLong(m -> lora.rank() * (m.in() + m.out())).sum();
    long all =
        ModelReference.open(ReferenceModels.MINILM).weights().values().stream()
            .mapToLong(TensorData::elements)
            .sum();
    assertThat(trained).isEqualTo(6 * 2 * 8 * (384 + 384));
    assertThat(trained).isEqualTo(73_728);
    assertThat(all).isEqualTo(22_565_376);
  }

  @Test
  void modules_nameOfNoLayer_isRefusedWithTheNamesThatThereAre() {
    EncoderConfig config = NarrowModel.files(0).config();
    assertThatThrownBy(() -> new LoraConfig(4, 8, 0, List.of("q_proj")).modules(config))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "lora.modules names 'q_proj', which is no linear layer of a bert encoder, expected"
                + " query, key, value, dense or all-linear");
  }

  @Test
  void addAdapter_beforeTraining_changesNoVector() {
    try (SentenceEncoder plain = SmallRun.encoder(0);
        SentenceEncoder adapted = adapted(LORA)) {
      assertThat(adapted.encode(List.of("a red bicycle")))
          .isDeepEqualTo(plain.encode(List.of("a red bicycle")));
    }
  }

  @Test
  void train_adapter_changesItAndNothingElseAndGivesTheMergedVectors() {
    try (SentenceEncoder encoder = adapted(LORA)) {
      Map<String, TensorData> before = encoder.files().weights();
      TrainingSet set = SmallRun.set(encoder);
      SmallRun.trainer(encoder, PLAN).train(set, set.shuffled(8, 3));
      assertThat(encoder.parameters().keySet()).allMatch(name -> name.contains(".lora_"));
      Map<String, TensorData> after = encoder.currentFiles().weights();
      after.forEach(
          (name, tensor) -> {
            boolean adapted = name.contains("query.weight") || name.contains("value.weight");
            assertThat(tensor.equals(before.get(name))).as(name).isEqualTo(!adapted);
          });
      try (SentenceEncoder merged = SmallRun.encoder(encoder.currentFiles())) {
        float[] found = merged.encode(List.of("a red bicycle"))[0];
        float[] expected = encoder.encode(List.of("a red bicycle"))[0];
        assertThat(SmallRun.largestDifference(found, expected)).isLessThan(1e-6);
      }
    }
  }

  @Test
  void train_adapterKilledAndResumedWithDropout_endsWithTheSameWeightsBitForBit() {
    Map<String, float[]> whole = run(directory.resolve("whole"), 0);
    Path parts = directory.resolve("parts");
    assertThatThrownBy(() -> run(parts, 5)).isInstanceOf(Killed.class);
    Map<String, float[]> resumed = run(parts, 0);
    assertThat(resumed.keySet()).isEqualTo(whole.keySet());
    resumed.forEach((name, values) -> assertThat(values).as(name).isEqualTo(whole.get(name)));
  }

  @Test
  void train_adapterInSeveralProcesses_sendsTheGradientsOfTheAdapterOnly() {
    CountedProcesses processes = new CountedProcesses();
    long adapter =
        LocalRanks.run(
                1,
                processes,
                replica -> {
                  try (SentenceEncoder encoder = adapted(LORA)) {
                    TrainingSet set = SmallRun.set(encoder);
                    SmallRun.trainer(encoder, PLAN)
                        .reducer(GradientReducer.over(replica))
                        .train(set, set.shuffled(8, 3));
                    return encoder.parameters().values().stream().mapToLong(NDArray::size).sum();
                  }
                })
            .get(0);
    assertThat(processes.values).isEqualTo(6 * adapter);
  }

  private Map<String, float[]> run(Path checkpoints, int killAfter) {
    try (SentenceEncoder encoder = adapted(LORA)) {
      TrainingSet set = SmallRun.set(encoder);
      SmallRun.trainer(encoder, PLAN)
          .checkpoints(new CheckpointStore(checkpoints))
          .listener(
              new TrainingListener() {
                @Override
                public void onStep(StepReport report) {
                  if (report.step() == killAfter) {
                    throw new Killed();
                  }
                }
              })
          .train(set, set.shuffled(8, 3));
      return SmallRun.weights(encoder.parameters());
    }
  }

  private static SentenceEncoder adapted(LoraConfig lora) {
    SentenceEncoder encoder = SmallRun.encoder(0);
    encoder.addAdapter(lora, "", 7);
    return encoder;
  }

  /** The first of two processes, which both have the same numbers; counts those that travel. */
  private static final class CountedProcesses implements Collective {
    private long values;

    @Override
    public int processes() {
      return 2;
    }

    @Override
    public int process() {
      return 0;
    }

    @Override
    public void sum(ByteBuffer own) {
      values += own.remaining() / Float.BYTES;
      ByteBuffer both = own.duplicate().order(ByteOrder.nativeOrder());
      for (int at = both.position(); at < both.limit(); at += Float.BYTES) {
        both.putFloat(at, 2 * both.getFloat(at));
      }
    }

    @Override
    public List<byte[]> gather(byte[] own) {
      return List.of(own, own);
    }

    @Override
    public void close() {}
  }
}
