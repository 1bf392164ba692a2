package io.silverspark.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.SparseEncoder;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.SentenceModule.SpladePooling;
import io.silverspark.model.files.TinySplade;
import io.silverspark.model.prompt.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Measures of a sparse encoder against sentence-transformers, see {@code src/test/python}. */
class SparseEvaluationTest {
  static final JsonNode GOLDEN = golden();

  private static JsonNode golden() {
    try (InputStream in =
        SparseEvaluationTest.class.getResourceAsStream("sparse-sentence-transformers-6.0.1.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void measure_aRetrievalBenchmark_givesMetricsAndSparsityOfThePeer() {
    assertRetrieval("retrieval", 0);
    assertRetrieval("retrieval of 4 active dims", 4);
  }

  private static void assertRetrieval(String golden, int maxActiveDims) {
    List<List<String>> relevance = new ArrayList<>();
    GOLDEN
        .get("relevance")
        .forEach(row -> relevance.add(List.of(id(row.get(0).asInt()), id(row.get(1).asInt()))));
    DataSetEvaluation task =
        SearchBenchmarkTask.of("R", numbered("queries"), numbered("corpus"), relevance);
    Map<String, Double> found = measured(task, maxActiveDims);
    assertThat(found).hasSize(GOLDEN.get(golden).size());
    GOLDEN
        .get(golden)
        .properties()
        .forEach(
            metric ->
                assertThat(found.get(metric.getKey()))
                    .as(metric.getKey())
                    .isCloseTo(metric.getValue().asDouble(), within(1e-6)));
  }

  @Test
  void measure_gradedPairs_givesTheCorrelationOfThePeersDotProduct() {
    List<TextPair> pairs = new ArrayList<>();
    GOLDEN
        .get("pairs")
        .forEach(row -> pairs.add(new TextPair(row.get(0).asText(), row.get(1).asText())));
    double[] scores = new double[pairs.size()];
    IntStream.range(0, scores.length)
        .forEach(row -> scores[row] = GOLDEN.get("pairs").get(row).get(2).asDouble());
    Map<String, Double> found = measured(new StsBenchmarkTask("S", pairs, scores), 0);
    JsonNode expected = GOLDEN.get("similarity");
    assertThat(found.get("score_pearson"))
        .isCloseTo(expected.get("pearson_dot").asDouble(), within(1e-5));
    assertThat(found.get("score_spearman"))
        .isCloseTo(expected.get("spearman_dot").asDouble(), within(1e-3)); // equal texts tie here
    assertThat(found.get("active_dims"))
        .isCloseTo(expected.get("active_dims").asDouble(), within(1e-6));
    assertThat(found.get("sparsity_ratio"))
        .isCloseTo(expected.get("sparsity_ratio").asDouble(), within(1e-6));
  }

  /** The model that the peer measured. */
  static ModelFiles model() {
    SpladePooling pooling =
        new SpladePooling(SpladePooling.Strategy.SUM, SpladePooling.Activation.RELU);
    return TinySplade.files("distilbert", pooling);
  }

  private static Map<String, Double> measured(DataSetEvaluation task, int maxActiveDims) {
    try (SentenceEncoder model =
        SentenceEncoder.of(model(), EncoderOptions.defaults().withWorkers(1))) {
      SparseEncoder encoder = SparseEncoder.over(model);
      List<String> texts = task.texts().stream().map(EvaluatedText::text).distinct().toList();
      SparseTexts vectors =
          new SparseTexts(role -> Prompt.NONE, encoder.similarity(), encoder.dimension());
      vectors.put(
          Prompt.NONE,
          texts,
          encoder.encode(texts, Prompt.NONE, maxActiveDims, BatchListener.NONE));
      return task.measure(vectors).stream()
          .collect(Collectors.toMap(Measure::name, Measure::value));
    }
  }

  static List<List<String>> numbered(String part) {
    List<List<String>> rows = new ArrayList<>();
    GOLDEN.get(part).forEach(text -> rows.add(List.of(id(rows.size()), text.asText())));
    return rows;
  }

  /** Ids whose order is that of the numbers. */
  static String id(int number) {
    return "%03d".formatted(number);
  }
}
