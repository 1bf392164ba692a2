package io.silverspark.model.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.model.encoder.PredictionPass;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.TokenVocabulary;
import io.silverspark.model.tokenizer.TokenizedText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenMaskingTest {
  private static final int MASK = 4;
  private static final TokenVocabulary VOCABULARY =
      new TokenVocabulary(1_000_000, MASK, Set.of(0, 1, 2, 3, MASK));

  @Test
  void columns_manyTokens_follow80_10_10() {
    int tokens = 40_000;
    List<List<TokenizedText>> columns =
        new TokenMasking(VOCABULARY, 0.15, 7)
            .columns(List.of(text(tokens)), List.of(), new int[] {0}, 0);
    int[] ids = text(tokens).inputIds();
    int[] input = columns.get(0).get(0).inputIds();
    int[] target = columns.get(1).get(0).inputIds();

    int[] chosen =
        IntStream.range(0, ids.length).filter(i -> target[i] != PredictionPass.IGNORED).toArray();
    assertThat(chosen.length / (double) tokens).isCloseTo(0.15, within(0.01));
    assertThat(Arrays.stream(chosen)).allMatch(i -> target[i] == ids[i]);
    assertThat(share(chosen, i -> input[i] == MASK)).isCloseTo(0.8, within(0.02));
    assertThat(share(chosen, i -> input[i] == ids[i])).isCloseTo(0.1, within(0.02));
    assertThat(IntStream.range(0, ids.length).filter(i -> target[i] == PredictionPass.IGNORED))
        .as("tokens that were not chosen stay")
        .allMatch(i -> input[i] == ids[i]);
    assertThat(target[0]).as("[CLS]").isEqualTo(PredictionPass.IGNORED);
    assertThat(target[ids.length - 1]).as("[SEP]").isEqualTo(PredictionPass.IGNORED);
  }

  @Test
  void columns_sameEpoch_repeatWhateverTheBatch_otherEpochDiffers() {
    TokenMasking masking = new TokenMasking(VOCABULARY, 0.5, 7);
    List<TokenizedText> texts = List.of(text(30), text(20));
    List<List<TokenizedText>> first = masking.columns(texts, List.of(), new int[] {5, 9}, 2);
    List<List<TokenizedText>> alone =
        masking.columns(List.of(text(20)), List.of(), new int[] {9}, 2);
    assertThat(alone.get(0).get(0)).isEqualTo(first.get(0).get(1));
    assertThat(alone.get(1).get(0)).isEqualTo(first.get(1).get(1));
    assertThat(masking.columns(texts, List.of(), new int[] {5, 9}, 3)).isNotEqualTo(first);
  }

  @Test
  void columns_nothingChosen_oneTokenIs() {
    List<List<TokenizedText>> columns =
        new TokenMasking(VOCABULARY, 1e-9, 7)
            .columns(List.of(text(1)), List.of(), new int[] {0}, 0);
    assertThat(columns.get(1).get(0).inputIds())
        .containsExactly(PredictionPass.IGNORED, 10, PredictionPass.IGNORED);
  }

  @Test
  void vocabulary_withoutMask_isRefused() {
    String json = "{\"model\": {\"vocab\": {\"a\": 0, \"b\": 7}}, \"added_tokens\": []}";
    assertThatThrownBy(() -> TokenVocabulary.of(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("tokenizer.json has no special token [MASK]");
  }

  @Test
  void vocabulary_ofUnigram_countsPositions() {
    String json =
        """
        {"model": {"vocab": [["a", 0.1], ["b", 0.2]]},
         "added_tokens": [{"id": 5, "content": "<mask>", "special": true},
           {"id": 4, "content": "x", "special": false}]}
        """;
    assertThat(TokenVocabulary.of(json.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new TokenVocabulary(6, 5, Set.of(5)));
  }

  /** [CLS], tokens 10, 11, ..., [SEP]. */
  private static TokenizedText text(int tokens) {
    int[] ids = IntStream.range(9, 9 + tokens + 2).toArray();
    ids[0] = 2;
    ids[ids.length - 1] = 3;
    return new TokenizedText(ids, new int[ids.length]);
  }

  private static double share(int[] positions, IntPredicate holds) {
    return Arrays.stream(positions).filter(holds).count() / (double) positions.length;
  }
}
