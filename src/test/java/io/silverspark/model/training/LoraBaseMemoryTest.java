package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.DriverProcess;
import io.silverspark.NarrowModel;
import io.silverspark.ResidentMemory;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.EncoderConfig;
import io.silverspark.model.files.EncoderProgram;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.files.LoraConfig.BasePrecision;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.TensorData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a base of 12 layers of BERT-base's size takes while its adapter is trained. */
@Tag("cluster") // half a minute of three processes
class LoraBaseMemoryTest {
  private static final String CONFIG =
"""
{"model_type": "bert", "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
 "intermediate_size": 3072, "vocab_size": 5000, "max_position_embeddings": 64,
 "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_dropout_prob": 0,
 "attention_probs_dropout_prob": 0, "pad_token_id": 0, "hidden_act": "gelu"}
""";

  /** Weights of linear layers: 12 * (4 * 768 * 768 + 2 * 768 * 3072). */
  private static final double MEBIBYTE_OF_WEIGHTS = 84_934_656 / 1024.0 / 1024.0;

  @Test
  void train_baseInFewerBits_frees2Or3BytesOfAWeightAndKeepsTheLoss() throws Exception {
    ResidentMemory.assumeKnown();
    Measured full = inProcess(BasePrecision.FP32);
    Measured half = inProcess(BasePrecision.BF16);
    Measured byteEach = inProcess(BasePrecision.INT8);
    // fp32 has the weights of queries, keys and values a second time, joined
    // and what the allocator keeps differs by up to a byte of each weight between runs
    assertThat((full.resident() - half.resident()) / MEBIBYTE_OF_WEIGHTS).isBetween(1.0, 4.0);
    assertThat((full.resident() - byteEach.resident()) / MEBIBYTE_OF_WEIGHTS).isBetween(2.0, 5.0);
    assertThat(half.loss()).isCloseTo(full.loss(), within(1e-3));
    assertThat(byteEach.loss()).isCloseTo(full.loss(), within(1e-3));
  }

  /**
   * A process after four steps.
   *
   * @param resident memory in MiB, with weights, gradients and moments still there
   * @param loss of the last step
   */
  private record Measured(long resident, double loss) {}

  /** Memory that was freed comes back to the system in a process of its own only. */
  private static Measured inProcess(BasePrecision precision)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx700m",
                "-XX:+UseSerialGC",
                "-cp",
                DriverProcess.CLASS_PATH,
                LoraBaseMemoryTest.class.getName(),
                precision.name())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    String[] numbers = printed.strip().split(" ");
    return new Measured(Long.parseLong(numbers[0]), Double.parseDouble(numbers[1]));
  }

  /** Prints resident memory in MiB after four steps, and the loss of the last one. */
  public static void main(String[] arguments) {
    try (SentenceEncoder encoder =
        SentenceEncoder.of(files(), EncoderOptions.defaults().withWorkers(1))) {
      BasePrecision precision = BasePrecision.valueOf(arguments[0]);
      encoder.addAdapter(new LoraConfig(8, 16, 0, List.of(), precision), "", 7);
      TrainingSet set = SmallRun.set(encoder);
      RecordedSteps recorded = new RecordedSteps();
      TrainingPlan plan =
          TrainingPlan.builder().maxSteps(4).learningRate(1e-3).gradientCheckpointing(true).build();
      SmallRun.trainer(encoder, plan).listener(recorded).train(set, set.shuffled(4, 3));
      System.gc();
      System.out.println(ResidentMemory.mebibytes() + " " + recorded.steps.get(3).loss());
    }
  }

  private static ModelFiles files() {
    EncoderConfig config =
        EncoderConfig.parse(CONFIG.getBytes(StandardCharsets.UTF_8), "wide model");
    Map<String, TensorData> weights = new LinkedHashMap<>();
    Map<String, TensorData> byShape = new LinkedHashMap<>(); // layers are alike, to save the heap
    Random random = new Random(3);
    EncoderProgram program = config.program();
    program.embeddings().forEach(slot -> put(weights, byShape, slot, random));
    program.layers().forEach(layer -> layer.forEach(slot -> put(weights, byShape, slot, random)));
    return NarrowModel.files(0).withConfig(config).withWeights(weights);
  }

  private static void put(
      Map<String, TensorData> weights,
      Map<String, TensorData> byShape,
      EncoderProgram.Slot slot,
      Random random) {
    if (slot.present()) {
      boolean norm = slot.name().contains("LayerNorm");
      String key =
          Arrays.toString(slot.shape()) + (norm ? slot.name().replaceFirst(".*\\.", "") : "");
      weights.put(slot.name(), byShape.computeIfAbsent(key, any -> drawn(slot, norm, random)));
    }
  }

  private static TensorData drawn(EncoderProgram.Slot slot, boolean norm, Random random) {
    float[] values = new float[(int) Arrays.stream(slot.shape()).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          norm && slot.name().endsWith("weight") ? 1 : (float) (0.02 * random.nextGaussian());
    }
    return TensorData.ofFloats(values, slot.shape());
  }
}
