package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.ResidentMemory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EncodeMemoryTest {
  private static final int BATCHES = 1000;
  private static final List<String> TEXTS =
      IntStream.range(0, 8).mapToObj(i -> "A sentence of " + i + " words. ".repeat(i)).toList();

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FP32", "INT8"})
  void encode_thousandBatches_keepsMemoryFlat(Precision precision) {
    ResidentMemory.assumeKnown();
    long[] mebibytes = new long[BATCHES];
    EncoderOptions options =
        EncoderOptions.defaults().withLayers(1).withWorkers(1).withPrecision(precision);
    try (SentenceEncoder encoder = SentenceEncoder.load("builtin:all-MiniLM-L6-v2", options)) {
      for (int i = 0; i < BATCHES; i++) {
        encoder.encode(TEXTS);
        mebibytes[i] = ResidentMemory.mebibytes();
      }
    }
    double early = Arrays.stream(mebibytes, 200, 300).average().orElseThrow();
    double late = Arrays.stream(mebibytes, 900, 1000).average().orElseThrow();
    // One last hidden state [8, 21, 384] kept alive per batch would add 170 MiB.
    assertThat(late - early).isLessThan(40);
  }
}
