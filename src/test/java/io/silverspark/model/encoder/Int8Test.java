package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.silverspark.DriverProcess;
import io.silverspark.NarrowModel;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.evaluation.RankCorrelation;
import io.silverspark.model.files.EncoderProgram;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.TensorData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Precision int8 gives the scores of float32 on any processor. Without VNNI the processor adds two
 * products of an unsigned and a signed byte in 16 bits, where sums above 32,767 are cut.
 */
class Int8Test {
  private static final String MINI_LM = "builtin:all-MiniLM-L6-v2";
  private static final List<TextPair> PAIRS =
      List.of(
          new TextPair("A man is playing a guitar.", "A person plays an instrument."),
          new TextPair("A man is playing a guitar.", "The central bank raised interest rates."),
          new TextPair("Two dogs run across a field.", "A pair of dogs is running on grass."),
          new TextPair("Two dogs run across a field.", "Two cats sleep on a sofa."),
          new TextPair("The plane is taking off.", "An air plane takes off."),
          new TextPair("The plane is taking off.", "A train leaves the station."),
          new TextPair("She cut the onion with a knife.", "A woman slices vegetables."),
          new TextPair("She cut the onion with a knife.", "She sold her car last week."),
          new TextPair("I lost my credit card.", "My bank card is gone, what now?"),
          new TextPair("I lost my credit card.", "Which currencies can I exchange?"),
          new TextPair(
              "Stocks fell sharply on Monday.", "Shares dropped at the start of the week."),
          new TextPair("Stocks fell sharply on Monday.", "It will rain on Monday."),
          new TextPair("Children play in the park.", "Kids are playing outdoors."),
          new TextPair("Children play in the park.", "There is no parking here."),
          new TextPair("word ".repeat(60), "words, words, words"),
          new TextPair("", "An empty text has neighbours too."));

  /** Those of the encoder and of an adapter that is not there. */
  private static Map<String, Object> constants() {
    Map<String, Object> constants =
        new HashMap<>(NarrowModel.files(0).config().program().constants());
    constants.put("lora_scale", EncoderProgram.number(0));
    constants.put("lora_dropout", EncoderProgram.number(0));
    constants.put("product_type", 6);
    return constants;
  }

  @Test
  void scales_ofAnyWeights_keepTheSumOfTwoProductsWithin16Bits() {
    Random random = new Random(7);
    int rows = 64;
    try (NDManager manager = TorchEngine.open("cpu");
        TorchProgram program =
            TorchProgram.load(
                manager,
                Transformer.class,
                List.of("bert.torchscript", "lora.torchscript", "products.torchscript"),
                "Bert",
                constants())) {
      for (int width : new int[] {48, 5}) {
        float[] weight = new float[rows * width];
        for (int i = 0; i < weight.length; i++) {
          weight[i] = (float) (i < 2 * width ? (i < width ? 0.25 : -3) : random.nextGaussian());
        }
        Arrays.fill(weight, 2 * width, 3 * width, 0);
        NDArray array = manager.create(weight, new Shape(rows, width));
        float[] scales =
            program.run(manager, "int8_scales", array).singletonOrThrow().toFloatArray();
        for (int row = 0; row < rows; row++) {
          int most = 0;
          for (int column = 0; column < width; column += 2) {
            int left = Math.round(weight[row * width + column] / scales[row]);
            int right =
                column + 1 == width
                    ? 0
                    : Math.round(weight[row * width + column + 1] / scales[row]);
            most = Math.max(most, Math.max(left, 0) + Math.max(right, 0));
            most = Math.max(most, -Math.min(left, 0) - Math.min(right, 0));
          }
          assertThat(255 * most).as("row " + row).isLessThanOrEqualTo(Short.MAX_VALUE);
          assertThat(most).as("row " + row).isBetween(row == 2 ? 0 : 126, 128);
        }
      }
    }
  }

  @Test
  void encode_inEightBits_comparesTextsAsFloat32Does() {
    assertThat(encoderAgreement()).isGreaterThan(0.998);
  }

  @Test
  void scores_inEightBits_areThoseOfFloat32() {
    assertThat(crossEncoderAgreement()).isGreaterThan(0.98);
  }

