package io.silverspark.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prompts by column are those of the data that are learned from. */
class ColumnPromptsTest {
  private static Settings settings(String... overrides) {
    return AllSettings.reader().read(Optional.empty(), List.of(overrides));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train.data=gold                       | anchor    | sentence1, sentence2
          train.data=triplets                   | sentence1 | anchor, positive, negative
          train.data=intents                    | sentence1 | text
          pipeline.models=gold                  | positive  | sentence1, sentence2
          pipeline.models=\"triplets,gold+silver\" | text | anchor, positive, negative, sentence1, sentence2
          """)
  void prompts_ofAColumnThatNoDataHave_areRefused(String data, String column, String columns) {
    assertThatThrownBy(() -> settings(data, "train.prompts={%s=\"query: \"}".formatted(column)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "train.prompts.%s is set, but nothing reads it: the columns are %s. Remove it."
                .formatted(column, columns));
  }

  @Test
  void prompts_ofOneOfSeveralTrainings_areKept() {
    Settings both =
        settings(
            "pipeline.models=\"gold,triplets\"", "train.prompts={sentence1=\"a \", anchor=\"b \"}");
    assertThat(ColumnPrompts.of(both, ColumnPrompts.PAIRS)).containsExactly("a ", "");
    assertThat(ColumnPrompts.of(both, ColumnPrompts.TRIPLETS)).containsExactly("b ", "", "");
  }

  private static List<TrainingData> datasets(String triplets, String... outside) {
    Settings several =
        settings(
            outside.length == 0 ? "run.seed=1" : outside[0],
            "train.data=datasets",
            "train.datasets=[{data=gold, source=sts}, {data=triplets%s}]".formatted(triplets));
    return TrainingData.of(several, TrainingSource.DATASETS);
  }

  @Test
  void prompts_ofADataSet_takeThePlaceOfThoseOutside() {
    List<TrainingData> byColumn =
        datasets(", prompts={anchor=\"query: \"}", "train.prompt=\"task: \"");
    assertThat(ColumnPrompts.of(byColumn.get(0).settings(), ColumnPrompts.PAIRS))
        .containsExactly("task: ", "task: ");
    assertThat(ColumnPrompts.of(byColumn.get(1).settings(), ColumnPrompts.TRIPLETS))
        .containsExactly("query: ", "", "");
    List<TrainingData> forAll =
        datasets(", prompt=\"query: \"", "train.prompts={sentence1=\"task: \", anchor=\"x\"}");
    assertThat(ColumnPrompts.of(forAll.get(0).settings(), ColumnPrompts.PAIRS))
        .containsExactly("task: ", "");
    assertThat(ColumnPrompts.of(forAll.get(1).settings(), ColumnPrompts.TRIPLETS))
        .containsExactly("query: ", "query: ", "query: ");
  }

  @Test
  void prompts_ofADataSet_mistakesNameIt() {
    assertThatThrownBy(() -> datasets(", prompts={sentence1=\"query: \"}"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "train.datasets[1]: train.prompts.sentence1 is set, but nothing reads it: the columns"
                + " are anchor, positive, negative. Remove it.");
    assertThatThrownBy(() -> datasets(", prompt=\"a \", prompts={anchor=\"query: \"}"))
        .hasMessageContaining("train.prompt and train.prompts are both set, but only one may be");
  }
}
