package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.Python;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.evaluation.Correlation;
import io.silverspark.model.evaluation.EmbeddingSimilarityEvaluator;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.loss.CosineSimilarityLoss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The small models of {@link ArchitectureParityTest}, trained here and saved, and cross-encoders
 * made of them: Python's sentence-transformers loads each and gives the same numbers, by {@code
 * interchange.py}.
 */
@Tag("cluster")
class ArchitectureInterchangeTest {
  private static final String SCRIPT = "src/test/python/interchange.py";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withWorkers(1);

  /** transformers reads the tokenizer of a qwen2 as byte pairs, whatever it is; these are words. */
  private static final List<String> TYPES =
      ArchitectureParityTest.TYPES.stream().filter(type -> !type.equals("qwen2")).toList();

  @TempDir private Path folder;

  @BeforeAll
  static void needPython() {
    Python.assumeImports("ArchitectureInterchangeTest", "sentence_transformers");
  }

  @Test
  void everyArchitecture_trainedAndSaved_givesPythonTheSameNumbers() throws IOException {
    JsonNode any = ArchitectureParityTest.recorded("bert");
    ObjectNode data = JSON.createObjectNode();
    data.set("texts", any.get("texts"));
    data.set("pairs", any.get("pairs"));
    data.set("sts", any.at("/training/examples"));
    ObjectNode models = data.putObject("models");
    for (String type : TYPES) {
      Path original = original(type);
      try (SentenceEncoder encoder = SentenceEncoder.load(original.toString(), OPTIONS)) {
        models.set(type, trained(encoder, type, data));
      }
      if (ArchitectureParityTest.CLASSIFIERS.contains(type)) {
        try (CrossEncoder encoder = CrossEncoder.fromEncoder(original.toString(), 1, 5, OPTIONS)) {
          encoder.save(folder.resolve(type + "-cross"), "# Card");
          models.set(type + "-cross", numbers(encoder, data.get("pairs")));
        }
      }
    }
    JSON.writeValue(folder.resolve("expected.json").toFile(), data);
    Python.Finished finished = Python.run(List.of(SCRIPT, "check", folder.toString()), Map.of());
    assertThat(finished.text()).contains(models.size() + " models checked, 0 differ");
  }

  private Path original(String type) throws IOException {
    JsonNode recorded = ArchitectureParityTest.recorded(type);
    Path parent = Files.createDirectories(folder.resolve("original-" + type));
    Path directory = ArchitectureParityTest.directory(parent, recorded, recorded.get("encoder"));
    ArchitectureParityTest.pooling(directory, PoolingMode.MEAN);
    return directory;
  }

  private ObjectNode trained(SentenceEncoder encoder, String type, JsonNode data) {
    List<ScoredPair> pairs = new ArrayList<>();
    for (JsonNode row : data.get("sts")) {
      pairs.add(
          new ScoredPair(row.get(0).asText(), row.get(1).asText(), (float) row.get(2).asDouble()));
    }
    TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), pairs);
    TrainingPlan plan = TrainingPlan.builder().epochs(2).learningRate(1e-3).warmupSteps(0).build();
    new Trainer(TrainableModel.of(encoder), new CosineSimilarityLoss(), plan)
        .nativeThreads(1)
        .train(set, set.shuffled(pairs.size(), 1));
    encoder.save(folder.resolve(type), "# Card");
    Correlation correlation =
        EmbeddingSimilarityEvaluator.evaluate(
                encoder.encode(pairs.stream().map(ScoredPair::first).toList()),
                encoder.encode(pairs.stream().map(ScoredPair::second).toList()),
                pairs.stream().mapToDouble(ScoredPair::score).toArray())
            .cosine();
    ObjectNode numbers = JSON.createObjectNode().put("kind", "sentence");
    List<String> texts = new ArrayList<>();
    data.get("texts").forEach(text -> texts.add(text.asText()));
    numbers.set("embeddings", JSON.valueToTree(encoder.encode(texts)));
    return numbers.put("pearson", correlation.pearson()).put("spearman", correlation.spearman());
  }

  private static ObjectNode numbers(CrossEncoder encoder, JsonNode array) {
    List<TextPair> pairs = new ArrayList<>();
    array.forEach(pair -> pairs.add(new TextPair(pair.get(0).asText(), pair.get(1).asText())));
    ObjectNode numbers = JSON.createObjectNode().put("kind", "cross");
    numbers.set("logits", JSON.valueToTree(encoder.logits(pairs)));
    numbers.set("scores", JSON.valueToTree(encoder.scores(pairs)));
    return numbers;
  }
}
