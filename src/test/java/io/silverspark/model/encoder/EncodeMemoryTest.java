package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.ResidentMemory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EncodeMemoryTest {
  private static final int BATCHES = 200;
  private static final List<String> TEXTS =
      IntStream.range(0, 64).mapToObj(i -> "A sentence of " + i + " words. ".repeat(20)).toList();

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FP32", "INT8"})
  void encode_manyBatches_keepsMemoryFlat(Precision precision) {
    ResidentMemory.assumeKnown();
    long[] mebibytes = new long[BATCHES];
    EncoderOptions options = EncoderOptions.defaults().withWorkers(1).withPrecision(precision);
    try (SentenceEncoder encoder = SentenceEncoder.of(NarrowModel.files(0), options)) {
      for (int i = 0; i < BATCHES; i++) {
        encoder.encode(TEXTS);
        mebibytes[i] = ResidentMemory.mebibytes();
      }
    }
    double early = Arrays.stream(mebibytes, 40, 60).average().orElseThrow();
    double late = Arrays.stream(mebibytes, 180, 200).average().orElseThrow();
    // One last hidden state [64, 64, 48] kept alive per batch would add 100 MiB.
    assertThat(late - early).isLessThan(40);
  }
}
