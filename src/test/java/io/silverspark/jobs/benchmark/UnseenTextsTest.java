package io.silverspark.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.model.data.ScoredPair;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UnseenTextsTest {
  private static final Workload WORK =
      new Workload(
          List.of("a cat sleeps", "two dogs run in the park", "rain"),
          List.of(
              new ScoredPair("a cat sleeps", "rain", 0.2f),
              new ScoredPair("a bird sings", "two birds sing", 0.9f)));

  @Test
  void texts_areGivenOnce_thenMadeOfPieces() {
    UnseenTexts unseen = new UnseenTexts(WORK, 7);
    UnseenTexts.Items<String> first = unseen.texts(300);
    UnseenTexts.Items<String> second = unseen.texts(300);
    List<ScoredPair> pairs = unseen.pairs(100).items();

    assertThat(first.items()).hasSize(300).containsAll(WORK.texts());
    assertThat(first.made()).isEqualTo(297);
    assertThat(second.made()).isEqualTo(300);
    List<String> all = new ArrayList<>(first.items());
    all.addAll(second.items());
    pairs.forEach(pair -> all.addAll(List.of(pair.first(), pair.second())));
    assertThat(all).doesNotHaveDuplicates();
    assertThat(pairs).contains(WORK.pairs().get(1)).doesNotContain(WORK.pairs().get(0));
    assertThat(second.items().stream().flatMap(text -> Stream.of(text.split(" "))).distinct())
        .isSubsetOf("a", "cat", "sleeps", "two", "dogs", "run", "in", "the", "park", "rain");
  }

  @Test
  void madeTexts_haveTheLengthsOfThoseGiven() {
    List<String> given =
        IntStream.range(0, 400).mapToObj(i -> "word" + i + " x".repeat(4 + i % 20)).toList();
    Workload work = new Workload(given, List.of(new ScoredPair("a", "b", 0)));
    List<String> made = new UnseenTexts(work, 7).texts(2400).items().subList(400, 2400);

    assertThat(made.stream().mapToInt(UnseenTextsTest::length).average().orElseThrow())
        .isBetween(13.5, 15.5);
    assertThat(made.stream().mapToInt(UnseenTextsTest::length).min().orElseThrow()).isEqualTo(5);
    assertThat(made.stream().filter(text -> length(text) > 24).count()).isLessThan(100);
  }

  @Test
  void sameSeed_givesTheSame() {
    assertThat(new UnseenTexts(WORK, 7).texts(50)).isEqualTo(new UnseenTexts(WORK, 7).texts(50));
    assertThat(new UnseenTexts(WORK, 7).pairs(50)).isEqualTo(new UnseenTexts(WORK, 7).pairs(50));
  }

  private static int length(String text) {
    return text.split(" ").length;
  }
}
