package io.silverspark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Models and checkpoints that version 0.1.0 wrote. Its cross-encoder has the classes entailment,
 * neutral, contradiction, which its {@code id2label} does not name yet.
 */
class EarlierVersionTest {
  static final Path WRITTEN = Path.of("src/test/resources/io/silverspark/version-0.1.0");
  private static final double TOLERANCE = 1e-5;

  @Test
  void models_ofAnEarlierVersion_giveTheSameNumbersWithTheSameMeaning() throws IOException {
    JsonNode expected = new ObjectMapper().readTree(WRITTEN.resolve("numbers.json").toFile());

    assertSame(EarlierVersion.numbers(WRITTEN), expected, "numbers");
  }

  private static void assertSame(JsonNode found, JsonNode expected, String place) {
    assertThat(found.size()).as(place).isEqualTo(expected.size());
    if (expected.isNumber()) {
      assertThat(found.asDouble()).as(place).isCloseTo(expected.asDouble(), within(TOLERANCE));
    } else if (expected.isArray()) {
      for (int i = 0; i < expected.size(); i++) {
        assertSame(found.get(i), expected.get(i), place + "[" + i + "]");
      }
    } else {
      expected
          .fields()
          .forEachRemaining(e -> assertSame(found.get(e.getKey()), e.getValue(), e.getKey()));
    }
  }

  @ParameterizedTest
  @EnumSource(EarlierVersion.Training.class)
  void checkpoint_ofAnEarlierVersion_leadsToTheSameWeights(
      EarlierVersion.Training training, @TempDir Path temporary) throws IOException {
    Map<String, TensorData> expected =
        Safetensors.read(WRITTEN.resolve(training.directory() + "-trained.safetensors"));
    Path checkpoints = temporary.resolve("checkpoints");
    EarlierVersion.copy(WRITTEN.resolve("checkpoints").resolve(training.directory()), checkpoints);

    Map<String, float[]> trained = EarlierVersion.resume(training, WRITTEN, checkpoints);

    assertThat(Files.isDirectory(checkpoints.resolve("checkpoint-00000008"))).isTrue();
    assertThat(trained.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertThat(trained.get(name)).as(name).containsExactly(tensor.floats(), within(1e-5f)));
  }
}
