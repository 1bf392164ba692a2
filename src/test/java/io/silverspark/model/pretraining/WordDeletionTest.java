package io.silverspark.model.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.SharedData;
import io.silverspark.model.sampling.LegacyMersenneTwister;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class WordDeletionTest {
  @Test
  void keep_seedsOfNumPy_keepsTheSameWordsAsTheLibrary() throws IOException {
    JsonNode noise =
        new ObjectMapper().readTree(SharedData.path("reference/tsdae.json").toFile()).get("noise");
    assertThat(noise.get("examples")).isNotEmpty();
    for (JsonNode example : noise.get("examples")) {
      int seed = example.get("numpy_seed").asInt();
      LegacyMersenneTwister uniforms = new LegacyMersenneTwister(seed);
      example
          .get("uniforms")
          .forEach(u -> assertThat(uniforms.nextDouble()).isCloseTo(u.asDouble(), within(1e-7)));

      boolean[] kept =
          new WordDeletion(example.get("ratio").asDouble())
              .keep(example.get("n_words").asInt(), new LegacyMersenneTwister(seed));
      for (int i = 0; i < kept.length; i++) {
        assertThat(kept[i]).isEqualTo(example.get("keep").get(i).asInt() == 1);
      }
    }
  }

  @Test
  void apply_anyWhitespace_joinsTheKeptWordsBySpaces() {
    String text = " one two\tthree\u00a0four\nfive six seven  eight ";
    assertThat(new WordDeletion().apply(text, new LegacyMersenneTwister(0)))
        .isEqualTo("two three six eight");
  }

  /** {@code np.random.seed(3)}: six numbers, none above 1; then {@code np.random.choice(6)}. */
  @Test
  void apply_allDeleted_keepsOneWord() {
    String kept = new WordDeletion(1).apply("a b c d e f", new LegacyMersenneTwister(3));
    assertThat(kept).hasSize(1);
    LegacyMersenneTwister random = new LegacyMersenneTwister(3);
    for (int i = 0; i < 6; i++) {
      random.nextDouble();
    }
    assertThat(kept).isEqualTo(String.valueOf("abcdef".charAt(random.nextUpTo(5))));
  }

  @Test
  void apply_noWord_leavesTheText() {
    assertThat(new WordDeletion().apply(" \t", new LegacyMersenneTwister(0))).isEqualTo(" \t");
    assertThat(new WordDeletion().apply("", new LegacyMersenneTwister(0))).isEmpty();
  }

  @Test
  void ratio_outOfRange_isRefused() {
    assertThatThrownBy(() -> new WordDeletion(1.5))
        .hasMessage("ratio must be from 0 to 1, found 1.5");
  }
}
