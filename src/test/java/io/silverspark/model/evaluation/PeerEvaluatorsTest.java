package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The evaluators against numbers that sentence-transformers gave for the same inputs. */
class PeerEvaluatorsTest {
  private static final JsonNode PEER = peer();

  @Test
  void binary_everySimilarity_equalsThePeer() {
    for (JsonNode peer : PEER.path("binary")) {
      Map<Similarity, BinaryClassificationEvaluator.Scores> scores =
          BinaryClassificationEvaluator.evaluate(
              matrix(peer.path("first")), matrix(peer.path("second")), flags(peer.path("labels")));
      for (Similarity similarity : Similarity.values()) {
        String name = similarity.name().toLowerCase(Locale.ROOT);
        assertBinary(
            peer.path("name").asText() + " " + name,
            scores.get(similarity),
            peer.path("expected").path(name),
            "ap");
        assertThat(scores.get(similarity).matthews())
            .as("%s %s mcc", peer.path("name"), name)
            .isCloseTo(peer.path("expected").path(name).path("mcc").asDouble(), within(1e-9));
      }
    }
  }

  @Test
  void binary_statisticsOverAllRows_areTheScores() {
    JsonNode peer = PEER.path("binary").get(1);
    boolean[] labels = flags(peer.path("labels"));
    double[] scores =
        Similarity.DOT.ofRows(matrix(peer.path("first")), matrix(peer.path("second")));
    BinaryClassificationEvaluator.Scores all =
        BinaryClassificationEvaluator.evaluate(scores, labels);

    assertThat(BinaryClassificationEvaluator.averagePrecision(scores, labels).ofAllRows())
        .isEqualTo(all.averagePrecision());
    assertThat(BinaryClassificationEvaluator.bestAccuracy(scores, labels).ofAllRows())
        .isEqualTo(all.accuracy());
    assertThat(BinaryClassificationEvaluator.bestF1(scores, labels).ofAllRows())
        .isEqualTo(all.f1());
  }

  /** A resample is judged as if its rows had been given alone, copies included. */
  @Test
  void averagePrecision_ofSelection_equalsTheSelectedRowsAlone() {
    double[] scores = {0.9, 0.1, 0.4, 0.4, 0.8};
    boolean[] labels = {true, false, true, false, false};
    int[] selection = {2, 2, 4, 0, 3, 3, 3};
    double[] selected = IntStream.of(selection).mapToDouble(row -> scores[row]).toArray();
    boolean[] selectedLabels = new boolean[selection.length];
    for (int i = 0; i < selection.length; i++) {
      selectedLabels[i] = labels[selection[i]];
    }

    assertThat(BinaryClassificationEvaluator.averagePrecision(scores, labels).of(selection))
        .isCloseTo(
            BinaryClassificationEvaluator.evaluate(selected, selectedLabels).averagePrecision(),
            within(1e-15));
  }

  @Test
  void retrieval_cosineAndDot_equalThePeer() {
    JsonNode peer = PEER.path("retrieval");
    List<Set<Integer>> relevant = new ArrayList<>();
    for (JsonNode documents : peer.path("relevant")) {
      Set<Integer> ids = new HashSet<>();
      documents.forEach(id -> ids.add(id.asInt()));
      relevant.add(ids);
    }
    List<Integer> first = List.of(1, 3, 5, 10);
    List<Integer> deeper = List.of(3, 10);
    InformationRetrievalEvaluator evaluator =
        new InformationRetrievalEvaluator(first, first, deeper, deeper, List.of(5, 100));
    for (Similarity similarity : List.of(Similarity.COSINE, Similarity.DOT)) {
      RankingScores scores =
          evaluator.evaluate(
              matrix(peer.path("queries")), matrix(peer.path("corpus")), relevant, similarity);
      String name = similarity.name().toLowerCase(Locale.ROOT);
      assertThat(scores.queries()).isEqualTo(8);
      assertMeans(scores, peer.path("expected").path(name));
    }
  }

