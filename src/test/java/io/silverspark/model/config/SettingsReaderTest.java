package io.silverspark.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
  private enum Kind {
    EASY,
    SEMI_HARD
  }

  private static final Setting<String> NAME =
      new Setting<>("run.name", SettingType.name(), "run", "Name.");
  private static final Setting<String> DIR =
      new Setting<>("run.dir", SettingType.name(), "out/${run.name}", "Directory.");
  private static final Setting<Integer> BATCH =
      new Setting<>("train.batchSize", SettingType.wholeNumber(1), 32, "Rows.");
  private static final Setting<Double> RATE =
      new Setting<>("train.learningRate", SettingType.positiveNumber(), 5e-5, "Rate.");
  private static final Setting<Optional<Integer>> STEPS =
      new Setting<>(
          "train.warmupSteps", SettingType.wholeNumber(0).orNone(), Optional.empty(), "Steps.");
  private static final Setting<Double> RATIO =
      new Setting<>("train.warmupRatio", SettingType.numberBetween(0, 1), 0.1, "Ratio.");
  private static final Setting<Boolean> BOTH =
      new Setting<>("train.both", SettingType.flag(), true, "Both.");
  private static final Setting<Kind> KIND =
      new Setting<>("mine.kind", SettingType.oneOf(Kind.class), Kind.EASY, "Kind.");
  private static final Setting<Map<String, String>> SPARK =
      new Setting<>("spark.conf", SettingType.textMap(), Map.of(), "Spark.");
  private static final SettingsReader READER =
      new SettingsReader(
          List.of(
              new SettingGroup(
                  "all",
                  List.of(NAME, DIR, BATCH, RATE, STEPS, RATIO, BOTH, KIND, SPARK),
                  List.of(SettingRule.exclusive(STEPS, RATIO)))));

  @TempDir Path directory;

  @Test
  void read_nothingGiven_givesDefaults() {
    Settings settings = set();

    assertThat(settings.get(BATCH)).isEqualTo(32);
    assertThat(settings.get(DIR)).isEqualTo("out/run");
    assertThat(settings.get(STEPS)).isEmpty();
    assertThat(settings.isSet(BATCH)).isFalse();
  }

  @Test
  void read_overrideBesideFile_overrideWins() throws IOException {
    Path file = file("run.name = film\ntrain { batchSize = 8, learningRate = 1e-3 }\n");

    Settings settings = READER.read(Optional.of(file), List.of("train.batchSize=16"));

    assertThat(settings.get(BATCH)).isEqualTo(16);
    assertThat(settings.get(RATE)).isEqualTo(1e-3);
    assertThat(settings.get(DIR)).isEqualTo("out/film");
    assertThat(settings.isSet(RATE)).isTrue();
  }

  @Test
  void read_textOverrides_needNoQuotes() {
    assertThat(set("run.name=builtin:all-MiniLM-L6-v2").get(NAME))
        .isEqualTo("builtin:all-MiniLM-L6-v2");
    assertThat(set("run.name=local[2]").get(NAME)).isEqualTo("local[2]");
    assertThat(set("run.name=\"quoted\"").get(NAME)).isEqualTo("quoted");
    assertThat(set("run.name=a,b=c # d").get(NAME)).isEqualTo("a,b=c # d");
    assertThat(set("run.dir=${run.name}/x").get(DIR)).isEqualTo("run/x");
    assertThat(set("mine.kind=semi-hard").get(KIND)).isEqualTo(Kind.SEMI_HARD);
  }

  @Test
  void json_secrets_areNotTold() {
    Settings settings =
        set(
            "spark.conf={ user = me, dbPassword = hidden1, fs.s3a.secret.key = hidden2, kafka.sasl.jaas.config = hidden4 }",
            "run.name=jdbc:x://host/db?user=me&password=hidden3&ssl=true");
    assertThat(settings.get(SPARK)).containsValues("me", "hidden1", "hidden2");
    for (String told :
        List.of(settings.json(), settings.indentedJson(), settings.plain().toString())) {
      assertThat(told)
          .contains("me", "*********(redacted)", "user=me&password=", "&ssl=true")
          .doesNotContain("hidden");
    }
  }

  @Test
  void read_mapKeys_keepTheirDots() throws IOException {
    Path file = file("spark.conf { spark.executor.memory = 4g, \"spark.speculation\" = true }\n");

    Settings settings =
        READER.read(Optional.of(file), List.of("spark.conf.spark.sql.shuffle.partitions=8"));

    assertThat(settings.get(SPARK))
        .isEqualTo(
            Map.of(
                "spark.executor.memory", "4g",
                "spark.speculation", "true",
                "spark.sql.shuffle.partitions", "8"));
  }

  @Test
  void read_severalProblems_reportsAllWithTheirPlaces() throws IOException {
    Path file =
        file(
            """
            run.name = ""
            train.batchSize = 0
            train { warmupStep = 3
              warmupSteps = 3, warmupRatio = 0.5
              both = perhaps }
            """);

    assertThatThrownBy(
            () -> READER.read(Optional.of(file), List.of("mine.kind=hard", "zzz.yyyyyyy=1")))
        .isInstanceOf(UserException.class)
        .hasMessage(
            """
            The configuration has 7 problems:
              --set: mine.kind = 'hard' is not valid: needs one of easy, semi-hard.
              --set: unknown setting 'zzz.yyyyyyy'.
              FILE:1: run.name = '' is not valid: needs a text that is not empty.
              FILE:2: train.batchSize = '0' is not valid: needs a whole number >= 1.
              FILE:3: unknown setting 'train.warmupStep'. Did you mean 'train.warmupSteps'?
              FILE:5: train.both = 'perhaps' is not valid: needs true or false.
              train.warmupSteps and train.warmupRatio are both set, but only one may be. Remove one.\
            """
                .replace("FILE", file.toString()));
  }

  @Test
  void read_wrongTypes_sayWhatIsAllowed() {
    assertProblem(
        "train.batchSize=2.5",
        "--set: train.batchSize = '2.5' is not valid: needs a whole number >= 1.");
    assertProblem(
        "train.batchSize=[1, 2]",
        "--set: train.batchSize = '[1,2]' is not valid: needs a whole number >= 1.");
    assertProblem(
        "train.learningRate=NaN",
        "--set: train.learningRate = 'NaN' is not valid: needs a number above 0.");
    assertProblem(
        "train.learningRate=2e-5f",
        "--set: train.learningRate = '2e-5f' is not valid: needs a number above 0.");
    assertProblem(
        "train.warmupSteps=-1",
        "--set: train.warmupSteps = '-1' is not valid: needs a whole number >= 0 or null.");
    assertProblem(
        "train.warmupRatio=2",
        "--set: train.warmupRatio = '2' is not valid: needs a number from 0 to 1.");
    assertProblem("spark.conf=3", "--set: spark.conf = '3' is not valid: needs a map of texts.");
    assertProblem(
        "train=3",
        "--set: train = '3' is not valid: it is a group of settings, such as train.batchSize.");
    assertProblem(
        "train.batchSize=null",
        "--set: train.batchSize = 'null' is not valid: needs a whole number >= 1.");
  }

  @Test
  void read_keyOfAnotherGroup_isFoundByItsLastPart() {
    assertProblem(
        "cross.batchSize=3",
        "--set: unknown setting 'cross.batchSize'. Did you mean 'train.batchSize'?");
  }

  @Test
  void read_badArgumentsAndFiles_areOneLine() throws IOException {
    assertProblem(
        "epochs", "--set 'epochs' is not valid: needs key=value, such as train.epochs=2.");
    assertProblem("a..b=1", "--set 'a..b' is not valid: a key has letters, digits and dots.");
    Path missing = directory.resolve("missing.conf");
    assertThatThrownBy(() -> READER.read(Optional.of(missing), List.of()))
        .hasMessage(
            missing + " is not a file. --conf needs a file in HOCON, such as conf/local.conf.");
    Path broken = file("run.name = a\ntrain {\n");
    assertThatThrownBy(() -> READER.read(Optional.of(broken), List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(broken + ":")
        .hasMessageContaining("not readable as HOCON")
        .hasMessageNotContaining("\n");
    Path unresolved = file("run.name = ${nowhere}\n");
    assertThatThrownBy(() -> READER.read(Optional.of(unresolved), List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("The configuration refers to a key that is not set: " + unresolved)
        .hasMessageContaining("${nowhere}");
  }

  @Test
  void read_nullOverride_unsetsForTheRule() throws IOException {
    Path file = file("train.warmupSteps = 100\n");

    Settings settings =
        READER.read(Optional.of(file), List.of("train.warmupSteps=null", "train.warmupRatio=0.2"));

    assertThat(settings.get(STEPS)).isEmpty();
    assertThat(settings.get(RATIO)).isEqualTo(0.2);
  }

  @Test
  void json_readAgain_givesTheSameSettings() throws IOException {
    Settings settings =
        set(
            "run.name=a\"b",
            "mine.kind=semi-hard",
            "spark.conf.spark.x.y=1",
            "train.warmupSteps=7");

    Settings again = READER.read(Optional.of(file(settings.json())), List.of());

    assertThat(again.get(NAME)).isEqualTo("a\"b");
    assertThat(again.json()).isEqualTo(settings.json());
  }

  @Test
  void with_nameChanged_defaultsThatReferToItFollow() {
    Settings settings = set("train.batchSize=4").with(NAME, "other");

    assertThat(settings.get(DIR)).isEqualTo("out/other");
    assertThat(settings.get(BATCH)).isEqualTo(4);
    assertThatThrownBy(() -> settings.with(BATCH, 0)).isInstanceOf(UserException.class);
  }

  @Test
  void get_settingOfNoGroup_isAProgrammersError() {
    Setting<Integer> stranger = new Setting<>("x.y", SettingType.wholeNumber(0), 1, "");

    assertThatThrownBy(() -> set().get(stranger)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Settings set(String... overrides) {
    return READER.read(Optional.empty(), List.of(overrides));
  }

  private static void assertProblem(String override, String message) {
    assertThatThrownBy(() -> set(override)).isInstanceOf(UserException.class).hasMessage(message);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "test", ".conf"), text);
  }
}
