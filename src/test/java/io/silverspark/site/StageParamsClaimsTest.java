package io.silverspark.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.udfs.ml.BiEncoderTrainer;
import io.silverspark.udfs.ml.PairScorer;
import io.silverspark.udfs.ml.SentenceEmbedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.junit.jupiter.api.Test;

/** The tables of docs/spark-ml.md list every param of the stages with its default. */
class StageParamsClaimsTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| (?:`([^`]*)`)? ?\\|");

  @Test
  void tables_paramsAndDefaults_areThoseOfTheStages() throws IOException {
    Map<String, String> ofBoth = table("`SentenceEmbedder` and `PairScorer`");
    assertSame(new SentenceEmbedder(), ofBoth, table("`SentenceEmbedder`"));
    assertSame(new PairScorer(), ofBoth, table("`PairScorer`"));
    assertSame(new BiEncoderTrainer(), Map.of(), table("`BiEncoderTrainer`"));
  }

  /** Defaults by param of the table under a heading; an empty text where there is none. */
  private static Map<String, String> table(String heading) throws IOException {
    String page = Files.readString(Path.of("docs/spark-ml.md"));
    String start = "### " + heading + "\n";
    assertThat(page).contains(start);
    String section = page.substring(page.indexOf(start) + start.length()).split("\n#", 2)[0];
    Map<String, String> rows = new TreeMap<>();
    for (MatchResult row : ROW.matcher(section).results().toList()) {
      rows.put(row.group(1), row.group(2) == null ? "" : row.group(2));
    }
    return rows;
  }

  private static void assertSame(
      Params stage, Map<String, String> shared, Map<String, String> own) {
    Map<String, String> documented = new TreeMap<>(shared);
    documented.putAll(own);
    documented.replaceAll((name, value) -> plain(value));
    Map<String, String> known = new TreeMap<>();
    for (Param<?> param : stage.params()) {
      known.put(
          param.name(),
          stage.hasDefault(param) ? plain(stage.getDefault(param).get().toString()) : "");
    }
    assertThat(documented).as(stage.getClass().getSimpleName()).isEqualTo(known);
  }

  /** Numbers in one spelling. */
  private static String plain(String value) {
    return value.matches("[0-9.]+(?:[eE]-?[0-9]+)?")
        ? String.valueOf(Double.parseDouble(value))
        : value;
  }
}
