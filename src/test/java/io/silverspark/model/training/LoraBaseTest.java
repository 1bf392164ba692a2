package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.silverspark.NarrowModel;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.files.LoraConfig.BasePrecision;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.loss.CosineSimilarityLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Adapters over a base that is kept in fewer bits, against the same over one in float32. */
@Tag("cluster")
class LoraBaseTest {
  static final List<String> TYPES = ArchitectureParityTest.TYPES;
  private static final TrainingPlan PLAN =
      TrainingPlan.builder().maxSteps(12).learningRate(1e-2).build();

  @TempDir private Path folder;

  private static LoraConfig lora(BasePrecision precision) {
    return new LoraConfig(4, 8, 0, List.of(LoraConfig.ALL_LINEAR), precision);
  }

  private static SentenceEncoder adapted(BasePrecision precision, Precision products) {
    EncoderOptions options = EncoderOptions.defaults().withWorkers(1).withPrecision(products);
    SentenceEncoder encoder = SentenceEncoder.of(NarrowModel.deep(0), options);
    encoder.addAdapter(lora(precision), "", 7);
    return encoder;
  }

  private static List<Double> losses(SentenceEncoder encoder) {
    TrainingSet set = SmallRun.set(encoder);
    RecordedSteps recorded = new RecordedSteps();
    SmallRun.trainer(encoder, PLAN).listener(recorded).train(set, set.shuffled(8, 3));
    return recorded.steps.stream().map(TrainingListener.StepReport::loss).toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = BasePrecision.class,
      names = {"BF16", "INT8"})
  void train_baseInFewerBits_followsTheLossesOfFloat32(BasePrecision precision) {
    try (SentenceEncoder full = adapted(BasePrecision.FP32, Precision.FP32);
        SentenceEncoder narrow = adapted(precision, Precision.FP32)) {
      List<Double> expected = losses(full);
      List<Double> found = losses(narrow);
      assertThat(expected.get(11)).isLessThan(0.85 * expected.get(0));
      for (int step = 0; step < 12; step++) {
        assertThat(found.get(step)).isCloseTo(expected.get(step), within(0.005 * expected.get(0)));
      }
      assertThat(found).isNotEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(BasePrecision.class)
  void save_afterTraining_hasTheWeightsOfTheFileAndTheAdapterOnTop(BasePrecision precision) {
    try (SentenceEncoder encoder = adapted(precision, Precision.FP32)) {
      losses(encoder);
      Map<String, TensorData> before = encoder.files().weights();
      Map<String, TensorData> adapter = encoder.adapter().orElseThrow().weights();
      Map<String, TensorData> after = encoder.currentFiles().weights();
      assertThat(after.keySet()).isEqualTo(before.keySet());
      for (String name : before.keySet()) {
        TensorData a = adapter.get(LoraConfig.Module.a(name));
        if (!name.endsWith("weight") || a == null) {
          assertThat(after.get(name)).as(name).isEqualTo(before.get(name));
          continue;
        }
        float[] expected = before.get(name).floats();
        add(expected, adapter.get(LoraConfig.Module.b(name)).floats(), a.floats(), 2);
        assertThat(SmallRun.largestDifference(after.get(name).floats(), expected))
            .as(name)
            .isLessThan(1e-6);
      }
      try (SentenceEncoder merged = SmallRun.encoder(encoder.currentFiles())) {
        float[] found = merged.encode(List.of("a red bicycle"))[0];
        float[] expected = encoder.encode(List.of("a red bicycle"))[0];
        assertThat(SmallRun.largestDifference(found, expected)).isLessThan(1e-6);
      }
    }
  }

  /** weight [out, in] += scale * B [out, rank] A [rank, in]. */
  private static void add(float[] weight, float[] b, float[] a, double scale) {
    int rank = 4;
    int in = a.length / rank;
    for (int i = 0; i < weight.length; i++) {
      double sum = 0;
      for (int r = 0; r < rank; r++) {
        sum += b[i / in * rank + r] * a[r * in + i % in];
      }
      weight[i] += (float) (scale * sum);
    }
  }

  /** A base in the format of the products is used as it is. */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void train_productsIn16Bits_followTheLossesOfABaseInFloat32(Precision products) {
    try (SentenceEncoder full = adapted(BasePrecision.FP32, products);
        SentenceEncoder narrow = adapted(BasePrecision.BF16, products)) {
      List<Double> expected = losses(full);
      assertThat(narrow.recomputed().isEnabled()).isEqualTo(products == Precision.FP16);
      if (products == Precision.BF16) {
        assertThat(losses(narrow)).isEqualTo(expected);
      } else {
        assertThat(losses(narrow).get(11))
            .isCloseTo(expected.get(11), within(0.02 * expected.get(0)));
      }
    }
  }

  /** What is computed is what a model in float32 computes whose weights were rounded before. */
  @ParameterizedTest
  @FieldSource("TYPES")
  void backward_everyArchitectureOverInt8_givesTheGradientsOfRoundedWeights(String type)
      throws IOException {
    var recorded = ArchitectureParityTest.recorded(type);
    Path directory = ArchitectureParityTest.directory(folder, recorded, recorded.get("encoder"));
    ArchitectureParityTest.pooling(directory, PoolingMode.MEAN);
    ModelFiles files = ModelReference.open(directory.toString());
    Map<String, float[]> expected = gradients(rounded(files), BasePrecision.FP32);
    Map<String, float[]> found = gradients(files, BasePrecision.INT8);
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    double length = Math.sqrt(expected.values().stream().mapToDouble(LoraBaseTest::squares).sum());
    expected.forEach(
        (name, gradient) ->
            assertThat(SmallRun.largestDifference(found.get(name), gradient))
                .as(name)
                .isLessThan(1e-5 * length));
  }

  private static double squares(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }

  /** The weights of linear layers as whole numbers from -127 to 127 times a scale of their row. */
  private static ModelFiles rounded(ModelFiles files) {
    Map<String, TensorData> weights = new LinkedHashMap<>(files.weights());
    for (LoraConfig.Module module : lora(BasePrecision.INT8).modules(files.config())) {
      float[] values = weights.get(module.weight()).floats();
      int in = Math.toIntExact(module.in());
      for (int row = 0; row < module.out(); row++) {
        float largest = 0;
        for (int i = row * in; i < (row + 1) * in; i++) {
          largest = Math.max(largest, Math.abs(values[i]));
        }
        for (int i = row * in; i < (row + 1) * in; i++) {
          values[i] = (float) Math.rint(values[i] / (largest / 127)) * (largest / 127);
        }
      }
      weights.put(module.weight(), TensorData.ofFloats(values, module.out(), module.in()));
    }
    return files.withWeights(weights);
  }

  private static Map<String, float[]> gradients(ModelFiles files, BasePrecision precision) {
    try (SentenceEncoder encoder =
        SentenceEncoder.of(files, EncoderOptions.defaults().withWorkers(1))) {
      encoder.addAdapter(lora(precision), "", 7);
      encoder
          .parameters()
          .forEach(
              (name, array) -> {
                if (name.contains("lora_B")) { // zeros would hide the gradients of A
                  array.set(wave(array.size()));
                }
                array.setRequiresGradient(true);
              });
      TrainableModel model = TrainableModel.of(encoder);
      TrainingSet set = SmallRun.set(encoder);
      int[] all = IntStream.range(0, 8).toArray();
      Map<String, float[]> gradients = new LinkedHashMap<>();
      try (NDManager scope = encoder.manager().newSubManager();
          Autograd tape = Autograd.record()) {
        NDArray loss =
            new CosineSimilarityLoss()
                .compute(model.run(scope, set.batch(all)).columns(), set.batchLabels(scope, all));
        tape.backward(loss);
        model.recomputed().forEach(layers -> layers.backward(scope));
        encoder
            .parameters()
            .forEach(
                (name, array) -> {
                  try (NDArray gradient = array.getGradient()) {
                    gradients.put(name, gradient.toFloatArray());
                  }
                });
      }
      return gradients;
    }
  }

  private static float[] wave(long size) {
    float[] values = new float[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.05 * Math.sin(0.37 * i));
    }
    return values;
  }
}
