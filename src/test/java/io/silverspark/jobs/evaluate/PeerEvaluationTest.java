package io.silverspark.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.ParquetRows;
import io.silverspark.SharedData;
import io.silverspark.jobs.report.ModelRole;
import io.silverspark.jobs.run.Console;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.evaluation.IntentEvaluator;
import io.silverspark.model.evaluation.IntentScores;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.prompt.Prompt;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The built-in model against sentence-transformers and MTEB on STS-B and Banking77. */
@Tag("cluster")
class PeerEvaluationTest {
  private static final List<String> SIMILARITIES =
      List.of("cosine", "dot", "manhattan", "euclidean");
  private static final String MODEL = "builtin:all-MiniLM-L6-v2";

  @Test
  void fullModel_stsAndBanking_matchTheReference() throws IOException {
    SimilarityTask dev = sts("validation");
    SimilarityTask test = sts("test");
    ParquetRows banking = banking("train");
    ParquetRows bankingTest = banking("test");
    int[] labels = labels(banking);
    List<String> train = banking.texts("text");
    int[] needed = IntentEvaluator.defaults().rowsNeeded(labels);
    List<String> texts =
        Stream.of(
                texts(dev),
                texts(test),
                bankingTest.texts("text"),
                Arrays.stream(needed).mapToObj(train::get).toList())
            .flatMap(List::stream)
            .distinct()
            .toList();

    TextVectors vectors = encode(texts, 0);

    assertSts("full", "dev", dev, vectors);
    assertSts("full", "test", test, vectors);
    IntentScores scores =
        IntentEvaluator.defaults()
            .evaluate(
                vectors.of(EvaluatedText.Role.TEXT, train),
                labels,
                vectors.of(EvaluatedText.Role.TEXT, bankingTest.texts("text")),
                labels(bankingTest));
    assertIntents(scores);
  }

  @Test
  void threeLayers_sts_matchesTheReference() throws IOException {
    SimilarityTask dev = sts("validation");
    SimilarityTask test = sts("test");
    List<String> texts = new ArrayList<>(texts(dev));
    texts.addAll(texts(test));
    TextVectors vectors = encode(texts.stream().distinct().toList(), 3);

    assertSts("layers3", "dev", dev, vectors);
    assertSts("layers3", "test", test, vectors);
  }

  private static List<String> texts(SimilarityTask task) {
    return task.texts().stream().map(EvaluatedText::text).toList();
  }

  private static TextVectors encode(List<String> texts, int layers) {
    Console silent = silentConsole();
    EvaluatedModel model = new EvaluatedModel("model", ModelRole.OTHER, MODEL, layers);
    return new TextVectors(
        texts,
        new DriverRuns(EncoderOptions.defaults())
            .encode(model, texts, Prompt.DEFAULT, silent.progress("encode", texts.size()))
            .result(),
        Similarity.COSINE);
  }

  static Console silentConsole() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return new Console(nowhere, nowhere, false);
  }

  private static void assertSts(
      String model, String split, SimilarityTask task, TextVectors vectors) throws IOException {
    JsonNode expected = json("sts.json").path("results").path(model).path(split);
    List<Measure> measures = task.measure(vectors);
    for (String similarity : SIMILARITIES) {
      for (String correlation : List.of("pearson", "spearman")) {
        String name = correlation + "_" + similarity;
        assertThat(value(measures, name))
            .as("%s %s %s", model, split, name)
            .isCloseTo(expected.path(similarity).path(correlation).doubleValue(), within(1e-5));
      }
    }
  }

  private static double value(List<Measure> measures, String name) {
    return measures.stream()
        .filter(measure -> measure.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static void assertIntents(IntentScores scores) throws IOException {
    JsonNode expected = json("banking77.json").path("results").path("full");
    List<IntentEvaluator.Experiment> experiments = scores.experiments();
    assertThat(experiments).hasSameSizeAs(expected.path("experiments"));
    for (int k = 0; k < experiments.size(); k++) {
      JsonNode experiment = expected.path("experiments").path(k);
      IntentEvaluator.Experiment found = experiments.get(k);
      assertThat(IntStream.of(found.trainRows()).asLongStream().sum())
          .isEqualTo(experiment.path("index_sum").longValue());
      assertThat(found.scores().accuracy())
          .isCloseTo(experiment.path("accuracy").doubleValue(), within(0.005));
      assertThat(found.scores().macroF1())
          .isCloseTo(experiment.path("f1_macro").doubleValue(), within(0.005));
      assertThat((double) found.iterations())
          .isCloseTo(experiment.path("iterations").doubleValue(), within(2.0));
    }
    assertThat(scores.accuracy())
        .isCloseTo(expected.path("mean_accuracy").doubleValue(), within(0.002));
  }

  private static SimilarityTask sts(String split) throws IOException {
    ParquetRows rows =
        ParquetRows.read(SharedData.path("data/glue/stsb/" + split + "-00000-of-00001.parquet"));
    return new SimilarityTask(
        split, true, rows.texts("sentence1"), rows.texts("sentence2"), rows.numbers("label"));
  }

  private static ParquetRows banking(String split) throws IOException {
    return ParquetRows.read(SharedData.path("data/banking77/" + split + "-00000-of-00001.parquet"));
  }

  private static int[] labels(ParquetRows rows) {
    return Arrays.stream(rows.numbers("label")).mapToInt(label -> (int) label).toArray();
  }

  private static JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(SharedData.path("reference/" + name).toFile());
  }
}
