package io.silverspark.model.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbers made by hand, and those of quantize_embeddings of sentence-transformers 6.0.1. */
class QuantizerTest {
  private static final EmbeddingRanges RANGES =
      new EmbeddingRanges(new float[] {0, -1, 2}, new float[] {255, 1, 2});

  @Test
  void bytes_insideAtAndOutsideTheRange_areTheStepsBelow() {
    Quantizer quantizer = Quantizer.bytes(EmbeddingPrecision.UINT8, RANGES);
    assertThat(numbers(quantizer, 0, -1, 2)).containsExactly(0, 0, 0);
    // 2 / 255 in float32 is a little more than it is, so the end of that range is in step 254.
    assertThat(numbers(quantizer, 255, 1, 2)).containsExactly(255, 254, 0);
    assertThat(numbers(quantizer, 7.9f, 0, 3.5f)).containsExactly(7, 127, 1);
    assertThat(numbers(quantizer, -9, 9, 1)).containsExactly(0, 255, 0);
    quantizer = Quantizer.bytes(EmbeddingPrecision.INT8, RANGES);
    assertThat(numbers(quantizer, 7.9f, 9, -1)).containsExactly(-121, 127, -128);
  }

  @Test
  void bits_firstComponentIsTheHighest_zeroIsNotAbove() {
    float[] embedding = {1, 0, -1, -0f, Float.MIN_VALUE, 0, 0, 2, 0, 3};
    assertThat(numbers(Quantizer.binary(EmbeddingPrecision.UBINARY), embedding))
        .containsExactly(0b10001001, 0b01000000);
    assertThat(numbers(Quantizer.binary(EmbeddingPrecision.BINARY), embedding))
        .containsExactly(0b10001001 - 128, 0b01000000 - 128);
  }

  @Test
  void peersNumbers_ofElevenComponents_areTheSame() {
    float[][] embeddings = embeddings(1, 3, 11);
    EmbeddingRanges given = calibration(2, 120, 11, 0.75f, 4);
    Quantizer int8 = Quantizer.bytes(EmbeddingPrecision.INT8, given);
    assertThat(numbers(int8, embeddings[0]))
        .containsExactly(-26, 2, 49, -41, -128, 0, 17, -128, 115, -104, 83);
    assertThat(numbers(int8, embeddings[1]))
        .containsExactly(12, 96, -65, -89, -128, -26, 23, 43, -108, 126, 127);
    assertThat(numbers(int8, embeddings[2]))
        .containsExactly(17, 40, -41, 98, -128, -128, 127, 127, -80, 48, -63);
    Quantizer own = Quantizer.bytes(EmbeddingPrecision.UINT8, EmbeddingRanges.of(embeddings));
    assertThat(numbers(own, embeddings[0]))
        .containsExactly(0, 0, 255, 65, 255, 255, 0, 0, 255, 0, 164);
    assertThat(numbers(own, embeddings[1]))
        .containsExactly(226, 255, 0, 0, 198, 211, 11, 172, 0, 255, 255);
    Quantizer binary = Quantizer.binary(EmbeddingPrecision.BINARY);
    assertThat(Stream.of(embeddings).map(row -> numbers(binary, row)))
        .containsExactly(new int[] {-18, 32}, new int[] {75, -32}, new int[] {91, -64});
  }

  /** SHA-256 of the bytes of 500 vectors of 24 components, calibrated on 200. */
  @ParameterizedTest
  @CsvSource({
    "INT8, 2d303e2f251bc501517b8cb6435b2a287e76af845133f76b56ac8f1ffc8d37c5",
    "UINT8, 825b42cd72d53779d72c104d9c2bdbd9bef470ea1d4a0f5799b5a34601812d4c",
    "BINARY, 5a81e8b826c5a40b324e74e135184a5a555625f303574376d2ebe50e69c1b1d9",
    "UBINARY, 1d7bd9c9298a1b32810b00a282ddd9b6915db0afe9d2ee827fd255586e00a9a6"
  })
  void peersNumbers_ofManyVectors_areTheSame(EmbeddingPrecision precision, String recorded)
      throws Exception {
    Quantizer quantizer =
        precision.isBinary()
            ? Quantizer.binary(precision)
            : Quantizer.bytes(precision, calibration(4, 200, 24, 0.9f, -1));
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (byte[] row : quantizer.quantize(embeddings(3, 500, 24))) {
      digest.update(row);
    }
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(recorded);
  }

