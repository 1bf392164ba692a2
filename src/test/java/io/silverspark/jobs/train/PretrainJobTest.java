package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Arrays;
import java.util.List;
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

  private static Row intent(long id, String split, String text) {
    return RowFactory.create(id, split, id, text, "card", "test.csv");
  }

  private String pretrain(String method, String corpus) {
    return run.run(
        "pretrain",
        new PretrainJob(),
        "pretrain.method=" + method,
        "pretrain.corpus=" + corpus,
        "pretrain.steps=2",
        "pretrain.batchSize=2",
        "model.base=" + directory.resolve("base"));
  }

  private ModelFiles model() {
    return ModelDirectory.read(run.directory().resolve("models/pretrained"));
  }

  private static int words(ModelFiles files) {
    return Arrays.hashCode(files.weights().get(WORDS).floats());
  }
}
