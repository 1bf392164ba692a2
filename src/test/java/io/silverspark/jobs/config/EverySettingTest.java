package io.silverspark.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.EarlierVersion;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.distributed.RankEvidence;
import io.silverspark.jobs.evaluate.EvaluateEvidence;
import io.silverspark.jobs.ingest.IngestEvidence;
import io.silverspark.jobs.label.SilverEvidence;
import io.silverspark.jobs.mine.MineEvidence;
import io.silverspark.jobs.pipeline.PipelineEvidence;
import io.silverspark.jobs.run.RunEvidence;
import io.silverspark.jobs.tracking.TrackingEvidence;
import io.silverspark.jobs.train.TrainEvidence;
import io.silverspark.model.config.Setting;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every setting is read, or refused where nothing reads it. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
class EverySettingTest {
  private static final Path WRITTEN = Path.of("src/test/resources/io/silverspark/version-0.1.0");

  @Test
  void everySetting_changed_changesWhatAJobWorksWith(SparkSession spark, @TempDir Path directory)
      throws IOException {
    Path run = directory.resolve("run");
    Files.createDirectories(run.resolve("tables"));
    EarlierVersion.copy(WRITTEN.resolve("nli_pairs"), run.resolve("tables/nli_pairs"));
    SettingEvidence evidence = new SettingEvidence(spark);
    RunEvidence.add(evidence);
    IngestEvidence.add(evidence, directory);
    MineEvidence.add(evidence, run);
    SilverEvidence.add(evidence);
    TrainEvidence.add(evidence, run);
    RankEvidence.add(evidence);
    EvaluateEvidence.add(evidence, run);
    TrackingEvidence.add(evidence, directory);
    PipelineEvidence.add(evidence);

    List<Setting<?>> all = new ArrayList<>();
    AllSettings.GROUPS.forEach(group -> all.addAll(group.settings()));
    assertThat(evidence.settings())
        .as("a new setting needs evidence that something reads it")
        .containsExactlyInAnyOrderElementsOf(all);
    all.forEach(evidence::check);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {data=triplets, goldRepeat=3} | train.goldRepeat | only train.data = gold+silver repeats gold rows
          {data=gold, hardNegatives=2}  | train.hardNegatives | only triplets have hard negatives
          {data=gold, loss=CoSENTLoss, teacher=x} | train.teacher | CoSENTLoss uses no other model
          """)
  void dataset_settingThatItDoesNotRead_isRefused(String dataset, String key, String reason) {
    var settings =
        AllSettings.reader()
            .read(
                Optional.empty(),
                List.of("train.data=datasets", "train.datasets=[{data=intents}, " + dataset + "]"));

    assertThatThrownBy(() -> TrainingData.of(settings, TrainingSource.DATASETS))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "train.datasets[1]: %s is set, but nothing reads it: %s. Remove it."
                .formatted(key, reason));
  }

  /** The other data sets keep what is set outside for one of them. */
  @Test
  void datasets_settingThatOneOfThemReads_isKept() {
    var settings =
        AllSettings.reader()
            .read(
                Optional.empty(),
                List.of(
                    "train.data=datasets",
                    "train.hardNegatives=2",
                    "train.datasets=[{data=intents}, {data=triplets}]"));

    assertThat(TrainingData.of(settings, TrainingSource.DATASETS)).hasSize(2);
  }
}
