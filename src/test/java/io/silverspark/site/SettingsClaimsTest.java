package io.silverspark.site;

import static io.silverspark.site.DocumentationClaimsTest.all;
import static io.silverspark.site.DocumentationClaimsTest.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.silverspark.jobs.config.AllSettings;
import io.silverspark.model.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys, defaults, values of recipes and examples of settings in pages are those of the code. */
class SettingsClaimsTest {
  private static final Pattern FENCED = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern FILE =
      Pattern.compile(".*\\.(json|jsonl|conf|csv|tsv|txt|parquet|safetensors|html|log|py|md|sh)");

  /** A row of a recipe's table "key, here, meaning". */
  private static final Pattern RECIPE_ROW =
      Pattern.compile("(?m)^\\| (`[a-z]+\\.[A-Za-z.]+`(?:, `[A-Za-z.]+`)*) \\| (`[^|]*`) \\|");

  private static final Pattern RECIPE = Pattern.compile("--conf (conf/[a-z-]+\\.conf)");

  /** The ways in which a page tells the default of a key; group 1 is the key, group 2 the value. */
  private static final List<Pattern> DEFAULTS =
      List.of(
          Pattern.compile("`([a-z]+\\.[A-Za-z.]+)\\s+=\\s+([^`]+)`(?:, the| is the)\\s+default"),
          Pattern.compile(
              "`([a-z]+\\.[A-Za-z.]+)`[^`.|]*?(?:, |\\()`?([^` ,]+)`?\\s+by\\s+default"),
          Pattern.compile("`([a-z]+\\.[A-Za-z.]+)` \\(default `([^`]+)`"));

  /** Keys of Spark, of model files and of the record of a run, which look like settings. */
  private static final Set<String> OF_OTHERS =
      Set.of("model.dropout", "model.vocab", "model.similarity", "run.cmd");

  @Test
  void settings_namedInPages_exist() throws IOException {
    Map<String, String> defaults = defaults();
    String groups =
        defaults.keySet().stream()
            .map(key -> key.replaceFirst("\\..*", ""))
            .filter(group -> !group.equals("spark"))
            .distinct()
            .collect(Collectors.joining("|"));
    Pattern setting = Pattern.compile("(" + groups + ")\\.[A-Za-z.]+");
    Set<String> unknown = new TreeSet<>();
    int found = 0;
    for (Map.Entry<Path, String> page : pages().entrySet()) {
      for (String code : all(CODE, FENCED.matcher(page.getValue()).replaceAll(""))) {
        String key = code.replaceFirst("\\s*=.*", "").strip();
        if (!setting.matcher(key).matches() || FILE.matcher(key).matches() || isPackage(key)) {
          continue;
        }
        boolean group = defaults.keySet().stream().anyMatch(known -> known.startsWith(key + "."));
        if (!defaults.containsKey(key) && !group && !OF_OTHERS.contains(key)) {
          unknown.add(page.getKey() + ": " + key);
        }
        found++;
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(found).isGreaterThan(300);
  }

  /** docs/architecture.md names packages and classes below {@code io.silverspark}. */
  private static boolean isPackage(String name) {
    String path = "io/silverspark/" + name.replace('.', '/');
    return Stream.of("model", "udfs", "jobs")
        .anyMatch(
            root ->
                Files.isDirectory(Path.of(root, path))
                    || Files.isRegularFile(Path.of(root, path + ".java")));
  }

  @Test
  void defaults_namedInPages_areThoseOfTheCode() throws IOException {
    Map<String, String> defaults = defaults();
    List<String> wrong = new ArrayList<>();
    int found = 0;
    for (Map.Entry<Path, String> page : pages().entrySet()) {
      for (Pattern form : DEFAULTS) {
        for (MatchResult match : form.matcher(page.getValue()).results().toList()) {
          String known = defaults.get(match.group(1));
          if (!match.group(2).strip().equals(known)) {
            wrong.add("%s: %s, in the code %s".formatted(page.getKey(), match.group(), known));
          }
          found++;
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(found).isGreaterThan(8);
  }

  /** Examples of settings files are read as the commands read them. */
  @Test
  void snippets_ofSettings_areValid(@TempDir Path directory) throws IOException {
    int snippets = 0;
    for (Map.Entry<Path, String> page : pages().entrySet()) {
      for (MatchResult fence : FENCED.matcher(page.getValue()).results().toList()) {
        if (fence.group(1).equals("hocon")) {
          Path file = directory.resolve("snippet-" + snippets++ + ".conf");
          Files.writeString(file, fence.group(2));
          assertThatCode(() -> AllSettings.reader().read(Optional.of(file), List.of()))
              .as(page.getKey() + ":\n" + fence.group(2))
              .doesNotThrowAnyException();
        }
      }
    }
    assertThat(snippets).isGreaterThan(3);
  }

  /** A recipe's table of keys says what its file in conf/ holds. */
  @Test
  void recipes_valuesOfKeys_areThoseOfTheFile() throws IOException {
    List<String> wrong = new ArrayList<>();
    int found = 0;
    for (Map.Entry<Path, String> page : pages().entrySet()) {
      if (!page.getKey().startsWith("docs/recipes")
          || !page.getValue().contains("| key | here |")) {
        continue;
      }
      Path file = Path.of(all(RECIPE, page.getValue()).get(0));
      Settings settings = AllSettings.reader().read(Optional.of(file), List.of());
      for (MatchResult row : RECIPE_ROW.matcher(page.getValue()).results().toList()) {
        List<String> keys = all(CODE, row.group(1));
        List<String> values = all(CODE, row.group(2));
        for (int i = 0; i < keys.size(); i++) {
          String group = keys.get(0).replaceFirst("[^.]+$", "");
          String key = keys.get(i).contains(".") ? keys.get(i) : group + keys.get(i);
          String known = value(settings, key);
          if (!same(values.get(i), known)) {
            wrong.add(
                "%s: %s = %s, in %s %s".formatted(page.getKey(), key, values.get(i), file, known));
          }
          found++;
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(found).isGreaterThan(20);
  }

  private static String value(Settings settings, String key) {
    Object value = settings.plain();
    for (String part : key.split("\\.")) {
      value = value instanceof Map<?, ?> group ? group.get(part) : "no such key";
    }
    return String.valueOf(value);
  }

  private static boolean same(String said, String known) {
    try {
      return Double.parseDouble(said) == Double.parseDouble(known);
    } catch (NumberFormatException e) {
      return said.equals(known);
    }
  }

  static Map<String, String> defaults() {
    Map<String, String> defaults = new HashMap<>();
    AllSettings.GROUPS.stream()
        .flatMap(group -> group.settings().stream())
        .forEach(setting -> defaults.put(setting.key(), String.valueOf(setting.plainDefault())));
    return defaults;
  }
}
