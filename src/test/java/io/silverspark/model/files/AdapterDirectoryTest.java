package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an adapter of PEFT beside its base asks for. */
class AdapterDirectoryTest {
  private static final String QUERY = "encoder.layer.1.attention.self.query";

  @TempDir private Path folder;
  private Path directory;
  private final Map<String, TensorData> tensors = new LinkedHashMap<>();

  @BeforeEach
  void writeBase() {
    directory = folder.resolve("model");
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MEAN, true), directory, "");
    tensors.put("base_model.model." + QUERY + ".lora_A.weight", filled(2, 4));
    tensors.put("base_model.model." + QUERY + ".lora_B.weight", filled(4, 2));
  }

  private static TensorData filled(int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 3;
    }
    return TensorData.ofFloats(values, rows, columns);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'r': 2, 'lora_alpha': 6}                                              | 3",
        "{'r': 2, 'lora_alpha': 6, 'use_rslora': true}                          | 4.2426407",
        "{'r': 8, 'lora_alpha': 6, 'rank_pattern': {'query': 2}}                | 3",
        "{'r': 2, 'lora_alpha': 6, 'alpha_pattern': {'layer.1.*query': 10}}     | 5",
        "{'r': 2, 'lora_alpha': 6, 'alpha_pattern': {'key': 10}}                | 3"
      })
  void read_scale_isAlphaOverTheRankAsPeftHasIt(String config, float scale) throws IOException {
    float[] base = ModelDirectory.read(directory).weights().get(QUERY + ".weight").floats();
    write(config);
    float[] merged = ModelDirectory.read(directory).weights().get(QUERY + ".weight").floats();
    float[] a = filled(2, 4).floats();
    float[] b = filled(4, 2).floats();
    for (int row = 0; row < 4; row++) {
      for (int column = 0; column < 4; column++) {
        float product = b[row * 2] * a[column] + b[row * 2 + 1] * a[4 + column];
        assertThat(merged[row * 4 + column] - base[row * 4 + column])
            .isCloseTo(scale * product, within(1e-5f));
      }
    }
  }

  @Test
  void read_baseOfAnotherDirectory_isTheOneThatTheFileNames() throws IOException {
    write("{'r': 2, 'lora_alpha': 6}");
    ModelFiles expected = ModelDirectory.read(directory);
    Path alone = Files.createDirectory(folder.resolve("alone"));
    for (String name : new String[] {LoraAdapter.CONFIG, LoraAdapter.WEIGHTS}) {
      Files.move(directory.resolve(name), alone.resolve(name));
    }
    ObjectNode config = JsonObject.read(alone.resolve(LoraAdapter.CONFIG)).node();
    config.put("base_model_name_or_path", directory.toString());
    Files.writeString(alone.resolve(LoraAdapter.CONFIG), config.toString());
    ModelFiles found = ModelDirectory.read(alone);
    assertThat(found.weights().get(QUERY + ".weight"))
        .isEqualTo(expected.weights().get(QUERY + ".weight"));
    assertThat(found.tokenizerJson()).isEqualTo(expected.tokenizerJson());
  }

  @Test
  void read_classifierOfModulesToSave_makesACrossEncoderOfTheBase() throws IOException {
    tensors.put("base_model.model.classifier.weight", filled(3, 4));
    tensors.put("base_model.model.classifier.bias", TensorData.ofFloats(new float[3], 3));
    tensors.put("base_model.model.bert.pooler.dense.weight", filled(4, 4));
    tensors.put("base_model.model.bert.pooler.dense.bias", TensorData.ofFloats(new float[4], 4));
    Files.delete(directory.resolve("modules.json"));
    Files.delete(directory.resolve("config_sentence_transformers.json"));
    write("{'r': 2, 'task_type': 'SEQ_CLS', 'modules_to_save': ['classifier']}");
    ModelFiles found = ModelDirectory.read(directory);
    assertThat(found.isCrossEncoder()).isTrue();
    assertThat(found.config().numLabels()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'peft_type': 'IA3'} | 'peft_type' is \"IA3\", expected \"LORA\"",
        "{'r': 2, 'use_dora': true} | 'use_dora' is true, expected null or false: this kind of LoRA"
            + " is not supported, merge it in Python",
        "{'r': 2, 'fan_in_fan_out': true} | 'fan_in_fan_out' is true, expected null or false: this"
            + " kind of LoRA is not supported, merge it in Python",
        "{'r': 2, 'init_lora_weights': 'pissa'} | 'init_lora_weights' is \"pissa\", expected true,"
            + " false, \"gaussian\", \"eva\" or \"orthogonal\"",
        "{'r': 4} | lora_A of '" + QUERY + "' has 2 rows, expected its rank 4"
      })
  void read_whatWouldChangeTheNumbers_isRefused(String config, String message) throws IOException {
    write(config);
    assertRefused(message);
  }

  @Test
  void read_tensorOfNoWeight_isRefused() throws IOException {
    tensors.put("base_model.model.embeddings.word_embeddings.lora_embedding_A", filled(2, 4));
    write("{'r': 2}");
    assertRefused(
        "tensor 'embeddings.word_embeddings.lora_embedding_A' is not supported, expected"
            + " lora_A.weight and lora_B.weight of linear layers");
  }

  @Test
  void read_adapterOfAWiderModel_isRefusedWithBothShapes() throws IOException {
    tensors.put("base_model.model." + QUERY + ".lora_A.weight", filled(2, 8));
    write("{'r': 2}");
    assertRefused(
        "lora_A F32[2, 8] and lora_B F32[4, 2] of '"
            + QUERY
            + "' do not fit its weight F32[4, 4], expected [rank, in], [out, rank] and [out, in]");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> ModelDirectory.read(directory))
        .isInstanceOf(UserException.class)
        .hasMessage(directory.resolve(LoraAdapter.CONFIG) + ": " + message);
  }

  private void write(String config) throws IOException {
    String json = config.replace('\'', '"');
    String typed =
        json.contains("peft_type") ? json : "{\"peft_type\": \"LORA\", " + json.substring(1);
    Files.writeString(directory.resolve(LoraAdapter.CONFIG), typed);
    Safetensors.write(directory.resolve(LoraAdapter.WEIGHTS), tensors, Map.of("format", "pt"));
  }
}