  @Test
  void retrieval_wrongInput_isRefused() {
    assertThatThrownBy(
            () -> InformationRetrievalEvaluator.defaults().ofRankings(new int[2][0], List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 rankings but relevant documents for 0 queries");
    assertThat(InformationRetrievalEvaluator.defaults().depth()).isEqualTo(100);
  }

  @Test
  void reranking_biAndCrossEncoder_equalThePeer() {
    JsonNode peer = PEER.path("reranking");
    float[][] queries = matrix(peer.path("queries"));
    List<double[]> cosines = new ArrayList<>();
    List<double[]> crossScores = new ArrayList<>();
    List<boolean[]> labels = new ArrayList<>();
    for (int query = 0; query < queries.length; query++) {
      float[][] documents = matrix(peer.path("documents").get(query));
      cosines.add(RerankingEvaluator.cosines(queries[query], documents));
      crossScores.add(numbers(peer.path("crossScores").get(query)));
      labels.add(flags(peer.path("labels").get(query)));
    }
    for (int k : new int[] {2, 10}) {
      assertThatMeansOf(
          new RerankingEvaluator(k, false).evaluate(cosines, labels), peer.path("bi"), k);
      assertThatMeansOf(
          new RerankingEvaluator(k, true).evaluate(crossScores, labels), peer.path("cross"), k);
    }
  }

  @Test
  void crossEncoder_everyEvaluator_equalsThePeer() {
    JsonNode peer = PEER.path("cross");
    float[] scores = narrow(numbers(peer.path("scores")));
    int[] classes = integers(peer.path("classes"));
    assertBinary(
        "cross-encoder",
        CrossEncoderClassificationEvaluator.evaluate(scores, flags(peer.path("labels"))),
        peer.path("binary"),
        "average_precision");
    ClassificationScores multi =
        CrossEncoderClassificationEvaluator.evaluate(matrix(peer.path("logits")), classes);
    assertThat(multi.macroF1())
        .isCloseTo(peer.path("multi").path("f1_macro").asDouble(), within(1e-9));
    assertThat(multi.accuracy())
        .isCloseTo(peer.path("multi").path("f1_micro").asDouble(), within(1e-9));
    assertThat(multi.weightedF1())
        .isCloseTo(peer.path("multi").path("f1_weighted").asDouble(), within(1e-9));
    Correlation correlation =
        CrossEncoderCorrelationEvaluator.evaluate(scores, numbers(peer.path("gold")));
    JsonNode expected = peer.path("correlation");
    assertThat(correlation.pearson()).isCloseTo(expected.path("pearson").asDouble(), within(1e-6));
    assertThat(correlation.spearman())
        .isCloseTo(expected.path("spearman").asDouble(), within(1e-9));
  }

  @Test
  void labelAccuracy_softmaxHead_equalsThePeer() {
    JsonNode peer = PEER.path("head");
    LabelAccuracyEvaluator.Scores scores =
        LabelAccuracyEvaluator.evaluate(
            matrix(peer.path("first")),
            matrix(peer.path("second")),
            matrix(peer.path("weight")),
            narrow(numbers(peer.path("bias"))),
            integers(peer.path("labels")));
    assertThat(scores.accuracy()).isCloseTo(peer.path("accuracy").asDouble(), within(1e-7));
    assertThat(RowStatistic.accuracy(scores.correct()).ofAllRows()).isEqualTo(scores.accuracy());
  }

  private static void assertBinary(
      String name,
      BinaryClassificationEvaluator.Scores scores,
      JsonNode peer,
      String averagePrecision) {
    double[] found = {
      scores.accuracy(),
      scores.accuracyThreshold(),
      scores.f1(),
      scores.f1Threshold(),
      scores.precision(),
      scores.recall(),
      scores.averagePrecision()
    };
    List<String> names =
        List.of(
            "accuracy",
            "accuracy_threshold",
            "f1",
            "f1_threshold",
            "precision",
            "recall",
            averagePrecision);
    for (int i = 0; i < found.length; i++) {
      assertThat(peer.has(names.get(i))).isTrue();
      assertThat(found[i])
          .as("%s %s", name, names.get(i))
          .isCloseTo(peer.path(names.get(i)).asDouble(), within(1e-6));
    }
  }

  private static void assertMeans(RankingScores scores, JsonNode peer) {
    List<String> names = new ArrayList<>();
    peer.fieldNames().forEachRemaining(names::add);
    assertThat(scores.names()).containsExactlyInAnyOrderElementsOf(names);
    for (String name : names) {
      assertThat(scores.mean(name)).as(name).isCloseTo(peer.path(name).asDouble(), within(1e-9));
    }
  }

  private static void assertThatMeansOf(RankingScores scores, JsonNode peer, int k) {
    for (String name : List.of("map", "mrr@" + k, "ndcg@" + k)) {
      assertThat(scores.mean(name)).as(name).isCloseTo(peer.path(name).asDouble(), within(1e-9));
    }
  }

  private static float[][] matrix(JsonNode rows) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> narrow(numbers(row)))
        .toArray(float[][]::new);
  }

  private static double[] numbers(JsonNode row) {
    return StreamSupport.stream(row.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
  }

  private static int[] integers(JsonNode row) {
    return StreamSupport.stream(row.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static boolean[] flags(JsonNode row) {
    boolean[] flags = new boolean[row.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = row.get(i).asInt() == 1;
    }
    return flags;
  }

  private static float[] narrow(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  private static JsonNode peer() {
    try (InputStream in =
        PeerEvaluatorsTest.class.getResourceAsStream(
            "evaluators-sentence-transformers-6.0.1.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
