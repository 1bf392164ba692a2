package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.evaluation.ParaphraseMiningEvaluator.Pair;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Mining, translation, distance and classification against sentence-transformers' and MTEB's. */
class PeerBenchmarksTest {
  private static final JsonNode PEER = peer();

  @Test
  void paraphraseMining_limitsAndClosure_equalThePeer() {
    JsonNode mining = PEER.path("mining");
    Set<Pair> duplicates = new HashSet<>();
    mining
        .path("duplicates")
        .forEach(pair -> duplicates.add(new Pair(pair.get(1).asInt(), pair.get(0).asInt())));
    for (JsonNode peer : mining.path("cases")) {
      Set<Pair> known =
          peer.path("closure").asBoolean()
              ? ParaphraseMiningEvaluator.withTransitiveClosure(duplicates)
              : duplicates;

      ParaphraseMiningEvaluator.Scores scores =
          new ParaphraseMiningEvaluator(peer.path("maxPairs").asInt(), peer.path("topK").asInt())
              .evaluate(matrix(mining.path("embeddings")), known);

      JsonNode expected = peer.path("expected");
      assertThat(scores.averagePrecision())
          .as(peer.toString())
          .isCloseTo(expected.path("average_precision").asDouble(), within(1e-12));
      assertThat(scores.f1()).isCloseTo(expected.path("f1").asDouble(), within(1e-12));
      assertThat(scores.precision())
          .isCloseTo(expected.path("precision").asDouble(), within(1e-12));
      assertThat(scores.recall()).isCloseTo(expected.path("recall").asDouble(), within(1e-12));
      assertThat(scores.threshold()).isCloseTo(expected.path("threshold").asDouble(), within(1e-6));
    }
  }

  @Test
  void translation_bothDirections_equalThePeer() {
    JsonNode peer = PEER.path("translation");

    TranslationEvaluator.Scores scores =
        TranslationEvaluator.evaluate(matrix(peer.path("first")), matrix(peer.path("second")));

    JsonNode expected = peer.path("expected");
    assertThat(scores.sourceToTargetAccuracy().ofAllRows())
        .isCloseTo(expected.path("src2trg_accuracy").asDouble(), within(1e-12));
    assertThat(scores.targetToSourceAccuracy().ofAllRows())
        .isCloseTo(expected.path("trg2src_accuracy").asDouble(), within(1e-12));
    assertThat(scores.meanAccuracy().ofAllRows())
        .isCloseTo(expected.path("mean_accuracy").asDouble(), within(1e-12));
  }

  @Test
  void mse_equalsThePeer() {
    JsonNode peer = PEER.path("translation");

    RowStatistic mse =
        MseEvaluator.evaluate(matrix(peer.path("first")), matrix(peer.path("second")));

    assertThat(mse.ofAllRows()).isCloseTo(peer.path("mse").asDouble(), within(1e-5));
  }

  @Test
  void classification_twoThreeAndFiveLabels_equalsScikitLearnInMtebsProtocol() {
    for (JsonNode peer : PEER.path("classification")) {
      int[] testLabels = numbers(peer.path("testLabels"));

      IntentScores scores =
          new IntentEvaluator(
                  10,
                  new FewShotSampler(peer.path("samplesPerLabel").asInt(), 42),
                  LogisticRegression.defaults())
              .evaluate(
                  matrix(peer.path("train")),
                  numbers(peer.path("trainLabels")),
                  matrix(peer.path("test")),
                  testLabels);

      JsonNode expected = peer.path("expected");
      assertScore(scores.accuracy(), expected, "accuracy");
      assertScore(scores.macroF1(), expected, "f1");
      assertScore(scores.weightedF1(), expected, "f1_weighted");
      assertScore(scores.macroPrecision(), expected, "precision");
      assertScore(scores.weightedPrecision(), expected, "precision_weighted");
      assertScore(scores.macroRecall(), expected, "recall");
      if (expected.has("ap")) {
        assertScore(scores.averagePrecision(testLabels), expected, "ap");
      }
    }
  }

  @Test
  void meanOf_dataSetsOfDifferentSizes_resamplesEachByItself() {
    RowStatistic small = RowStatistic.mean(new double[] {1, 1});
    RowStatistic large = RowStatistic.mean(new double[] {0, 0, 0, 0, 0.5});

    BootstrapInterval interval =
        BootstrapInterval.of(
            RowStatistic.meanOf(List.of(small, large)), new Resampling(500, 0.95, 1));

    assertThat(interval.estimate()).isCloseTo(0.55, within(1e-12));
    assertThat(interval.lower()).isCloseTo(0.5, within(1e-12)); // the small one never changes
    assertThat(interval.upper()).isBetween(0.55, 0.75);
  }

  private static void assertScore(double score, JsonNode expected, String name) {
    assertThat(score).as(name).isCloseTo(expected.path(name).asDouble(), within(1e-12));
  }

  private static float[][] matrix(JsonNode rows) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(
            row -> {
              float[] values = new float[row.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) row.get(i).asDouble();
              }
              return values;
            })
        .toArray(float[][]::new);
  }

  private static int[] numbers(JsonNode values) {
    return StreamSupport.stream(values.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static JsonNode peer() {
    try (InputStream in =
        PeerBenchmarksTest.class.getResourceAsStream(
            "benchmarks-sentence-transformers-6.0.1.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
