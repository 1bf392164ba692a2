package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.NarrowModel;
import io.silverspark.model.encoder.Processor.Level;
import io.silverspark.model.error.UserException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrecisionTest {
  @ParameterizedTest
  @EnumSource(Level.class)
  void auto_onAProcessor_isBf16WhereItIsNative(Level level) {
    Precision expected =
        level == Level.AVX512_BF16 || level == Level.AMX_BF16 ? Precision.BF16 : Precision.FP32;

    assertThat(Precision.ofProcessor(of(level))).isEqualTo(expected);
  }

  @Test
  void auto_onAGpu_isBf16FromAmpereOn() {
    assertThat(Precision.ofGpu(card("Tesla T4", 7, 5))).isEqualTo(Precision.FP16);
    assertThat(Precision.ofGpu(card("NVIDIA A100", 8, 0))).isEqualTo(Precision.BF16);
    assertThat(Precision.ofGpu(card("NVIDIA H200", 9, 0))).isEqualTo(Precision.BF16);
    assertThat(Precision.ofGpu(Optional.empty())).isEqualTo(Precision.FP32);
  }

  @Test
  void card_whereThereIsNoGpu_isNotKnown() {
    assertThat(GpuCard.of("cuda:99")).isEmpty();
    assertThat(GpuCard.of("cpu")).isEmpty();
  }

  @Test
  void card_isNamedAsPeopleNameIt() {
    assertThat(card("NVIDIA H200", 9, 0).orElseThrow())
        .hasToString("NVIDIA H200 (cuda:0, compute capability 9.0, 139.8 GiB)");
  }

  private static Optional<GpuCard> card(String name, int major, int minor) {
    return Optional.of(new GpuCard(0, name, major, minor, 150_109_880_320L));
  }

  @Test
  void on_aNamedPrecision_isThatOne() {
    assertThat(Precision.INT8.on("cpu")).isEqualTo(Precision.INT8);
    assertThatThrownBy(() -> Precision.AUTO.on("tpu"))
        .isInstanceOf(UserException.class)
        .hasMessage("model.device = 'tpu' is not valid: needs cpu or cuda:N");
  }

  @Test
  void common_ofMachinesThatDiffer_isSlowOnNone() {
    assertThat(Precision.common(List.of(Precision.BF16, Precision.FP32, Precision.BF16)))
        .isEqualTo(Precision.FP32);
    assertThat(Precision.common(List.of(Precision.BF16, Precision.FP16))).isEqualTo(Precision.FP16);
    assertThat(Precision.common(List.of(Precision.BF16, Precision.BF16))).isEqualTo(Precision.BF16);
    assertThat(Precision.common(List.of(Precision.INT8))).isEqualTo(Precision.INT8);
  }

  @Test
  void warning_ofBf16ThatIsEmulated_namesTheFasterChoice() {
    assertThat(EmulatedPrecision.warning(Precision.BF16, of(Level.AVX2)))
        .hasValue(
            "precision bf16 is emulated on this processor (AVX2) and slow: fp32 is faster, which"
                + " precision = auto takes here");
    assertThat(EmulatedPrecision.warning(Precision.FP16, of(Level.AMX_BF16)))
        .hasValue(
            "precision fp16 is emulated on this processor (AMX) and slow: bf16 is faster, which"
                + " precision = auto takes here");
    assertThat(EmulatedPrecision.warning(Precision.BF16, of(Level.AVX512_BF16))).isEmpty();
    assertThat(EmulatedPrecision.warning(Precision.FP32, of(Level.AVX2))).isEmpty();
    assertThat(EmulatedPrecision.warning(Precision.INT8, of(Level.AVX2))).isEmpty();
  }

  @Test
  void load_withAuto_saysWhatItChose() {
    EncoderOptions auto = EncoderOptions.defaults().withWorkers(1).withPrecision(Precision.AUTO);
    Precision chosen = Precision.ofProcessor(Processor.current());

    try (SentenceEncoder encoder = SentenceEncoder.of(NarrowModel.files(0), auto);
        SentenceEncoder named =
            SentenceEncoder.of(NarrowModel.files(0), auto.withPrecision(chosen))) {
      assertThat(encoder.precision()).isEqualTo(chosen);
      assertThat(encoder.encode(List.of("A text.")))
          .isDeepEqualTo(named.encode(List.of("A text.")));
    }
  }

  private static Processor of(Level level) {
    return new Processor(level, List.of());
  }
}
