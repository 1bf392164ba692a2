package io.silverspark.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingsReferenceTest {
  private static final List<Class<?>> CLASSES =
      List.of(
          RunSettings.class,
          DataSettings.class,
          ModelSettings.class,
          GoldSettings.class,
          MineSettings.class,
          MinedTableSettings.class,
          SearchSettings.class,
          PretrainSettings.class,
          CrossSettings.class,
          SilverSettings.class,
          TrainSettings.class,
          DatasetSettings.class,
          RankSettings.class,
          EvaluateSettings.class,
          TrackingSettings.class,
          PipelineSettings.class,
          RetrainSettings.class);

  /** When this fails: run the command {@code settings --reference} and paste its output. */
  @Test
  void confReadme_holdsTheReference() throws IOException {
    assertThat(Files.readString(Path.of("conf/README.md")))
        .contains(SettingsReference.markdown(AllSettings.GROUPS))
        .contains(LossRules.markdown())
        .contains(CrossLossRules.markdown());
  }

  @Test
  void groups_holdEveryConstant() throws IllegalAccessException {
    List<Setting<?>> constants = new ArrayList<>();
    for (Class<?> type : CLASSES) {
      for (Field field : type.getDeclaredFields()) {
        if (field.getType() == Setting.class) {
          constants.add((Setting<?>) field.get(null));
        } else if (field.getType() == DataKind.class) {
          DataKind kind = (DataKind) field.get(null);
          constants.addAll(kind.settings());
          constants.add(kind.rows());
        } else if (field.getType() == PromptSettings.class) {
          PromptSettings prompt = (PromptSettings) field.get(null);
          constants.addAll(List.of(prompt.text(), prompt.name()));
        } else if (field.getType() == PlanSettings.class) {
          constants.addAll(((PlanSettings) field.get(null)).all());
        } else if (field.getType() == LoraSettings.class) {
          constants.addAll(((LoraSettings) field.get(null)).all());
        }
      }
    }
    List<Setting<?>> grouped = new ArrayList<>();
    for (SettingGroup group : AllSettings.GROUPS) {
      grouped.addAll(group.settings());
    }

    assertThat(constants).hasSizeGreaterThan(50).hasSameElementsAs(grouped);
  }

  @Test
  void filesInConf_areValid() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("conf"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".conf")).toList()) {
        assertThatCode(() -> AllSettings.reader().read(Optional.of(file), List.of()))
            .as(file.toString())
            .doesNotThrowAnyException();
      }
    }
  }

  @Test
  void rules_betweenSettings_areReported() {
    assertThatThrownBy(
            () ->
                AllSettings.reader()
                    .read(
                        Optional.empty(),
                        List.of(
                            "train.loss=mnr",
                            "train.batchSize=1",
                            "cross.numLabels=3",
                            "mine.rangeMin=5",
                            "mine.rangeMax=5")))
        .hasMessage(
            """
            The configuration has 3 problems:
              cross.numLabels must be 1 while gold.source is sts, because a similarity is one number. Set gold.source = nli or cross.numLabels = 1.
              mine.rangeMax must leave room for mine.negativesPerAnchor ranks after mine.rangeMin.
              train.batchSize must be >= 2 while train.loss is mnr, because in-batch negatives need another row.\
            """);
  }
}
