package io.silverspark.model.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MultiDatasetSamplerTest {
  private static final List<Integer> SIZES = List.of(10, 6, 8);

  /** Sequential batches of three, as in the recorded run of the library. */
  private static final List<BatchSampler> SEQUENTIAL =
      SIZES.stream().map(size -> (BatchSampler) new FixedBatches(threes(size))).toList();

  private static List<int[]> threes(int size) {
    return Permutation.cut(IntStream.range(0, size).toArray(), 3);
  }

  /** sentence-transformers 6.0.1 gives these six; its length is six, as its trainer's steps. */
  @Test
  void roundRobin_sequentialSets_hasTheOrderOfSentenceTransformers() {
    assertThat(lists(new RoundRobinSampler(SEQUENTIAL, SIZES).batches(0)))
        .containsExactly(
            List.of(0, 1, 2),
            List.of(10, 11, 12),
            List.of(16, 17, 18),
            List.of(3, 4, 5),
            List.of(13, 14, 15),
            List.of(19, 20, 21));
  }

  @Test
  void proportional_oneEpoch_usesEveryBatchOnceAndKeepsTheOrderWithinASet() {
    List<List<Integer>> batches = lists(new ProportionalSampler(SEQUENTIAL, SIZES, 1).batches(0));
    assertThat(batches).hasSize(4 + 2 + 3);
    assertThat(batches.stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 24).boxed().toList());
    assertThat(batches.stream().flatMap(List::stream).filter(example -> example < 10)).isSorted();
    assertThat(batches.stream().flatMap(List::stream).filter(example -> example >= 16)).isSorted();
  }

  @Test
  void proportional_sameSeed_repeatsAndEpochsDiffer() {
    List<List<Integer>> first = lists(new ProportionalSampler(SEQUENTIAL, SIZES, 1).batches(0));
    assertThat(lists(new ProportionalSampler(SEQUENTIAL, SIZES, 1).batches(0))).isEqualTo(first);
    assertThat(lists(new ProportionalSampler(SEQUENTIAL, SIZES, 1).batches(1))).isNotEqualTo(first);
  }

  @Test
  void proportional_manyBatches_mixesTheSets() {
    List<Integer> sizes = List.of(3000, 1000);
    List<BatchSampler> samplers =
        List.of(new ShuffledSampler(3000, 10, 1), new ShuffledSampler(1000, 10, 1));
    List<int[]> half =
        MultiDatasetSampling.PROPORTIONAL.over(samplers, sizes, 3).batches(0).subList(0, 200);
    // 100 of 400 batches are of the second set: 50 of the first half, give or take 6
    assertThat(half.stream().filter(batch -> batch[0] >= 3000).count()).isBetween(30L, 70L);
  }

  @Test
  void over_oneSamplerMissing_isRefused() {
    assertThatThrownBy(() -> new RoundRobinSampler(SEQUENTIAL.subList(0, 2), SIZES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("each data set needs one sampler, found 3 sets and 2 samplers");
  }

  private static List<List<Integer>> lists(List<int[]> batches) {
    return batches.stream().map(batch -> Arrays.stream(batch).boxed().toList()).toList();
  }
}
