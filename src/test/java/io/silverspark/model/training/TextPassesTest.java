package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextPassesTest {
  @Test
  void passes_ofShortTexts_haveAsManyAsAllowed() {
    TextPasses passes = new TextPasses(List.of(texts(10, 20), texts(5, 64)), 8);

    assertThat(sizes(passes)).containsExactly(8, 7);
    assertThat(passes.start(2)).isEqualTo(15);
  }

  @Test
  void passes_ofLongTexts_haveNoMoreTokensThanAllowed() {
    TextPasses passes = new TextPasses(List.of(texts(3, 256), texts(6, 10), texts(1, 5000)), 8);

    assertThat(sizes(passes)).containsExactly(1, 2, 2, 5);
    assertThat(passes.paddedTokens()).isEqualTo(5000 + 2 * 256 + 2 * 256 + 5 * 10);
    assertThat(passes.usedTokens()).isEqualTo(5000 + 3 * 256 + 6 * 10);
  }

  @Test
  void passes_ofAnyLengths_holdEveryTextOnceLongestFirst() {
    List<TokenizedText> texts =
        IntStream.range(0, 100).mapToObj(i -> text(1 + i * 37 % 300)).toList();
    TextPasses passes = new TextPasses(List.of(texts), 4);

    List<TokenizedText> found =
        IntStream.range(0, passes.size()).boxed().flatMap(i -> passes.texts(i).stream()).toList();

    assertThat(found).containsExactlyInAnyOrderElementsOf(texts);
    assertThat(found.stream().map(TokenizedText::length).toList())
        .isSortedAccordingTo(Collections.reverseOrder());
  }

  private static List<Integer> sizes(TextPasses passes) {
    return IntStream.range(0, passes.size()).mapToObj(i -> passes.texts(i).size()).toList();
  }

  private static List<TokenizedText> texts(int number, int tokens) {
    return IntStream.range(0, number).mapToObj(i -> text(tokens)).toList();
  }

  private static TokenizedText text(int tokens) {
    return new TokenizedText(new int[tokens], new int[tokens]);
  }
}
