package io.silverspark.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.SharedData;
import io.silverspark.model.data.TextPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every id of Python's tokenizers 0.23, single texts and truncated pairs. */
class TokenizationParityTest {
  private static byte[] tokenizerJson;
  private static JsonNode reference;

  @BeforeAll
  static void read() throws IOException {
    reference =
        new ObjectMapper().readTree(SharedData.path("reference/tokenization.json").toFile());
    tokenizerJson = MiniLmTokenizer.json();
  }

  @Test
  void encodeAll_referenceTexts_givesPythonsIds() {
    try (TextTokenizer tokenizer = TextTokenizer.of(tokenizerJson, 256)) {
      List<String> texts = new ArrayList<>();
      reference.get("single").forEach(entry -> texts.add(entry.get("text").textValue()));
      List<TokenizedText> batch = tokenizer.encodeAll(texts);
      assertThat(texts).hasSizeGreaterThan(40);
      for (int i = 0; i < texts.size(); i++) {
        JsonNode entry = reference.get("single").get(i);
        int[] expected = ints(entry.get("input_ids"));
        String name = entry.get("name").textValue();
        assertThat(batch.get(i).inputIds()).as(name).isEqualTo(expected);
        assertThat(batch.get(i).tokenTypeIds()).as(name).isEqualTo(new int[expected.length]);
        assertThat(tokenizer.encode(texts.get(i))).as(name).isEqualTo(batch.get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 129, 256})
  void encodePairs_referencePairs_givesPythonsIds(int maxLength) {
    try (TextTokenizer tokenizer = TextTokenizer.of(tokenizerJson, maxLength)) {
      List<TextPair> pairs = new ArrayList<>();
      reference.get("pairs").forEach(entry -> pairs.add(pair(entry)));
      List<TokenizedText> batch = tokenizer.encodePairs(pairs);
      assertThat(pairs).hasSizeGreaterThan(10);
      for (int i = 0; i < pairs.size(); i++) {
        JsonNode expected = reference.get("pairs").get(i).get("max_length_" + maxLength);
        assertThat(batch.get(i).inputIds()).isEqualTo(ints(expected.get("input_ids")));
        assertThat(batch.get(i).tokenTypeIds()).isEqualTo(ints(expected.get("token_type_ids")));
      }
    }
  }

  private static TextPair pair(JsonNode entry) {
    return new TextPair(entry.get("text_a").textValue(), entry.get("text_b").textValue());
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }
}
