package io.silverspark.model.mining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Random vectors mined by mine_hard_negatives of sentence-transformers 6.0.1, and by us. */
class PeerMiningTest {
  private static JsonNode golden;
  private static float[][] queries;
  private static float[][] corpus;
  private static List<int[]> positives;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in =
        PeerMiningTest.class.getResourceAsStream("mining-sentence-transformers-6.0.1.json")) {
      golden = new ObjectMapper().readTree(in);
    }
    queries = MiningJson.matrix(golden.get("queries"));
    corpus = MiningJson.matrix(golden.get("corpus"));
    positives = new ArrayList<>();
    for (int query = 0; query < queries.length; query++) {
      List<Integer> rows = new ArrayList<>();
      for (JsonNode row : golden.get("rows")) {
        if (row.get(0).intValue() == query) {
          rows.add(row.get(1).intValue());
        }
      }
      positives.add(rows.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "defaults",
        "relative_margin",
        "absolute_margin",
        "scores",
        "min_score_only",
        "range",
        "all",
        "wide"
      })
  void mine_theSameVectors_givesThePeersRows(String name) {
    JsonNode setting = golden.get("settings").get(name);
    HardNegativePolicy policy = MiningJson.policy(setting.get("arguments"));

    List<MinedQuery> mined = HardNegativeMiner.hard(policy).mine(queries, corpus, positives);

    List<List<Long>> triplets = new ArrayList<>();
    List<Float> scores = new ArrayList<>();
    List<List<Long>> tuples = new ArrayList<>();
    for (MinedQuery query : mined) {
      for (MinedQuery.TripletRow row : query.triplets()) {
        triplets.add(List.of(row.queryId(), row.positive().id(), row.negative().id()));
        scores.add(row.positive().score());
        scores.add(row.negative().score());
      }
      for (MinedQuery.TupleRow row : query.tuples(policy.numNegatives())) {
        List<Long> ids = new ArrayList<>(List.of(row.queryId(), row.positive().id()));
        row.negatives().forEach(negative -> ids.add(negative.id()));
        tuples.add(ids);
      }
    }
    assertThat(triplets).isNotEmpty().isEqualTo(MiningJson.ids(setting.get("triplets")));
    assertThat(tuples).isEqualTo(MiningJson.ids(setting.get("tuples")));
    int next = 0;
    for (JsonNode row : setting.get("triplet_scores")) {
      assertThat(scores.get(next++)).isCloseTo(row.get(0).floatValue(), within(1e-6f));
      assertThat(scores.get(next++)).isCloseTo(row.get(1).floatValue(), within(1e-6f));
    }
  }

  /** Vectors of different lengths, which the peer scales to 1 whatever similarity it takes. */
  @ParameterizedTest
  @EnumSource(VectorSimilarity.class)
  void mine_modelOfAnySimilarity_givesThePeersRowsAndScores(VectorSimilarity similarity)
      throws IOException {
    JsonNode settings;
    try (InputStream in =
        PeerMiningTest.class.getResourceAsStream("similarities-sentence-transformers-6.0.1.json")) {
      settings = new ObjectMapper().readTree(in).get("settings");
    }
    for (String kind : List.of("defaults", "limits", "margins")) {
      JsonNode setting = settings.get(similarity.functionName() + " " + kind);
      HardNegativePolicy policy = MiningJson.policy(setting.get("arguments"));

      List<MinedQuery> mined =
          HardNegativeMiner.hard(policy)
              .by(similarity)
              .mine(stretched(queries), stretched(corpus), positives);

      List<List<Long>> triplets = new ArrayList<>();
      for (MinedQuery query : mined) {
        for (MinedQuery.TripletRow row : query.triplets()) {
          JsonNode scores = setting.get("triplet_scores").get(triplets.size());
          triplets.add(List.of(row.queryId(), row.positive().id(), row.negative().id()));
          assertThat(row.positive().score())
              .as(kind)
              .isCloseTo(scores.get(0).floatValue(), within(3e-6f));
          assertThat(row.negative().score())
              .as(kind)
              .isCloseTo(scores.get(1).floatValue(), within(3e-6f));
        }
      }
      assertThat(triplets).as(kind).isEqualTo(MiningJson.ids(setting.get("triplets")));
    }
  }

  private static float[][] stretched(float[][] rows) {
    float[][] stretched = new float[rows.length][];
    for (int row = 0; row < rows.length; row++) {
      stretched[row] = rows[row].clone();
      for (int i = 0; i < stretched[row].length; i++) {
        stretched[row][i] *= 1 + row % 5 / 2f;
      }
    }
    return stretched;
  }

  @Test
  void effectiveRangeMax_minScoreAlone_doesNotCountAsFilter() {
    HardNegativePolicy none = HardNegativePolicy.defaults();
    HardNegativePolicy minScore =
        new HardNegativePolicy(
            3,
            0,
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(0.4),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            HardNegativePolicy.Sampling.TOP,
            1);
    assertThat(none.effectiveRangeMax(3)).isEqualTo(6);
    assertThat(minScore.effectiveRangeMax(3)).isEqualTo(6);
    assertThat(none.candidatesPerQuery(3)).isEqualTo(9);
  }
}
