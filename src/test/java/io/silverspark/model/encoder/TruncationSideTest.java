package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.SharedData;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model that cuts texts on the left keeps their last tokens. Vectors are the first four
 * components that sentence-transformers 6.0.1 gives for the same directory.
 */
class TruncationSideTest {
  private static final EncoderOptions OPTIONS =
      EncoderOptions.defaults().withWorkers(1).withPrecision(Precision.FP32);
  private static final List<String> TEXTS = List.of("a a a b a a a b b b a b b b b a b", "a b");
  private static final float[][] LEFT = {
    {-0.0375886f, 0.4214245f, -0.0888985f, 0.1867743f},
    {-0.0950924f, 0.3617759f, -0.1397832f, 0.3101147f}
  };
  private static final float[] RIGHT = {-0.0206951f, 0.3385586f, -0.0750145f, 0.2095684f};
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer_config.json", "tokenizer.json"})
  void encode_leftInEitherFile_givesThePeersVectorsAlsoAfterSaving(String file) throws IOException {
    Path directory = folder.resolve("model");
    ModelDirectory.write(TinyModel.random(0), directory, "");
    edit(directory.resolve("tokenizer_config.json"), json -> json.remove("truncation_side"));
    edit(
        directory.resolve(file),
        json -> {
          if (file.equals("tokenizer.json")) {
            ((ObjectNode) json.get("truncation")).put("direction", "Left");
          } else {
            json.put("truncation_side", "left");
          }
        });
    assertVectors(directory, TEXTS, LEFT);
    Path saved = saved(directory);
    assertThat(
            JSON.readTree(saved.resolve("tokenizer_config.json").toFile())
                .path("truncation_side")
                .asText())
        .isEqualTo("left");
    assertThat(
            JSON.readTree(saved.resolve("tokenizer.json").toFile())
                .at("/truncation/direction")
                .asText())
        .isEqualTo("Left");
    assertVectors(saved, TEXTS, LEFT);
  }

  @Test
  void encode_rightIsTheDefault() {
    Path directory = folder.resolve("model");
    ModelDirectory.write(TinyModel.random(0), directory, "");
    assertVectors(directory, TEXTS, RIGHT, LEFT[1]);
  }

  /** The case that went wrong. */
  @ParameterizedTest
  @CsvSource({
    "model, 0.25005, -0.022897, 0.237423, -0.235627, 0.235781, -0.113712, 0.235069, -0.226234",
    "model-b, 0.031107, -0.299995, 0.109293, -0.016122, 0.007913, -0.070393, -0.01066, -0.142469"
  })
  void encode_directoriesOfTheCase_givesThePeersVectorsAlsoAfterSaving(
      String name, float a, float b, float c, float d, float e, float f, float g, float h)
      throws IOException {
    Path directory = SharedData.path("cases/02-truncation-side-left").resolve(name);
    List<String> texts = Files.readAllLines(directory.resolveSibling("in.txt"));
    float[][] expected = {{a, b, c, d}, {e, f, g, h}};
    assertVectors(directory, texts, expected);
    assertVectors(saved(directory), texts, expected);
  }

  private Path saved(Path directory) {
    ModelFiles files = ModelDirectory.read(directory);
    assertThat(files.tokenizer().truncatesLeft()).isTrue();
    Path saved = folder.resolve("saved");
    ModelDirectory.write(files, saved, "");
    return saved;
  }

  private static void assertVectors(Path directory, List<String> texts, float[]... expected) {
    try (SentenceEncoder encoder = SentenceEncoder.load(directory.toString(), OPTIONS)) {
      float[][] vectors = encoder.encode(texts);
      assertThat(vectors).hasNumberOfRows(expected.length);
      for (int row = 0; row < expected.length; row++) {
        assertThat(Arrays.copyOf(vectors[row], 4))
            .as(texts.get(row))
            .containsExactly(expected[row], within(2e-6f));
      }
    }
  }

  private static void edit(Path file, Consumer<ObjectNode> change) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    change.accept(json);
    Files.writeString(file, json.toString());
  }
}
