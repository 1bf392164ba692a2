package io.silverspark.jobs.mine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.PromptedModel;
import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.config.MineSettings;
import io.silverspark.model.config.Settings;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.mining.HardNegativeMiner;
import io.silverspark.model.mining.HardNegativePolicy;
import io.silverspark.model.mining.MinedQuery;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Vectors behind the prompts that settings choose, mined as {@code mine_hard_negatives} of
 * sentence-transformers 6.0.1 does; {@link MineJobTest} runs two of the cases through the job.
 */
class PromptedMiningTest {
  private static final HardNegativePolicy POLICY =
      new HardNegativePolicy(
          2,
          0,
          OptionalInt.of(5),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          HardNegativePolicy.Sampling.TOP,
          1);

  @ParameterizedTest
  @CsvSource({
    "names, run.seed=1, run.seed=1",
    "texts, 'mine.queryPrompt=\"b b \"', 'mine.corpusPrompt=\"a b \"'",
    "corpusName, mine.corpusPromptName=title, run.seed=1",
    "none, 'mine.queryPrompt=\"\"', 'mine.corpusPromptName=\"\"'"
  })
  void mine_behindChosenPrompts_givesTheTripletsOfThePeer(String name, String one, String other)
      throws IOException {
    JsonNode recorded;
    try (InputStream in =
        MineJobTest.class.getResourceAsStream(
            "mining-with-prompts-sentence-transformers-6.0.1.json")) {
      recorded = new ObjectMapper().readTree(in);
    }
    List<String> anchors = texts(recorded.get("anchors"));
    List<String> positives = texts(recorded.get("positives"));
    Settings settings = AllSettings.reader().read(Optional.empty(), List.of(one, other));
    List<MinedQuery> mined;
    try (SentenceEncoder encoder =
        SentenceEncoder.of(PromptedModel.files(), EncoderOptions.defaults().withWorkers(1))) {
      mined =
          HardNegativeMiner.hard(POLICY)
              .mine(
                  encoder.encode(anchors, MineSettings.QUERY_PROMPT.of(settings)),
                  encoder.encode(positives, MineSettings.CORPUS_PROMPT.of(settings)),
                  IntStream.range(0, anchors.size()).mapToObj(i -> new int[] {i}).toList());
    }
    List<List<String>> triplets = new ArrayList<>();
    for (MinedQuery query : mined) {
      for (MinedQuery.TripletRow row : query.triplets()) {
        triplets.add(
            List.of(
                anchors.get((int) row.queryId()),
                positives.get((int) row.positive().id()),
                positives.get((int) row.negative().id())));
      }
    }
    assertThat(triplets).containsExactlyInAnyOrderElementsOf(expected(recorded, name));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static List<List<String>> expected(JsonNode recorded, String name) {
    List<List<String>> triplets = new ArrayList<>();
    for (JsonNode one : recorded.get("cases")) {
      if (one.get("name").asText().equals(name)) {
        one.get("triplets").forEach(row -> triplets.add(texts(row)));
      }
    }
    assertThat(triplets).isNotEmpty();
    return triplets;
  }
}
