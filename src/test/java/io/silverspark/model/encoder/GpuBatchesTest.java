package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.silverspark.NarrowModel;
import io.silverspark.model.error.UserException;
import io.silverspark.model.tokenizer.TextTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The way of a GPU, on a CPU: it differs in the order of work, not in numbers. */
class GpuBatchesTest {
  private static final List<String> TEXTS =
      IntStream.range(0, 300).mapToObj(i -> "word ".repeat(i * 7 % 31) + i).toList();

  @Test
  void rows_ofManyTexts_areInTheirOrderAndEqualThoseOfTheCpu() {
    assertRows(new TokenBudget("cuda:0", 2000), Integer.MAX_VALUE);
  }

  @Test
  void rows_whereMemoryDoesNotSuffice_areTheSameFromSmallerBatches() {
    TokenBudget budget = new TokenBudget("cuda:0", 4000);

    List<Integer> tokens = assertRows(budget, 700);

    assertThat(budget.batches().tokenBudget()).isLessThanOrEqualTo(700);
    assertThat(tokens).as("batches that ran").allMatch(each -> each <= 700);
  }

  @Test
  void rows_whereOneTextDoesNotFit_nameItsTokens() {
    assertThatThrownBy(() -> assertRows(new TokenBudget("cuda:0", 4000), 20))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("tokens does not fit into the memory of cuda:0: lower model.max");
  }

  @Test
  void budget_byFreeMemory_leavesRoomForOthers() {
    assertThat(TokenBudget.automatic(0, 10_000)).as("not known").isEqualTo(32_768);
    assertThat(TokenBudget.automatic(1L << 37, 10_000)).as("a large card").isEqualTo(32_768);
    assertThat(TokenBudget.automatic(1L << 31, 40_000)).isEqualTo((int) ((1L << 31) / 16 / 40_000));
    assertThat(TokenBudget.automatic(1L << 20, 40_000)).as("hardly any").isEqualTo(1024);
  }

  /** Encodes with a device that has no room for batches of more tokens than this. */
  private static List<Integer> assertRows(TokenBudget budget, int room) {
    List<Integer> tokens = new ArrayList<>();
    List<Integer> heard = new ArrayList<>();
    try (NDManager manager = TorchEngine.open("cpu");
        Transformer transformer = Transformer.load(manager, NarrowModel.files(0), Precision.FP32);
        TextTokenizer tokenizer = TextTokenizer.of(NarrowModel.files(0).tokenizer(), 128);
        BatchRunner gpu = new GpuBatches(transformer, budget);
        BatchRunner cpu = new CpuBatches(transformer, LengthSortedBatches.ofCpu(0), 1)) {
      BiFunction<NDManager, TokenBatch, NDArray> forward =
          (scope, batch) -> {
            int size = (int) batch.ids().size();
            if (size > room) {
              throw new EngineException("CUDA out of memory. Tried to allocate 2.00 GiB");
            }
            tokens.add(size);
            return transformer.hidden(scope, batch).get(":, 0");
          };
      BatchRunner.Work<String> work =
          new BatchRunner.Work<>(tokenizer::encodeAll, String::length, forward);

      float[][] found =
          gpu.rows(manager, TEXTS, work, (texts, used, padded, nanos) -> heard.add(texts));

      List<Integer> ofGpu = List.copyOf(tokens);
      BatchRunner.Work<String> whole =
          new BatchRunner.Work<>(
              tokenizer::encodeAll,
              String::length,
              (scope, batch) -> transformer.hidden(scope, batch).get(":, 0"));
      float[][] expected = cpu.rows(manager, TEXTS, whole, BatchListener.NONE);
      for (int row = 0; row < TEXTS.size(); row++) {
        assertThat(found[row]).usingComparatorWithPrecision(1e-5f).containsExactly(expected[row]);
      }
      assertThat(heard.stream().mapToInt(Integer::intValue).sum()).isEqualTo(TEXTS.size());
      return ofGpu;
    }
  }
}
