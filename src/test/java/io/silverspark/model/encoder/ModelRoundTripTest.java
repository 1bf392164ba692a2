package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.silverspark.SharedData;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every directory of the shared references is read, saved and read again: no key of its JSON files
 * is lost, and the vectors and logits stay those of sentence-transformers.
 */
class ModelRoundTripTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> LOADED =
      List.of(
          "architectures/bert-prompts",
          "architectures/bert-prompts-excluded",
          "architectures/bert-truncated-dot",
          "architectures/albert",
          "architectures/camembert",
          "architectures/deberta-v2",
          "architectures/deberta-v2-conv",
          "architectures/deberta-v2-cross-encoder-1",
          "architectures/deberta-v2-cross-encoder-3",
          "architectures/electra",
          "architectures/electra-cross-encoder-1",
          "architectures/electra-cross-encoder-3",
          "architectures/gemma3_text",
          "architectures/modernbert",
          "architectures/modernbert-cross-encoder-1",
          "architectures/modernbert-cross-encoder-3",
          "architectures/nomic_bert",
          "architectures/qwen3",
          "architectures/qwen3-cross-encoder-1",
          "architectures/qwen3-cross-encoder-3",
          "architectures/static",
          "architectures/t5",
          "01-nli-class-order/model",
          "02-truncation-side-left/model",
          "02-truncation-side-left/model-b",
          "03-truncate-dim/model");

  /** Keys that are not written as they were, with the reason. */
  private static final Map<String, String> CHANGED = changed();

  @TempDir private Path folder;

  private static Map<String, String> changed() {
    Map<String, String> changed = new TreeMap<>();
    String spelling = "an older spelling is written, which all versions read";
    changed.put("Pooling/config.json: embedding_dimension", spelling);
    changed.put("Pooling/config.json: pooling_mode", spelling);
    String implied = "the value that a sentence encoder has anyway; older versions refuse the key";
    for (String module : List.of("Dense", "Normalize")) {
      changed.put(module + "/config.json: module_input_name", implied);
      changed.put(module + "/config.json: module_output_name", implied);
    }
    changed.put("sentence_bert_config.json: transformer_task", implied);
    changed.put("sentence_bert_config.json: modality_config", implied);
    changed.put("sentence_bert_config.json: module_output_name", implied);
    changed.put("config.json: dtype", "written as torch_dtype, which all versions read");
    String loading = "how Python loaded the tokenizer, nothing of the tokenizer";
    changed.put("tokenizer_config.json: backend", loading);
    changed.put("tokenizer_config.json: is_local", loading);
    changed.put("tokenizer_config.json: local_files_only", loading);
    changed.put(
        "tokenizer_config.json: tokenizer_class", "the class that reads any tokenizer.json");
    String normalizer = "said by the normalizer of tokenizer.json";
    changed.put("tokenizer_config.json: do_lower_case", normalizer);
    changed.put("tokenizer_config.json: tokenize_chinese_chars", normalizer);
    String used = "written as the model uses it: TokenizerFilesTest";
    changed.put("tokenizer.json: truncation.max_length", used);
    changed.put("tokenizer.json: padding.strategy", used);
    return changed;
  }

  @Test
  void readSavedAndRead_everyDirectory_keepsKeysAndVectors() throws IOException {
    List<String> loaded = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    for (Path directory : directories()) {
      String name = directory.getParent().getFileName() + "/" + directory.getFileName();
      Optional<ModelFiles> model = read(directory);
      if (model.isPresent()) {
        loaded.add(name);
        Path saved = folder.resolve(name.replace('/', '-'));
        ModelDirectory.write(model.get(), saved, "");
        ModelFiles again = ModelDirectory.read(saved);
        Path savedAgain = folder.resolve(name.replace('/', '-') + "-again");
        ModelDirectory.write(again, savedAgain, "");
        lost.addAll(lost(name, directory, saved));
        lost.addAll(lost(name + " again", saved, savedAgain));
        Path expected = directory.resolve("expected.json");
        if (Files.exists(expected)) {
          assertNumbers(model.get(), JSON.readTree(expected.toFile()));
          assertNumbers(again, JSON.readTree(expected.toFile()));
        }
      }
    }
    assertThat(lost).isEmpty();
    assertThat(loaded).containsAll(LOADED);
  }

  private static List<Path> directories() throws IOException {
    List<Path> directories = new ArrayList<>();
    for (String root : List.of("reference/architectures", "cases")) {
      try (Stream<Path> all = Files.walk(SharedData.path(root), 2)) {
        all.filter(path -> Files.exists(path.resolve("modules.json"))).forEach(directories::add);
      }
    }
    directories.sort(null);
    return directories;
  }

  /** Empty for an architecture that is not supported. */
  private static Optional<ModelFiles> read(Path directory) {
    try {
      return Optional.of(ModelDirectory.read(directory));
    } catch (UserException e) {
      assertThatThrownBy(
              () -> {
                throw e;
              })
          .satisfiesAnyOf(
              thrown -> assertThat(thrown).hasMessageContaining("'model_type' is"),
              thrown -> assertThat(thrown).hasMessageContaining("is not supported"));
      return Optional.empty();
    }
  }

  private static List<String> lost(String name, Path from, Path to) throws IOException {
    List<String> lost = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files =
          all.filter(path -> path.toString().endsWith(".json"))
              .map(from::relativize)
              .filter(path -> !path.toString().matches("expected.json|.*older.*"))
              .toList();
    }
    for (Path file : files) {
      Map<String, JsonNode> before = values(from.resolve(file));
      Map<String, JsonNode> after =
          Files.exists(to.resolve(file)) ? values(to.resolve(file)) : Map.of();
      before.forEach(
          (key, value) -> {
            JsonNode now = after.getOrDefault(key, MissingNode.getInstance());
            boolean none = value.isNull() && now.isMissingNode();
            String place = file.toString().replaceFirst("^\\d+_", "") + ": " + key;
            if (!same(name, now, value) && !none && !CHANGED.containsKey(place)) {
              lost.add("%s %s: %s is %s, was %s".formatted(name, file, key, now, value));
            }
          });
    }
    return lost;
  }

  /** 0 is 0.0; ALBERT's tokenizer passes no token types on, whatever its file says of a pair. */
  private static boolean same(String name, JsonNode now, JsonNode before) {
    if (now.isNumber() && before.isNumber()) {
      return now.decimalValue().compareTo(before.decimalValue()) == 0;
    }
    return now.equals(before)
        || name.startsWith("architectures/albert")
            && now.toString().equals(before.toString().replace("\"type_id\":1", "\"type_id\":0"));
  }

  /**
   * Values by key; those of truncation and padding, and of each module, one by one. Of a module's
   * class the name counts, not the package, which differs between versions.
   */
  private static Map<String, JsonNode> values(Path file) throws IOException {
    JsonNode json = JSON.readTree(file.toFile());
    Map<String, JsonNode> values = new TreeMap<>();
    json.properties().forEach(key -> values.put(key.getKey(), key.getValue()));
    for (String part : List.of("truncation", "padding")) {
      if (file.endsWith("tokenizer.json") && json.path(part).isObject()) {
        json.get(part)
            .properties()
            .forEach(key -> values.put(part + "." + key.getKey(), key.getValue()));
        values.remove(part);
      }
    }
    for (int i = 0; i < json.size() && json.isArray(); i++) {
      for (Map.Entry<String, JsonNode> key : json.get(i).properties()) {
        boolean type = key.getKey().equals("type");
        String name = key.getValue().asText().replaceFirst(".*\\.", "");
        values.put(i + "." + key.getKey(), type ? TextNode.valueOf(name) : key.getValue());
      }
    }
    return values;
  }

  private static void assertNumbers(ModelFiles model, JsonNode expected) {
    EncoderOptions options = EncoderOptions.defaults().withWorkers(1);
    if (model.isCrossEncoder()) {
      List<TextPair> pairs = new ArrayList<>();
      expected
          .get("pairs")
          .forEach(p -> pairs.add(new TextPair(p.get(0).asText(), p.get(1).asText())));
      try (CrossEncoder encoder = CrossEncoder.of(model, options)) {
        assertSame(encoder.logits(pairs), expected.get("logits"));
      }
    } else {
      List<String> texts = new ArrayList<>();
      expected.get("texts").forEach(text -> texts.add(text.asText()));
      try (SentenceEncoder encoder = SentenceEncoder.of(model, options)) {
        assertSame(encoder.encode(texts), expected.get("embeddings"));
        assertThat(encoder.dimension()).isEqualTo(expected.get("embeddings").get(0).size());
        assertSimilarity(encoder, encoder.encode(texts.subList(0, 3)), expected.get("similarity"));
      }
    }
  }

  private static void assertSimilarity(SentenceEncoder encoder, float[][] rows, JsonNode expected) {
    assertThat(encoder.similarity().functionName())
        .isEqualTo(expected.get("similarity_fn_name").asText());
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows.length; j++) {
        assertThat(encoder.similarity().of(rows[i], rows[j]))
            .isCloseTo(
                expected.get("matrix_of_first_three").get(i).get(j).asDouble(), within(1e-4));
      }
    }
  }

  private static void assertSame(float[][] rows, JsonNode expected) {
    for (int row = 0; row < rows.length; row++) {
      assertThat(rows[row]).hasSize(expected.get(row).size());
      for (int i = 0; i < rows[row].length; i++) {
        assertThat((double) rows[row][i])
            .isCloseTo(expected.get(row).get(i).asDouble(), within(1e-5));
      }
    }
  }
}
