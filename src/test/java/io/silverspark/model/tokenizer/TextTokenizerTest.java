package io.silverspark.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.data.TextPair;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.TokenizerFiles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected ids are those of Python's tokenizers 0.23.2. */
class TextTokenizerTest {
  private static byte[] json;
  private static TextTokenizer tokenizer;

  @BeforeAll
  static void open() {
    json = MiniLmTokenizer.json();
    tokenizer = TextTokenizer.of(json, 256);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      textBlock =
"""
My card never arrived, can you send another?|101 2026 4003 2196 3369 1010 2064 2017 4604 2178 1029 102
Éclair ﬁ 我 [SEP] [sep] unbelievable|101 14925 19771 2099 1984 1855 102 1031 19802 1033 23653 102
''|101 102
 |101 102
""")
  void encode_text_givesPythonsIds(String text, String ids) {
    assertThat(tokenizer.encode(text).inputIds()).isEqualTo(ints(ids));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
"""
10 | one two three four five six | seven eight | 101 2028 2048 2093 2176 2274 102 2698 2809 102 | 7
10 | one two | seven eight nine ten eleven twelve | 101 2028 2048 102 2698 2809 3157 2702 5408 102 | 4
10 | one two three four five six | one two three four five six | 101 2028 2048 2093 102 2028 2048 2093 2176 102 | 5
10 | one two three four five six seven | one two three four five six | 101 2028 2048 2093 2176 102 2028 2048 2093 102 | 6
10 | one two | '' | 101 2028 2048 102 102 | 4
10 | '' | '' | 101 102 102 | 2
4  | one two three | four five six | 101 102 2176 102 | 2
3  | one two three | four five six | 101 102 102 | 2
""")
  void encodePair_limit_cutsLongestFirst(
      int limit, String first, String second, String ids, int firstSegment) {
    try (TextTokenizer limited = TextTokenizer.of(json, limit)) {
      TokenizedText pair = limited.encodePair(first, second);
      assertThat(pair.inputIds()).isEqualTo(ints(ids));
      int[] segments = new int[pair.length()];
      Arrays.fill(segments, firstSegment, segments.length, 1);
      assertThat(pair.tokenTypeIds()).isEqualTo(segments);
    }
  }

  /** Python's library stops behind the word that reaches the limit, and compares lengths then. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
"""
false | one two three four five six seven eight nine unbelievableness | one two three four five six seven eight nine ten eleven | 101 2028 2048 2093 2176 102 2028 2048 2093 102
false | one two three four five six seven eight nine ten eleven | one two three four five six seven eight nine unbelievableness | 101 2028 2048 2093 102 2028 2048 2093 2176 102
false | one two three four five six seven eight nine unbelievableness | one two three four five six seven eight nine unbelievableness | 101 2028 2048 2093 102 2028 2048 2093 2176 102
true | unbelievableness one two three four five six seven eight nine | one two three four five six seven eight nine ten eleven | 101 2416 2698 2809 3157 102 3157 2702 5408 102
true | one two three four five six seven eight nine ten eleven | unbelievableness one two three four five six seven eight nine | 101 3157 2702 5408 102 2416 2698 2809 3157 102
""")
  void encodePair_bothTooLong_theOddTokenGoesToTheLongerUpToAWholeWord(
      boolean keepsLast, String first, String second, String ids) {
    TokenizerFiles files = new TokenizerFiles(json, keepsLast, Map.of(), "", true);
    try (TextTokenizer limited = TextTokenizer.of(files, 10)) {
      assertThat(limited.encodePair(first, second).inputIds()).isEqualTo(ints(ids));
    }
  }

  @Test
  void encode_loneSurrogates_countAsReplacementCharacters() {
    String emoji = "\uD83D\uDE00";
    for (String lone : List.of("\uD83D", "\uDE00", "\uDE00\uD83D")) {
      assertThat(tokenizer.encode("good " + lone + " day " + emoji))
          .isEqualTo(tokenizer.encode("good \uFFFD day " + emoji));
    }
    assertThat(tokenizer.encode("a\0b").inputIds()).containsExactly(101, 11113, 102);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "x ", "é", "!", "我", "[SEP]", "\uD83D", " "})
  @Timeout(60) // takes a second; work that grows with the square would take many minutes
  void encode_hugeText_isCutQuickly(String unit) {
    String huge = unit.repeat(100_000 / unit.length());
    assertThat(tokenizer.encode(huge).length()).isBetween(2, 256);
    assertThat(tokenizer.encodePair(huge, huge).length()).isBetween(3, 256);
  }

  @Test
  void encodeAll_manyTextsFromManyThreads_keepsOrder() {
    List<String> texts = new ArrayList<>();
    IntStream.range(0, 3000).forEach(i -> texts.add("number " + i));
    List<TokenizedText> expected = texts.stream().map(tokenizer::encode).toList();
    List<List<TokenizedText>> all =
        IntStream.range(0, 4).parallel().mapToObj(i -> tokenizer.encodeAll(texts)).toList();
    assertThat(all).allSatisfy(encoded -> assertThat(encoded).isEqualTo(expected));
    assertThat(tokenizer.encodeAll(List.of())).isEmpty();
    assertThat(tokenizer.encodePairs(List.of())).isEmpty();
  }

  @Test
  void encode_null_isRefusedWithItsIndex() {
    assertThatThrownBy(() -> tokenizer.encode(null)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tokenizer.encodePair("a", null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tokenizer.encodeAll(Arrays.asList("a", null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("text 1 is null, expected a String");
    List<TextPair> pairs = Collections.singletonList(null);
    assertThatThrownBy(() -> tokenizer.encodePairs(pairs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pair 0 is null");
  }

  @Test
  void of_brokenContentOrLimit_isRefused() {
    byte[] broken = "{\"model\": 3}".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> TextTokenizer.of(broken, 256))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("tokenizer.json is not a valid tokenizer");
    assertThatThrownBy(() -> TextTokenizer.of(json, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxSeqLength is 2, expected at least the 3");
  }

  @Test
  void encode_afterClose_isRefused() {
    TextTokenizer closed = TextTokenizer.of(json, 256);
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.encode("a")).isInstanceOf(IllegalStateException.class);
  }

  private static int[] ints(String text) {
    return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }
}
