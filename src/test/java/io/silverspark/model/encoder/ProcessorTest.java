package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.model.encoder.Processor.Level;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorTest {
  private static final String AVX2 = "fpu sse2 ssse3 sse4_1 fma avx avx2 avx_vnni";
  private static final String AVX512 = AVX2 + " avx512f avx512dq avx512bw avx512vl";
  private static final String VNNI = AVX512 + " avx512_vnni";
  private static final String BF16 = VNNI + " avx512_bf16";
  private static final String AMX = BF16 + " amx_bf16 amx_tile amx_int8";

  @Test
  void of_theFlagsOfAMachine_isItsClass() {
    assertThat(level("fpu sse2")).isEqualTo(Level.OTHER);
    assertThat(level(AVX2)).isEqualTo(Level.AVX2);
    assertThat(level(AVX2 + " avx512f")).isEqualTo(Level.AVX2);
    assertThat(level(AVX512)).isEqualTo(Level.AVX512);
    assertThat(level(VNNI)).isEqualTo(Level.AVX512_VNNI);
    assertThat(level(BF16)).isEqualTo(Level.AVX512_BF16);
    assertThat(level(AMX)).isEqualTo(Level.AMX_BF16);
  }

  @Test
  void of_aMachineThatDoesNotTell_promisesNothing() {
    Processor unknown = Processor.of(List.of(), Map.of());

    assertThat(unknown).isEqualTo(new Processor(Level.OTHER, List.of()));
    assertThat(unknown.multipliesBfloat16()).isFalse();
    assertThat(unknown.hasVnni()).isFalse();
    assertThat(Processor.of(List.of("Features : fp asimd bf16 i8mm"), Map.of())).isEqualTo(unknown);
  }

  @Test
  void of_severalCores_readsTheFirst() {
    List<String> lines = List.of("processor : 0", "flags\t\t: " + AVX2, "flags\t\t: " + AMX);

    assertThat(Processor.of(lines, Map.of())).isEqualTo(new Processor(Level.AVX2, List.of("avx2")));
  }

  @ParameterizedTest
  @CsvSource({
    "ATEN_CPU_CAPABILITY, default, OTHER",
    "ATEN_CPU_CAPABILITY, avx2, AVX2",
    "ATEN_CPU_CAPABILITY, avx512, AMX_BF16",
    "ONEDNN_MAX_CPU_ISA, AVX2, AVX2",
    "ONEDNN_MAX_CPU_ISA, avx512_core, AVX512",
    "ONEDNN_MAX_CPU_ISA, AVX512_CORE_VNNI, AVX512_VNNI",
    "ONEDNN_MAX_CPU_ISA, AVX512_CORE_BF16, AVX512_BF16",
    "ONEDNN_MAX_CPU_ISA, ALL, AMX_BF16",
    "DNNL_MAX_CPU_ISA, AVX2, AVX2",
    "FBGEMM_ENABLE_INSTRUCTIONS, AVX2, AVX2",
    "FBGEMM_ENABLE_INSTRUCTIONS, AVX512, AVX512",
    "FBGEMM_ENABLE_INSTRUCTIONS, AVX512_E1, AMX_BF16",
  })
  void of_aVariableThatHoldsALibraryBack_isTheLowerClass(
      String variable, String value, Level expected) {
    Processor held = Processor.of(List.of("flags : " + AMX), Map.of(variable, value));

    assertThat(held.level()).isEqualTo(expected);
    assertThat(Processor.of(List.of("flags : " + AVX2), Map.of(variable, value)).level())
        .isLessThanOrEqualTo(Level.AVX2);
  }

  private static Level level(String flags) {
    return Processor.of(List.of("flags : " + flags), Map.of()).level();
  }
}