  @Test
  void encode_withWeightsOfEqualSize_keepsTheDirection() {
    assertThat(worstCosine()).isGreaterThan(0.999);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AVX2", "AVX512", "AVX512_E1"})
  @Tag("cluster")
  void allOfTheAbove_withTheKernelsOfAnotherProcessor_hold(String instructions)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx700m",
            "-cp",
            DriverProcess.CLASS_PATH,
            Int8Test.class.getName());
    builder.environment().put("FBGEMM_ENABLE_INSTRUCTIONS", instructions);
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String printed = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).isZero();

    double[] found =
        Arrays.stream(printed.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
    // The same integers on every processor.
    assertThat(found)
        .containsExactly(
            new double[] {encoderAgreement(), crossEncoderAgreement(), worstCosine()},
            within(1e-4));
  }

  /** What another JVM prints of its processor's kernels. */
  public static void main(String[] args) {
    System.out.println(encoderAgreement() + " " + crossEncoderAgreement() + " " + worstCosine());
  }

  /** Pearson correlation of the similarities in 8 bits with those in float32. */
  private static double encoderAgreement() {
    return RankCorrelation.pearson(similarities(Precision.INT8), similarities(Precision.FP32));
  }

  private static double[] similarities(Precision precision) {
    List<String> texts = new ArrayList<>();
    PAIRS.forEach(pair -> texts.addAll(List.of(pair.first(), pair.second())));
    try (SentenceEncoder encoder = SentenceEncoder.load(MINI_LM, options(precision))) {
      float[][] vectors = encoder.encode(texts);
      double[] found = new double[PAIRS.size()];
      Arrays.setAll(found, i -> cosine(vectors[2 * i], vectors[2 * i + 1]));
      return found;
    }
  }

  private static double crossEncoderAgreement() {
    return RankCorrelation.pearson(scores(Precision.INT8), scores(Precision.FP32));
  }

  private static double[] scores(Precision precision) {
    try (CrossEncoder encoder = CrossEncoder.fromEncoder(MINI_LM, 1, 3, options(precision))) {
      double[] found = new double[PAIRS.size()];
      float[][] logits = encoder.logits(PAIRS);
      Arrays.setAll(found, i -> logits[i][0]);
      return found;
    }
  }

  /** Lowest cosine of a vector in 8 bits with that in float32; all weights of a layer are +-c. */
  private static double worstCosine() {
    ModelFiles files = NarrowModel.files(0);
    Map<String, TensorData> weights = new LinkedHashMap<>(files.weights());
    weights.replaceAll((name, tensor) -> isLinear(name) ? equalSizes(tensor) : tensor);
    List<String> texts = PAIRS.stream().map(TextPair::first).toList();
    float[][] exact = vectors(files.withWeights(weights), texts, Precision.FP32);
    float[][] found = vectors(files.withWeights(weights), texts, Precision.INT8);
    double worst = 1;
    for (int i = 0; i < found.length; i++) {
      worst = Math.min(worst, cosine(found[i], exact[i]));
    }
    return worst;
  }

  private static boolean isLinear(String name) {
    return name.endsWith(".weight") && name.startsWith("encoder") && !name.contains("LayerNorm");
  }

  private static TensorData equalSizes(TensorData tensor) {
    float[] values = tensor.floats();
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] < 0 && i % 3 == 0 ? -0.05f : 0.05f;
    }
    return TensorData.ofFloats(values, tensor.shape());
  }

  private static float[][] vectors(ModelFiles files, List<String> texts, Precision precision) {
    try (SentenceEncoder encoder = SentenceEncoder.of(files, options(precision))) {
      return encoder.encode(texts);
    }
  }

  private static EncoderOptions options(Precision precision) {
    return EncoderOptions.defaults().withWorkers(1).withPrecision(precision);
  }

  private static double cosine(float[] left, float[] right) {
    double product = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < left.length; i++) {
      product += left[i] * right[i];
      first += left[i] * left[i];
      second += right[i] * right[i];
    }
    return product / Math.sqrt(first * second);
  }
}
