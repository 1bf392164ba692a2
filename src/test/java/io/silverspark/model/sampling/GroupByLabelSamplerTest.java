package io.silverspark.model.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupByLabelSamplerTest {
  private static final float[] LABELS = labels(200);

  @Test
  void batches_anyEpoch_holdTwoClassesAndTwoTextsOfEach() {
    GroupByLabelSampler sampler = new GroupByLabelSampler(LABELS, 9, 3);
    for (int epoch = 0; epoch < 3; epoch++) {
      for (int[] batch : sampler.batches(epoch)) {
        assertThat(batch.length).isBetween(4, 9);
        Map<Float, Long> classes =
            Arrays.stream(batch)
                .boxed()
                .collect(Collectors.groupingBy(i -> LABELS[i], Collectors.counting()));
        assertThat(classes).hasSizeGreaterThanOrEqualTo(2);
        assertThat(classes.values()).allMatch(count -> count >= 2);
      }
    }
  }

  @Test
  void batches_evenClasses_useEveryTextOnce() {
    float[] labels = {0, 0, 1, 1, 1, 1, 2, 2};
    List<Integer> used =
        new GroupByLabelSampler(labels, 4, 1)
            .batches(0).stream().flatMapToInt(Arrays::stream).boxed().toList();
    assertThat(used).doesNotHaveDuplicates();
    assertThat(used).hasSizeGreaterThanOrEqualTo(4);
    assertThat(IntStream.range(0, 8).boxed().toList()).containsAll(used);
  }

  @Test
  void batches_sameSeed_sameBatchesOtherEpochOtherBatches() {
    GroupByLabelSampler sampler = new GroupByLabelSampler(LABELS, 16, 3);
    assertThat(sampler.batches(1))
        .usingRecursiveComparison()
        .isEqualTo(new GroupByLabelSampler(LABELS, 16, 3).batches(1));
    assertThat(Arrays.equals(sampler.batches(0).get(0), sampler.batches(1).get(0))).isFalse();
  }

  @Test
  void of_oneClassWithTwoTexts_isRefused() {
    assertThatThrownBy(() -> new GroupByLabelSampler(new float[] {1, 1, 2}, 4, 1))
        .isInstanceOf(UserException.class)
        .hasMessage("batches grouped by label need two classes or more with two texts each");
  }

  @Test
  void of_batchOfThree_isRefused() {
    assertThatThrownBy(() -> new GroupByLabelSampler(LABELS, 3, 1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("must be 4 or more");
  }

  @Test
  void tensionPairs_oneInEight_isTheSameSentence() {
    List<String> sentences = IntStream.range(0, 80).mapToObj(i -> "sentence " + i).toList();
    var pairs = TensionPairs.of(sentences, 8, 5);
    assertThat(pairs).hasSize(80);
    assertThat(pairs.stream().filter(pair -> pair.score() == 1)).hasSize(10);
    assertThat(pairs).allMatch(pair -> pair.first().equals(pair.second()) == (pair.score() == 1));
  }

  private static float[] labels(int size) {
    float[] labels = new float[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i * i % 7;
    }
    return labels;
  }
}
