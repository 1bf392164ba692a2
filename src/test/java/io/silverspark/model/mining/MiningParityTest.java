package io.silverspark.model.mining;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.SharedData;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** 400 real pairs, encoded and mined here and by sentence-transformers 6.0.1. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MiningParityTest {
  /** Allowed difference of scores, and the gap under which neighbours may swap. */
  private static final float TOLERANCE = 2e-6f;

  private JsonNode reference;
  private float[][] queries;
  private float[][] corpus;
  private List<int[]> positives;

  @BeforeAll
  void encode() throws Exception {
    reference = new ObjectMapper().readTree(SharedData.path("reference/mining.json").toFile());
    try (SentenceEncoder encoder =
        SentenceEncoder.load("builtin:all-MiniLM-L6-v2", EncoderOptions.defaults())) {
      queries = encoder.encode(texts(reference.get("queries")));
      corpus = encoder.encode(texts(reference.get("corpus")));
    }
    positives = rowsOfPositives();
  }

  List<String> settings() {
    List<String> names = new ArrayList<>();
    reference.get("settings").fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @MethodSource("settings")
  void mine_realPairs_givesThePeersNegatives(String name) {
    JsonNode setting = reference.get("settings").get(name);
    HardNegativePolicy policy = MiningJson.policy(setting.get("settings"));
    List<MinedQuery> mined = HardNegativeMiner.hard(policy).mine(queries, corpus, positives);

    int maxPositives = reference.get("max_positives_counting_duplicate_rows").intValue();
    assertThat(policy.effectiveRangeMax(maxPositives))
        .isEqualTo(setting.get("effective_range_max").intValue());
    assertThat(policy.candidatesPerQuery(maxPositives))
        .isEqualTo(setting.get("retrieved_per_query").intValue());
    assertThat(mined.stream().mapToInt(query -> query.triplets().size()).sum())
        .isEqualTo(setting.get("triplet_rows").intValue());
    assertThat(mined.stream().mapToInt(query -> query.tuples(policy.numNegatives()).size()).sum())
        .isEqualTo(setting.get("n_tuple_rows").intValue());
    for (MinedQuery query : mined) {
      int row = (int) query.queryId();
      assertSame(
          query.negatives(),
          setting.get("negatives").get(row),
          setting.get("negative_scores").get(row));
      JsonNode scores = reference.get("positive_scores").get(row);
      for (int i = 0; i < scores.size(); i++) {
        assertThat(Math.abs(query.positives().get(i).score() - scores.get(i).floatValue()))
            .isLessThanOrEqualTo(TOLERANCE);
      }
    }
  }

  @Test
  void search_realQueries_givesThePeersSemanticSearch() {
    JsonNode search = reference.get("semantic_search");
    List<List<Neighbour>> found =
        BlockedSimilarity.of(corpus, VectorSimilarity.COSINE)
            .search(queries, search.get("top_k").intValue());
    for (int row = 0; row < search.get("results").size(); row++) {
      JsonNode results = search.get("results").get(row);
      for (int rank = 0; rank < results.size(); rank++) {
        Neighbour neighbour = found.get(row).get(rank);
        assertThat(neighbour.id()).isEqualTo(results.get(rank).get(0).longValue());
        assertThat(Math.abs(neighbour.score() - results.get(rank).get(1).floatValue()))
            .isLessThanOrEqualTo(TOLERANCE);
      }
    }
  }

  /** Equal ids in order; where an id differs, the scores must be a tie within the tolerance. */
  private static void assertSame(List<Neighbour> found, JsonNode ids, JsonNode scores) {
    assertThat(found).hasSize(ids.size());
    for (int i = 0; i < found.size(); i++) {
      assertThat(Math.abs(found.get(i).score() - scores.get(i).floatValue()))
          .as("score of negative %d, expected id %s", i, ids.get(i))
          .isLessThanOrEqualTo(TOLERANCE);
      if (found.get(i).id() != ids.get(i).longValue()) {
        assertThat(isTied(scores, i)).as("negative %d: %s", i, found.get(i)).isTrue();
      }
    }
  }

  private static boolean isTied(JsonNode scores, int i) {
    float score = scores.get(i).floatValue();
    return (i > 0 && Math.abs(scores.get(i - 1).floatValue() - score) <= TOLERANCE)
        || (i + 1 < scores.size() && Math.abs(scores.get(i + 1).floatValue() - score) <= TOLERANCE);
  }

  private List<int[]> rowsOfPositives() {
    Map<String, Integer> queryRows = index(reference.get("queries"));
    Map<String, Integer> corpusRows = index(reference.get("corpus"));
    List<List<Integer>> rows = new ArrayList<>();
    queryRows.keySet().forEach(unused -> rows.add(new ArrayList<>()));
    for (JsonNode pair : reference.get("pairs")) {
      rows.get(queryRows.get(pair.get(0).textValue())).add(corpusRows.get(pair.get(1).textValue()));
    }
    return rows.stream().map(row -> row.stream().mapToInt(Integer::intValue).toArray()).toList();
  }

  private static Map<String, Integer> index(JsonNode texts) {
    Map<String, Integer> rows = new TreeMap<>();
    texts.forEach(text -> rows.put(text.textValue(), rows.size()));
    return rows;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.textValue()));
    return texts;
  }
}
