package io.silverspark.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.SparkFixture;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.PairPrediction;
import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.RankedListEvaluator;
import io.silverspark.model.files.ClassNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Reranking of BM25's lists against sentence-transformers, see {@code src/test/python}. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
class RankedListTaskTest {
  private static final JsonNode GOLDEN = golden();

  @TempDir Path directory;

  @Test
  void measure_filesOfTheHub_givesNamesAndNumbersOfThePeer(SparkSession spark) throws IOException {
    write();
    for (JsonNode peer : GOLDEN.path("cases")) {
      EvaluationData data =
          read(
              spark,
              "evaluate.reranking.rerankK=" + peer.path("rerank_k").asInt(),
              "evaluate.reranking.alwaysRerankPositives=" + peer.path("always_rerank_positives"));
      Map<String, List<Measure>> measures = new LinkedHashMap<>();
      data.tasks().stream()
          .filter(task -> !task.pairs().isEmpty())
          .forEach(task -> measures.put(task.dataset(), task.measure(predictions(task))));
      measures.putAll(GroupMeans.of(data.groups(), measures));

      Map<String, Double> found = new LinkedHashMap<>();
      measures
          .values()
          .forEach(all -> all.forEach(one -> found.put(one.metric().id(), one.value())));
      Map<String, Double> expected = new LinkedHashMap<>();
      peer.path("expected")
          .properties()
          .forEach(one -> expected.put(one.getKey(), one.getValue().asDouble()));
      assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
      expected.forEach(
          (name, value) -> assertThat(found.get(name)).as(name).isCloseTo(value, within(1e-9)));
    }
  }

  @Test
  void read_namedDataSetOfArguments_isRerankedInAGroupOfItsOwn(SparkSession spark)
      throws IOException {
    write();
    for (String part : List.of("corpus", "queries", "qrels", "bm25")) {
      Path folder = directory.resolve("NanoBEIR-en").resolve(part);
      Files.copy(folder.resolve("NanoMSMARCO.jsonl"), folder.resolve("NanoArguAna.jsonl"));
    }

    assertThat(read(spark, "evaluate.tasks=NanoArguAna").groups())
        .isEqualTo(Map.of("NanoArguAna", "NanoBEIR", "NanoArguAna_R100", "NanoBEIR_R100"));
  }

  @Test
  void read_listsThatDoNotFit_areRefusedByName(SparkSession spark) throws IOException {
    write();
    Path list = directory.resolve("NanoBEIR-en/bm25/NanoMSMARCO.jsonl");

    Files.writeString(list, "{\"query-id\": \"q0\", \"corpus-ids\": [\"d1\", \"none\"]}");
    assertRefused(spark, "NanoMSMARCO: corpus has no id 'none'");
    Files.writeString(list, "{\"query-id\": \"other\", \"corpus-ids\": [\"d1\"]}");
    assertRefused(spark, "NanoMSMARCO: bm25 has query 'other', for which qrels names no document");
    Files.writeString(list, "{\"query-id\": \"q0\", \"corpus-ids\": [\"d1\", null]}");
    assertRefused(
        spark,
        list + ": line 1: 'corpus-ids' is a JSON array, expected a list of texts or numbers.");
    Files.writeString(list, "{\"query-id\": \"q0\", \"ids\": [\"d1\"]}");
    assertRefused(spark, list + ": no column corpus-ids or corpus_ids; found query-id, ids.");
  }

  /** An order by the labels has 1 where relevant documents are always there, else it may not. */
  @Test
  void evaluate_perfectScores_areBoundByTheListOnlyIfAsked() {
    RankedListEvaluator.RankedList list =
        new RankedListEvaluator.RankedList("q", List.of("a", "b"), List.of("c", "a", "d"));

    RankedListEvaluator always = RankedListEvaluator.defaults();
    assertThat(always.candidates(list)).containsExactly("a", "b", "c", "d");
    assertThat(always.evaluate(List.of(list), List.of(new double[] {4, 3, 2, 1})).mean("map"))
        .isEqualTo(1);
    RankedListEvaluator found = new RankedListEvaluator(10, 1, false);
    assertThat(found.candidates(list)).containsExactly("c");
    assertThat(found.evaluate(List.of(list), List.of(new double[] {4})).mean("ndcg@10")).isZero();
    assertThatThrownBy(() -> always.evaluate(List.of(list), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 lists but scores for 0");
  }

  private void assertRefused(SparkSession spark, String message) {
    assertThatThrownBy(() -> read(spark))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  private EvaluationData read(SparkSession spark, String... settings) {
    List<String> all = new ArrayList<>();
    all.add("data.dir=" + directory);
    all.add("evaluate.tasks=NanoMSMARCO,NanoSciFact");
    all.addAll(List.of(settings));
    return EvaluationTables.read(
        SparkFixture.context(
            spark, "evaluate", new ByteArrayOutputStream(), all.toArray(String[]::new)));
  }

  private void write() throws IOException {
    for (Map.Entry<String, JsonNode> set : GOLDEN.path("sets").properties()) {
      for (Map.Entry<String, JsonNode> part : set.getValue().properties()) {
        Path folder = directory.resolve("NanoBEIR-en").resolve(part.getKey());
        Files.createDirectories(folder);
        Files.write(
            folder.resolve(set.getKey() + ".jsonl"),
            StreamSupport.stream(part.getValue().spliterator(), false)
                .map(JsonNode::toString)
                .toList());
      }
    }
  }

  private static PairPredictions predictions(DataSetEvaluation task) {
    Map<TextPair, PairPrediction> scores = new LinkedHashMap<>();
    GOLDEN
        .path("scores")
        .forEach(
            row ->
                scores.put(
                    new TextPair(row.get(0).asText(), row.get(1).asText()),
                    new PairPrediction((float) row.get(2).asDouble(), 0)));
    assertThat(scores.keySet()).containsAll(task.pairs());
    return new PairPredictions(
        List.copyOf(scores.keySet()),
        List.copyOf(scores.values()),
        ClassNames.ofNumber(1),
        OptionalInt.empty());
  }

  private static JsonNode golden() {
    try (InputStream in =
        RankedListTaskTest.class.getResourceAsStream(
            "cross-nano-beir-sentence-transformers-6.0.1.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
