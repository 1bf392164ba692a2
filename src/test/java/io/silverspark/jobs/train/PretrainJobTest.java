package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.ModelsTable;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.files.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class PretrainJobTest {
  private static final String WORDS = "embeddings.word_embeddings.weight";

  @TempDir Path directory;
  private Path file;
  private JobRun run;

  @BeforeEach
  void sentences(SparkSession spark) throws IOException {
    run = new JobRun(spark, directory.resolve("run"));
    file = directory.resolve("texts.txt");
    Files.writeString(
        file,
        """
        a b a b
        b b a
        a b a b

        a a a a b
        b
        """);
    ModelDirectory.write(TinyModel.random(0.1), directory.resolve("base"), "# Tiny");
  }

  @Test
  void tsdae_ofAFile_writesAModelWithClsPoolingOnce() {
    assertThat(pretrain("tsdae", file.toString())).contains("pretrained");
    ModelFiles trained = model();
    assertThat(trained.modules()).isEqualTo(SentenceModules.of(PoolingMode.CLS, false));
    assertThat(trained.config().layers()).isEqualTo(1);
    assertThat(words(trained)).isNotEqualTo(words(TinyModel.random(0.1)));
    assertThat(trained.weights()).doesNotContainKey("cls.predictions.bias");
    List<Row> lineage = run.table(ModelsTable.DEFINITION).read().collectAsList();
    assertThat(lineage).hasSize(1);
    assertThat(lineage.get(0).getString(1)).isEqualTo("pretrained");
    assertThat(lineage.get(0).toString()).contains("\"texts\":4");

    assertThat(pretrain("tsdae", file.toString())).contains("is up to date");
    assertThat(pretrain("mlm", file.toString())).doesNotContain("is up to date");
    assertThat(model().modules()).isEqualTo(SentenceModules.of(PoolingMode.MEAN, true));
  }

  @Test
  void simcse_ofATable_takesTrainingRowsAlone() {
    run.write(
        IntentsTable.DEFINITION,
        List.of(intent(1, "train", "a a b"), intent(2, "train", "b a"), intent(3, "test", "a")),
        1);
    assertThat(pretrain("simcse", "intents")).contains("pretrained");
    String lineage = run.table(ModelsTable.DEFINITION).read().first().toString();
    assertThat(lineage).contains("\"texts\":2").contains("\"intents\":");
  }

  @Test
  void corpus_missing_isAMistakeOfTheUser() {
    assertThatThrownBy(() -> pretrain("tsdae", directory.resolve("none").toString()))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("pretrain.corpus '")
        .hasMessageContaining("is missing");
    assertThatThrownBy(() -> pretrain("tsdae", "nli"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("Run 'ingest' first");
  }

  @Test
  void base_thatIsACrossEncoder_isRefused() {
    String base = "pretrain.base=" + NarrowModel.crossEncoder();
    assertThatThrownBy(() -> pretrain("mlm", file.toString(), base))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "model '"
                + NarrowModel.crossEncoder()
                + "' is a cross-encoder, whose classifier would not fit what is learned here,"
                + " expected a sentence encoder");
    assertThat(run.directory().resolve("models/pretrained")).doesNotExist();
  }

  /** The record is what says that a stage is done: no tracked run says so before it. */
  @Test
  void record_thatCannotBeWritten_leavesNoFinishedRunBehind() throws IOException {
    Path record = run.directory().resolve("stages/pretrain.json");
    Files.createDirectories(record.resolve("in the way"));

    assertThatThrownBy(() -> pretrain("tsdae", file.toString(), "tracking.kind=mlflow"))
        .hasStackTraceContaining("pretrain.json");
    assertThat(trackedRun()).contains("status: 4"); // failed

    Files.delete(record.resolve("in the way"));
    Files.delete(record);
    pretrain("tsdae", file.toString(), "tracking.kind=mlflow");
    assertThat(trackedRun()).contains("status: 3"); // finished
    assertThat(record).isRegularFile();
  }

  /** A record must not outlive the model that it was written for. */
  @Test
  void training_killedBetweenModelAndRecord_leavesNoOlderRecord() throws IOException {
    pretrain("tsdae", file.toString());
    Path tables = run.directory().resolve("tables");
    Files.move(tables, directory.resolve("aside"));
    Files.writeString(tables, "no directory: the lineage cannot be written");

    assertThatThrownBy(() -> pretrain("mlm", file.toString())).isNotNull();
    assertThat(model().modules()).isEqualTo(SentenceModules.of(PoolingMode.MEAN, true)); // of mlm

    Files.delete(tables);
    Files.move(directory.resolve("aside"), tables);
    assertThat(pretrain("tsdae", file.toString())).doesNotContain("is up to date");
    assertThat(model().modules()).isEqualTo(SentenceModules.of(PoolingMode.CLS, false));
  }

  private String trackedRun() throws IOException {
    try (Stream<Path> files = Files.walk(run.directory().resolve("tracking/mlruns"))) {
      Path meta =
          files
              .filter(file -> file.endsWith("meta.yaml"))
              .max(Comparator.comparingInt(Path::getNameCount))
              .orElseThrow();
      return Files.readString(meta);
    }
  }

  private static Row intent(long id, String split, String text) {
    return RowFactory.create(id, split, id, text, "card", "test.csv");
  }

  private String pretrain(String method, String corpus, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "pretrain.method=" + method,
                "pretrain.corpus=" + corpus,
                "pretrain.steps=2",
                "pretrain.batchSize=2",
                "model.base=" + directory.resolve("base")));
    settings.addAll(List.of(more));
    return run.run("pretrain", new PretrainJob(), settings.toArray(String[]::new));
  }

  private ModelFiles model() {
    return ModelDirectory.read(run.directory().resolve("models/pretrained"));
  }

  private static int words(ModelFiles files) {
    return Arrays.hashCode(files.weights().get(WORDS).floats());
  }
}
