package io.silverspark.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.jobs.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateJobTest {
  @Test
  void generate_sentences_areWrittenAsEntailedPairs(@TempDir Path directory) throws Exception {
    Commands done =
        Commands.run(new GenerateJob(), "--sentences", "100003", "--output", directory.toString());

    assertThat(done.code()).isZero();
    List<String> first = Files.readAllLines(directory.resolve("nli/train-00000.jsonl"));
    List<String> second = Files.readAllLines(directory.resolve("nli/train-00001.jsonl"));
    assertThat(first).hasSize(50_000);
    assertThat(second).hasSize(1);
    JsonNode pair = new ObjectMapper().readTree(first.get(0));
    assertThat(pair.get("gold_label").textValue()).isEqualTo("entailment");
    assertThat(pair.get("sentence1").textValue()).matches("[A-Z][\\w' -]+\\.");
    assertThat(pair.get("sentence2").textValue()).matches("[A-Z][\\w' ,-]+\\.");
  }

  @Test
  void pair_anyNumber_givesSentencesOfItsOwn() {
    SentencePairs pairs = SentencePairs.withSeed(42);
    Set<String> sentences = new HashSet<>();
    for (int i = 0; i < 60_000; i++) {
      SentencePairs.Pair pair = pairs.pair(i * (pairs.size() / 60_000));
      sentences.add(pair.premise());
      sentences.add(pair.hypothesis());
    }
    assertThat(sentences).hasSize(120_000);
    assertThat(pairs.size()).isGreaterThan(5_000_000);
    assertThat(SentencePairs.withSeed(43).pair(0)).isNotEqualTo(pairs.pair(0));
  }

  @Test
  void generate_moreThanThereAre_saysHowMany(@TempDir Path directory) {
    Commands done =
        Commands.run(
            new GenerateJob(), "--sentences", "9000000000", "--output", directory.toString());
    assertThat(done.code()).isEqualTo(2);
    assertThat(done.err()).contains("--sentences 9000000000: needs a number from 2 to 11878400");
  }
}
