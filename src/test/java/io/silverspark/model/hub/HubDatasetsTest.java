package io.silverspark.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubDatasetsTest {
  @TempDir private Path cache;
  private final FakeHub hub = new FakeHub();

  @BeforeEach
  void fill() throws IOException {
    hub.add("datasets/org/pairs", "data/train-00001-of-00002.parquet", "second");
    hub.add("datasets/org/pairs", "data/train-00000-of-00002.parquet", "first");
    hub.add("datasets/org/pairs", "data/test-00000-of-00001.parquet", "test");
    hub.add("datasets/org/pairs", "README.md", "# Pairs");
    hub.add("datasets/org/glue", "stsb/train-00000-of-00001.parquet", "stsb");
    hub.add("datasets/org/glue", "mnli/validation_matched-00000-of-00001.parquet", "mnli");
    hub.add("datasets/org/csv", "train.csv", "a,b");
    hub.add("datasets/org/csv@converted", "default/train/0000.parquet", "converted");
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private HubDatasets datasets(boolean offline) {
    return new HubDatasets(
        new HubAccess(hub.endpoint(), cache, Optional.of("hf_secret"), offline),
        Duration.ofMillis(1));
  }

  private static HubId id(String text) {
    return HubId.parse(HubId.Kind.DATASET, text).orElseThrow();
  }

  private static List<String> contents(List<Path> files) {
    return files.stream()
        .map(
            file -> {
              try {
                return Files.readString(file);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            })
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "org/pairs, , train, first+second",
    "org/pairs, , test, test",
    "org/pairs@0123456789abcdef0123456789abcdef01234567, , test, test",
    "org/glue, stsb, train, stsb",
    "org/glue, mnli, validation_matched, mnli",
    "org/glue, , train, stsb",
    "org/csv, , train, converted"
  })
  void parquet_ownOrConvertedFiles_areFound(
      String name, String configuration, String split, String expected) {
    List<Path> files = datasets(false).parquet(id(name), Optional.ofNullable(configuration), split);
    assertThat(String.join("+", contents(files))).isEqualTo(expected);
    assertThat(files.get(0))
        .startsWith(cache.resolve("datasets--" + name.replaceFirst("@.*", "").replace("/", "--")));
  }

  @Test
  void parquet_again_downloadsNothing_andWorksOffline() {
    List<Path> files = datasets(false).parquet(id("org/pairs"), Optional.empty(), "train");
    int before = hub.requests();
    assertThat(datasets(false).parquet(id("org/pairs"), Optional.empty(), "train"))
        .isEqualTo(files);
    assertThat(hub.requests()).isEqualTo(before + 1); // which commit is main?
    assertThat(datasets(true).parquet(id("org/pairs"), Optional.empty(), "train")).isEqualTo(files);
    assertThat(hub.requests()).isEqualTo(before + 1);
  }

  @Test
  void parquet_partOfTheShards_isNotTakenForTheSplitOffline() throws IOException {
    List<Path> files = datasets(false).parquet(id("org/pairs"), Optional.empty(), "train");
    Files.delete(files.get(1));
    assertThatThrownBy(() -> datasets(true).parquet(id("org/pairs"), Optional.empty(), "train"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("data set 'org/pairs' is not in the Hugging Face cache");
  }

  @Test
  void parquet_splitThatIsNotThere_namesThoseThatAre() {
    assertThatThrownBy(
            () -> datasets(false).parquet(id("org/glue@main"), Optional.of("stsb"), "tests"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "data set 'org/glue@main' has no Parquet files of split 'tests' in configuration"
                + " 'stsb'; found mnli/validation_matched, stsb/train");
  }

  @Test
  void parquet_unknownDataSet_saysSo() {
    HubAccess access = new HubAccess(hub.endpoint(), cache, Optional.empty(), false);
    HubDatasets everybody = new HubDatasets(access, Duration.ofMillis(1));
    assertThatThrownBy(() -> everybody.parquet(id("org/none"), Optional.empty(), "train"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("data set 'org/none' is no data set that ");
  }
}