  @ParameterizedTest
  @EnumSource(
      value = EmbeddingPrecision.class,
      names = {"INT8", "UINT8"})
  void restore_ofWhatWasWithinTheRanges_isHalfAStepAwayAtMost(EmbeddingPrecision precision) {
    float[][] embeddings = embeddings(5, 300, 24);
    EmbeddingRanges ranges = EmbeddingRanges.of(embeddings);
    Quantizer quantizer = Quantizer.bytes(precision, ranges);
    for (float[] embedding : embeddings) {
      float[] restored = quantizer.restore(quantizer.quantize(embedding));
      for (int i = 0; i < restored.length; i++) {
        float step = (ranges.maximum()[i] - ranges.minimum()[i]) / 255;
        assertThat(restored[i]).isCloseTo(embedding[i], within(step * 0.501f));
      }
    }
    assertThatThrownBy(() -> Quantizer.binary(EmbeddingPrecision.BINARY).restore(new byte[3]))
        .hasMessage("bits cannot be restored, found binary");
  }

  @Test
  void whatHasNoNumberOrOtherWidth_isRefused() {
    Quantizer quantizer = Quantizer.bytes(EmbeddingPrecision.INT8, RANGES);
    assertThatThrownBy(() -> quantizer.quantize(new float[] {1, 2}))
        .hasMessage("an embedding has 2 components, the ranges have 3: they are of another model");
    assertThatThrownBy(() -> quantizer.quantize(new float[] {1, Float.NaN, 2}))
        .hasMessage("component 1 of an embedding is NaN; needs a finite number");
    assertThatThrownBy(() -> EmbeddingRanges.of(new float[][] {{0}, {Float.NaN}, {1}}))
        .hasMessageContaining("component 0 has the range NaN to NaN");
    assertThatThrownBy(() -> new EmbeddingRanges(new float[] {1}, new float[] {0}))
        .hasMessageContaining("component 0 has the range 1.0 to 0.0");
    assertThatThrownBy(() -> EmbeddingRanges.of(new float[0][]))
        .hasMessageContaining("at least 1 embedding");
    assertThatThrownBy(() -> Quantizer.binary(EmbeddingPrecision.INT8))
        .hasMessage("needs binary or ubinary, found int8");
    assertThatThrownBy(() -> Quantizer.bytes(EmbeddingPrecision.BINARY, RANGES))
        .hasMessage("needs int8 or uint8, found binary");
  }

  private static int[] numbers(Quantizer quantizer, float... embedding) {
    byte[] bytes = quantizer.quantize(embedding);
    int[] numbers = new int[bytes.length];
    Arrays.setAll(numbers, i -> quantizer.precision().number(bytes[i]));
    return numbers;
  }

  /** Ranges of drawn embeddings that are scaled; one component may be constant. */
  private static EmbeddingRanges calibration(
      long seed, int rows, int width, float scale, int constant) {
    float[][] embeddings = embeddings(seed, rows, width);
    for (float[] embedding : embeddings) {
      for (int i = 0; i < width; i++) {
        embedding[i] = i == constant ? 0.25f : embedding[i] * scale;
      }
    }
    return EmbeddingRanges.of(embeddings);
  }

  /** Draws of a linear congruential generator, -1 to 1 in 24 bits, that any language can repeat. */
  private static float[][] embeddings(long seed, int rows, int width) {
    float[][] drawn = new float[rows][width];
    long state = seed;
    for (float[] row : drawn) {
      for (int i = 0; i < width; i++) {
        state = state * 6364136223846793005L + 1442695040888963407L;
        row[i] = ((int) (state >>> 40) - (1 << 23)) / (float) (1 << 23);
      }
    }
    return drawn;
  }
}
