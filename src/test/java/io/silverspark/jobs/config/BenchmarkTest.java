package io.silverspark.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BenchmarkTest {
  /** It begins the names of metrics, such as ParaphraseMining_mean_f1. */
  @Test
  void group_ofEveryType_isOneWord() {
    assertThat(Benchmark.Type.values())
        .extracting(type -> Benchmark.of(type.word() + ":folder").orElseThrow().group())
        .containsExactly(
            "STS", "Classification", "Retrieval", "ParaphraseMining", "Translation", "MSE");
    assertThat(Benchmark.of("nanomsmarco").orElseThrow().group()).isEqualTo("NanoBEIR");
  }

  @Test
  void nanoBeir_leavesListsOfArgumentsOut_namedTheyAreReranked() {
    assertThat(Benchmark.nanoBeir().stream().filter(benchmark -> !benchmark.reranked()))
        .extracting(Benchmark::name)
        .containsExactly("NanoArguAna", "NanoTouche2020");
    assertThat(Benchmark.of("NanoArguAna").orElseThrow().reranked()).isTrue();
  }
}
