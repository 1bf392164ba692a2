package io.silverspark.model.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchSamplerTest {
  @Test
  void shuffled_oneEpoch_usesEveryExampleOnce() {
    List<int[]> batches = new ShuffledSampler(103, 16, 7).batches(0);
    assertThat(batches).hasSize(7);
    assertThat(batches.get(6)).hasSize(7);
    assertEveryExampleOnce(batches, 103);
  }

  @Test
  void shuffled_sameSeed_givesTheSameBatchesAndEpochsDiffer() {
    ShuffledSampler sampler = new ShuffledSampler(50, 8, 7);
    assertThat(flat(sampler.batches(3))).isEqualTo(flat(new ShuffledSampler(50, 8, 7).batches(3)));
    assertThat(flat(sampler.batches(3))).isNotEqualTo(flat(sampler.batches(4)));
    assertThat(flat(sampler.batches(3)))
        .isNotEqualTo(flat(new ShuffledSampler(50, 8, 8).batches(3)));
  }

  @Test
  void noDuplicates_sharedTexts_neverMeetInABatch() {
    SplittableRandom random = new SplittableRandom(1);
    int[][] textIds =
        IntStream.range(0, 400)
            .mapToObj(i -> new int[] {random.nextInt(60), 100 + random.nextInt(500)})
            .toArray(int[][]::new);
    List<int[]> batches = new NoDuplicatesSampler(textIds, 16, 3).batches(0);
    assertEveryExampleOnce(batches, 400);
    for (int[] batch : batches) {
      Set<Integer> seen = new HashSet<>();
      for (int example : batch) {
        for (int id : textIds[example]) {
          assertThat(seen.add(id)).as("text %s twice in %s", id, Arrays.toString(batch)).isTrue();
        }
      }
    }
  }

  @Test
  void noDuplicates_textRepeatedInsideAnExample_isAllowed() {
    int[][] textIds = {{5, 5}, {6, 7}};
    List<int[]> batches = new NoDuplicatesSampler(textIds, 4, 0).batches(0);
    assertThat(batches).hasSize(1);
    assertThat(batches.get(0)).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void noDuplicates_oneTextEverywhere_givesBatchesOfOne() {
    int[][] textIds = {{1, 2}, {1, 3}, {1, 4}};
    assertThat(new NoDuplicatesSampler(textIds, 2, 0).batches(0))
        .hasSize(3)
        .allMatch(batch -> batch.length == 1);
  }

  @Test
  void lengthGrouped_randomLengths_saveMostPadding() {
    SplittableRandom random = new SplittableRandom(2);
    int[] lengths = random.ints(1000, 5, 100).toArray();
    List<int[]> grouped = new LengthGroupedSampler(lengths, 32, 1).batches(0);
    assertEveryExampleOnce(grouped, 1000);
    double plain = padding(new ShuffledSampler(1000, 32, 1).batches(0), lengths);
    assertThat(padding(grouped, lengths)).isLessThan(plain / 3);
  }

  @Test
  void description_otherSeedOrData_differs() {
    assertThat(new ShuffledSampler(50, 8, 7).description())
        .isEqualTo("shuffled examples=50 batchSize=8 seed=7");
    assertThat(new NoDuplicatesSampler(new int[][] {{1}, {2}}, 2, 0).description())
        .isNotEqualTo(new NoDuplicatesSampler(new int[][] {{1}, {3}}, 2, 0).description());
  }

  @Test
  void shuffled_noExamples_isRefused() {
    assertThatThrownBy(() -> new ShuffledSampler(0, 8, 7))
        .hasMessage("examples and batch size must be 1 or more, found 0 and 8");
  }

  private static double padding(List<int[]> batches, int[] lengths) {
    long padded = 0;
    long used = 0;
    for (int[] batch : batches) {
      int longest = Arrays.stream(batch).map(i -> lengths[i]).max().orElseThrow();
      padded += (long) longest * batch.length;
      used += Arrays.stream(batch).map(i -> lengths[i]).sum();
    }
    return 1 - (double) used / padded;
  }

  private static int[] flat(List<int[]> batches) {
    return batches.stream().flatMapToInt(Arrays::stream).toArray();
  }

  private static void assertEveryExampleOnce(List<int[]> batches, int examples) {
    assertThat(Arrays.stream(flat(batches)).sorted().toArray())
        .isEqualTo(IntStream.range(0, examples).toArray());
  }
}
