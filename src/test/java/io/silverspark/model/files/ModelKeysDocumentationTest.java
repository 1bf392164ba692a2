package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The table of docs/model-directories.md and the keys that the code knows are the same. */
class ModelKeysDocumentationTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `([\\w/]+\\.json)` \\| `?([\\w ]+?)`? \\| (honoured|kept|refused)\\b.*");

  /** What happens, by key, by file. */
  private static final Map<String, Map<String, String>> TABLE = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    for (String line : Files.readAllLines(Path.of("docs/model-directories.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        String before =
            TABLE
                .computeIfAbsent(row.group(1), file -> new TreeMap<>())
                .put(row.group(2), row.group(3));
        assertThat(before).as(line).isNull();
      }
    }
  }

  @Test
  void table_keysOfModules_areThoseOfTheCode() {
    ModuleConfig.KEYS.forEach(
        (kind, keys) ->
            assertThat(TABLE.get(kind + "/config.json").keySet())
                .as(kind)
                .containsExactlyInAnyOrderElementsOf(keys));
    assertThat(TABLE.get("modules.json").keySet())
        .containsExactlyInAnyOrder("type", "path", "idx", "name", "kwargs");
  }

  @Test
  void table_sentenceBertConfig_saysWhatTheCodeDoes() {
    Map<String, String> rows = TABLE.get("sentence_bert_config.json");
    assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(KeptKeys.knownOfTransformer());
    assertSaid(rows, KeptKeys.TRANSFORMER_HONOURED, "honoured");
    assertSaid(rows, KeptKeys.TRANSFORMER_CHECKED, "refused");
    assertSaid(rows, KeptKeys.TRANSFORMER_REFUSED, "refused");
    assertSaid(rows, KeptKeys.TRANSFORMER_KEPT, "kept");
    assertSaid(rows, KeptKeys.ARGUMENTS.keySet(), "kept");
  }

  @Test
  void table_configSentenceTransformers_saysWhatTheCodeDoes() {
    Map<String, String> rows = TABLE.get("config_sentence_transformers.json");
    Set<String> known = new HashSet<>(KeptKeys.SENTENCE_HONOURED);
    known.addAll(List.of("__version__", "requirements", "any other"));
    assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(known);
    assertThat(rows.get(KeptKeys.MODEL_TYPE)).isEqualTo("refused");
    assertSaid(rows, Set.of("__version__", "requirements", "any other"), "kept");
  }

  private static void assertSaid(Map<String, String> rows, Set<String> keys, String said) {
    keys.forEach(key -> assertThat(rows.get(key)).as(key).isEqualTo(said));
  }
}
