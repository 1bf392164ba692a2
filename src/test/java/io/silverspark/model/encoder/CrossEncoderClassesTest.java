package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.NarrowModel;
import io.silverspark.SharedData;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which class of a cross-encoder is the score of a pair. */
class CrossEncoderClassesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<TextPair> PAIRS =
      List.of(new TextPair("a dog", "a cat"), new TextPair("rain", "it rains"));

  @TempDir private Path folder;

  private static EncoderOptions options() {
    return EncoderOptions.defaults().withWorkers(1);
  }

  private static ModelFiles model(String... names) {
    return ClassificationHead.fresh(NarrowModel.files(0.1), new ClassNames(List.of(names)), 5);
  }

  private Path saved(ModelFiles files) {
    Path directory = folder.resolve("model");
    ModelDirectory.write(files, directory, "");
    return directory;
  }

  private static void edit(Path directory, ObjectNode changes) throws IOException {
    Path file = directory.resolve("config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    config.setAll(changes);
    Files.writeString(file, config.toString());
  }

  private static float softmax(float[] logits, int label) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit);
    }
    return (float) (Math.exp(logits[label]) / sum);
  }

  @ParameterizedTest
  @CsvSource({
    "contradiction/entailment/neutral, 1",
    "entailment/neutral/contradiction, 0",
    "NEUTRAL/CONTRADICTION/ENTAILMENT, 2",
    "entailment/not_entailment, 0",
    "LABEL_0/LABEL_1, 1"
  })
  void scores_areTheProbabilityOfTheMatch_whereverItStands(String names, int match) {
    Path directory = saved(model(names.split("/")));
    try (CrossEncoder encoder = CrossEncoder.load(directory.toString(), options())) {
      float[][] logits = encoder.logits(PAIRS);
      float[] scores = encoder.scores(PAIRS);
      assertThat(encoder.matchClass()).isEqualTo(match);
      for (int row = 0; row < scores.length; row++) {
        assertThat(scores[row]).isCloseTo(softmax(logits[row], match), within(1e-6f));
        assertThat(encoder.predict(PAIRS).get(row).score()).isEqualTo(scores[row]);
      }
      assertThat(encoder.classes().names()).containsExactly(names.split("/"));
    }
  }

  @Test
  void scores_classesWithoutNames_areRefusedWithTheSetting() throws IOException {
    Path directory = saved(model("LABEL_0", "LABEL_1", "LABEL_2"));
    try (CrossEncoder encoder = CrossEncoder.load(directory.toString(), options())) {
      assertThat(encoder.logits(PAIRS)[0]).hasSize(3);
      assertThatThrownBy(() -> encoder.scores(PAIRS))
          .isInstanceOf(UserException.class)
          .hasMessage(
              "model '"
                  + directory
                  + "' has 3 classes, LABEL_0, LABEL_1, LABEL_2 (id2label of config.json), and"
                  + " no name says which one is a match (entailment): name it with"
                  + " matchClass, a name or a number (match-class in SQL; cross.matchClass,"
                  + " train.matchClass, mine.matchClass, silver.matchClass or"
                  + " evaluate.matchClass in settings)");
    }
    for (String asked : List.of("LABEL_2", "2", "label_2")) {
      try (CrossEncoder encoder =
          CrossEncoder.load(directory.toString(), options().withMatchClass(asked))) {
        float[] logits = encoder.logits(PAIRS)[0];
        assertThat(encoder.scores(PAIRS)[0]).isCloseTo(softmax(logits, 2), within(1e-6f));
      }
    }
    assertThatThrownBy(
            () -> CrossEncoder.load(directory.toString(), options().withMatchClass("yes")))
        .hasMessageStartingWith("matchClass = 'yes' is not a class of model '");
  }

  @Test
  void load_numLabelsBesideALongerIdToLabel_takesTheNames() throws IOException {
    Path directory = saved(model("contradiction", "entailment", "neutral"));
    edit(directory, JSON.createObjectNode().put("num_labels", 2));
    try (CrossEncoder encoder = CrossEncoder.load(directory.toString(), options())) {
      assertThat(encoder.labels()).isEqualTo(3);
      assertThat(encoder.matchClass()).isEqualTo(1);
    }
  }

  @Test
  void load_modelOfAnOlderVersion_keepsItsMeaning() throws IOException {
    Path directory = saved(model("LABEL_0", "LABEL_1", "LABEL_2"));
    ObjectNode config = (ObjectNode) JSON.readTree(directory.resolve("config.json").toFile());
    ObjectNode older = JSON.createObjectNode().put("model_type", "bert"); // its first key
    older.setAll(config);
    Files.writeString(directory.resolve("config.json"), older.toString());
    try (CrossEncoder encoder = CrossEncoder.load(directory.toString(), options())) {
      float[] logits = encoder.logits(PAIRS)[0];
      assertThat(encoder.scores(PAIRS)[0]).isCloseTo(softmax(logits, 0), within(1e-6f));
      encoder.save(folder.resolve("again"), "");
    }
    JsonNode saved = JSON.readTree(folder.resolve("again/config.json").toFile());
    assertThat(saved.at("/id2label").toString())
        .isEqualTo("{\"0\":\"entailment\",\"1\":\"neutral\",\"2\":\"contradiction\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "3, multi_label_classification, single_label_classification with 3 labels",
    "3, regression, single_label_classification with 3 labels",
    "1, single_label_classification, regression with 1 labels"
  })
  void load_anotherKindOfProblem_isRefused(int labels, String kind, String allowed)
      throws IOException {
    Path directory = saved(model(ClassNames.ofNumber(labels).names().toArray(String[]::new)));
    edit(directory, JSON.createObjectNode().put("problem_type", kind));
    assertThatThrownBy(() -> CrossEncoder.load(directory.toString(), options()))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "%s: 'problem_type' is \"%s\", expected %s"
                .formatted(directory.resolve("config.json"), kind, allowed));
  }

  @Test
  void save_keepsNamesKindOfProblemAndWhatSentenceTransformersNeeds() throws IOException {
    Path directory = saved(model("contradiction", "entailment", "neutral"));
    ObjectNode changes = JSON.createObjectNode().put("problem_type", "single_label_classification");
    changes.putObject("label2id").put("LABEL_0", 0);
    changes.putObject("sentence_transformers").put("version", "4.1.0");
    edit(directory, changes);
    Files.writeString(
        directory.resolve("config_sentence_transformers.json"),
        "{\"activation_fn\": \"torch.nn.modules.linear.Identity\", \"model_type\":"
            + " \"CrossEncoder\"}");
    try (CrossEncoder encoder = CrossEncoder.load(directory.toString(), options())) {
      encoder.save(folder.resolve("again"), "");
    }
    JsonNode saved = JSON.readTree(folder.resolve("again/config.json").toFile());
    assertThat(saved.at("/id2label/1").asText()).isEqualTo("entailment");
    assertThat(saved.at("/label2id").toString()).isEqualTo("{\"LABEL_0\":0}");
    assertThat(saved.at("/problem_type").asText()).isEqualTo("single_label_classification");
    assertThat(saved.at("/sentence_transformers/version").asText()).isEqualTo("4.1.0");
    assertThat(saved.at("/sentence_transformers/activation_fn").asText())
        .isEqualTo("torch.nn.modules.linear.Identity");
  }

  @Test
  void scores_usualOrderOfTheHub_equalThePeer() {
    Path directory = SharedData.path("cases/01-nli-class-order/model");
    try (CrossEncoder encoder = CrossEncoder.load(directory.toString(), options())) {
      List<TextPair> pair = List.of(new TextPair("I lost my card", "My card is gone"));
      assertThat(encoder.logits(pair)[0])
          .containsExactly(new float[] {-1.902f, 0.804f, -0.980f}, within(1e-3f));
      assertThat(encoder.scores(pair)[0]).isCloseTo(0.810f, within(1e-3f));
    }
  }
}
