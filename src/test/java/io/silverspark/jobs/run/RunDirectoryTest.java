package io.silverspark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.FakeFileSystem;
import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class RunDirectoryTest {
  @TempDir private Path temporary;
  private SparkSession spark;

  @BeforeEach
  void register(SparkSession session) {
    spark = session;
    FakeFileSystem.register(session);
  }

  private JobContext context(String cache) {
    return SparkFixture.context(
        spark,
        "test",
        "run.dir=fake:" + temporary.resolve("remote"),
        "run.cacheDir=" + temporary.resolve(cache));
  }

  @Test
  void publish_sendsFilesAndAnotherMachineFetchesThem() throws Exception {
    RunDirectory here = context("here").directory();
    write(here.local().resolve("models/gold/config.json"), "{}");
    write(here.local().resolve("logs/train.log"), "lines");
    here.publish();

    assertThat(temporary.resolve("remote/models/gold/config.json")).hasContent("{}");
    assertThat(temporary.resolve("remote/logs")).doesNotExist();
    RunDirectory there = context("there").directory();
    assertThat(there.local()).isNotEqualTo(here.local());
    assertThat(there.local().resolve("models/gold/config.json")).hasContent("{}");
  }

  @Test
  void publish_again_deletesWhatIsGoneAndNothingElse() throws Exception {
    RunDirectory here = context("here").directory();
    Path checkpoint = here.local().resolve("checkpoints/gold/checkpoint-1/state.json");
    write(checkpoint, "{}");
    here.publish();
    write(temporary.resolve("remote/notes.txt"), "by hand");
    Files.delete(checkpoint);
    here.publish();

    assertThat(temporary.resolve("remote/checkpoints/gold/checkpoint-1/state.json")).doesNotExist();
    assertThat(temporary.resolve("remote/notes.txt")).exists();
  }

  @Test
  void local_insideRemoteRunDirectory_isFoundInTheCopy() {
    RunDirectory here = context("here").directory();
    String remote = "fake:" + temporary.resolve("remote");

    assertThat(here.local("report.dir", remote + "/report"))
        .isEqualTo(here.local().resolve("report"));
    assertThat(here.shared(here.local().resolve("models/cross")))
        .isEqualTo(remote + "/models/cross");
    assertThatThrownBy(() -> here.local("report.dir", "fake:/elsewhere"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("report.dir = 'fake:/elsewhere' is not valid");
  }

  /** What label and encode do on a cluster: executors load the model from the object store. */
  @Test
  void model_onRemoteFileSystem_isLoadedByExecutors() {
    String model = "fake:" + temporary.resolve("model");
    EncoderOptions options = EncoderOptions.defaults().withWorkers(1);
    float[][] expected;
    try (SentenceEncoder encoder = SentenceEncoder.of(NarrowModel.files(0.1), options)) {
      encoder.save(temporary.resolve("model"), "test");
      expected = encoder.encode(List.of("A text."));
    }

    Row row =
        TextEmbedding.embed(
                spark.createDataset(List.of("A text."), Encoders.STRING()).toDF("text"),
                "text",
                "embedding",
                EncodeSpec.of(model).withPrecision(Precision.FP32))
            .first();

    assertThat(row.<Float>getList(1).get(0)).isEqualTo(expected[0][0]);
    assertThatThrownBy(() -> SentenceEncoder.load(model + "s", options))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("models' is not there");
  }

  private static void write(Path file, String text) throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
