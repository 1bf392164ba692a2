package io.silverspark.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.evaluate.ModelComparison.ComparedPair;
import io.silverspark.jobs.report.ModelRole;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparedModelsTest {
  private static final String MODEL = "builtin:all-MiniLM-L6-v2";

  @Test
  void ofRun_listsTheModelsThatExist(@TempDir Path run) throws IOException {
    Files.createDirectories(run.resolve("models/gold-silver"));
    Files.createDirectories(run.resolve("models/gold"));
    Files.createDirectories(run.resolve("models/cross"));

    assertThat(ComparedModels.ofRun(context(run, "evaluate.full=true")))
        .containsExactly(
            new EvaluatedModel("base", ModelRole.BASE, MODEL, 3),
            new EvaluatedModel("gold only", ModelRole.GOLD, run + "/models/gold", 0),
            new EvaluatedModel(
                "gold + silver", ModelRole.GOLD_AND_SILVER, run + "/models/gold-silver", 0),
            new EvaluatedModel("full", ModelRole.OTHER, MODEL, 0));
    assertThat(ComparedModels.ofRun(context(run, "evaluate.full=false"))).hasSize(3);
  }

  @Test
  void parse_namesAndReferences() {
    assertThat(ComparedModels.parse(List.of("gold only=out/a", MODEL, "x = b=c")))
        .containsExactly(
            new EvaluatedModel("gold only", ModelRole.GOLD, "out/a", 0),
            new EvaluatedModel(MODEL, ModelRole.OTHER, MODEL, 0),
            new EvaluatedModel("x", ModelRole.OTHER, "b=c", 0));
  }

  @Test
  void parse_sameNameTwice_isRefused() {
    assertThatThrownBy(() -> ComparedModels.parse(List.of("a=x", "a=y")))
        .isInstanceOf(UserException.class)
        .hasMessage("Two models are named 'a'. Give them names: NAME=REFERENCE.");
    assertThatThrownBy(() -> ComparedModels.parse(List.of("a=")))
        .isInstanceOf(UserException.class)
        .hasMessage("model 'a=' is not valid: expected NAME=REFERENCE or REFERENCE.");
  }

  @Test
  void pairs_compareGoldWithSilverAndAllWithBase() {
    List<EvaluatedModel> models =
        ComparedModels.parse(
            List.of("base=a", "gold only=b", "gold + silver=c", "triplets=d", "full=e"));
    assertThat(ComparedPair.among(models))
        .containsExactly(
            new ComparedPair(1, 2),
            new ComparedPair(0, 1),
            new ComparedPair(0, 2),
            new ComparedPair(0, 3),
            new ComparedPair(0, 4));
  }

  @Test
  void pairs_withoutBase_compareWithTheFirst() {
    assertThat(ComparedPair.among(ComparedModels.parse(List.of("x=a", "y=b", "z=c"))))
        .containsExactly(new ComparedPair(0, 1), new ComparedPair(0, 2));
    assertThat(ComparedPair.among(ComparedModels.parse(List.of("gold only=a", "gold + silver=b"))))
        .containsExactly(new ComparedPair(0, 1));
    assertThat(ComparedPair.among(ComparedModels.parse(List.of("gold + silver=a", "gold only=b"))))
        .containsExactly(new ComparedPair(1, 0));
  }

  private static JobContext context(Path run, String setting) {
    Settings settings =
        AllSettings.reader()
            .read(Optional.empty(), List.of("run.dir=" + run, "model.layers=3", setting));
    return new JobContext("evaluate", settings, PeerEvaluationTest.silentConsole());
  }
}
