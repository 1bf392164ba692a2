package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import io.silverspark.model.hub.FakeHub;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
  @TempDir private Path folder;

  private RemoteModels.Fetcher fetcher;

  @Test
  void open_builtin_hasEveryWeightUnderItsHuggingFaceName() {
    ModelFiles model = ModelReference.open("builtin:all-MiniLM-L6-v2");
    assertThat(model.weights()).hasSize(5 + 6 * 16);
    assertThat(model.maxSeqLength()).isEqualTo(256);
    assertThat(model.modules()).isEqualTo(SentenceModules.of(PoolingMode.MEAN, true));
    // Checked in Python: a directory written from these weights gives the reference embeddings.
    float[] query = model.weights().get("encoder.layer.0.attention.self.query.weight").floats();
    assertThat(query[1]).isEqualTo(0.043580376f);
    assertThat(query[384]).isEqualTo(0.035969656f);
    assertThat(model.weights().get("encoder.layer.5.intermediate.dense.weight").shape())
        .containsExactly(1536, 384);
    assertThat(model.weights().get("encoder.layer.5.output.dense.weight").shape())
        .containsExactly(384, 1536);
  }

  @Test
  void keepLayers_fewer_dropsTheLastOnes() {
    ModelFiles model = TinyModel.crossEncoder(1).keepLayers(1);
    assertThat(model.config().layers()).isEqualTo(1);
    assertThat(model.weights().keySet())
        .noneMatch(name -> name.startsWith("encoder.layer.1."))
        .contains("encoder.layer.0.output.dense.bias", "classifier.weight")
        .hasSize(5 + 16 + 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 3})
  void keepLayers_impossibleCount_saysTheRange(int count) {
    assertThatThrownBy(() -> TinyModel.crossEncoder(1).keepLayers(count))
        .isInstanceOf(UserException.class)
        .hasMessage("cannot keep %d layers of a model that has 2, expected 1 to 2", count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "/no/such/place", "a/b/c", "x\0y", "s3://b/m", "../models/x"})
  void open_unknown_saysWhatIsAllowed(String reference) {
    assertThatThrownBy(() -> ModelReference.open(reference, offline()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("model '" + reference + "' is not")
        .hasMessageContaining("expected 'builtin:all-MiniLM-L6-v2'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"org/unknown", "unknown", "org/unknown@v1"})
  void open_hubIdThatIsNotCachedWhileOffline_saysSo(String reference) {
    assertThatThrownBy(() -> ModelReference.open(reference, offline()))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("model '" + reference + "' is not a directory, and not in the")
        .hasMessageContaining("HF_HUB_OFFLINE is set");
  }

  /** A Spark test of this JVM may have set Hadoop's file systems. */
  @BeforeEach
  void forgetRemoteFileSystems() {
    fetcher = RemoteModels.fetchWith(reference -> Optional.empty());
  }

  @AfterEach
  void putBackRemoteFileSystems() {
    RemoteModels.fetchWith(fetcher);
  }

  private Map<String, String> offline() {
    return Map.of("HF_HOME", folder.toString(), "HF_HUB_OFFLINE", "1");
  }

  @Test
  void open_unknownBuiltin_namesTheOne() {
    assertThatThrownBy(() -> ModelReference.open("builtin:gpt"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "model 'builtin:gpt' is unknown, the only built-in model is"
                + " 'builtin:all-MiniLM-L6-v2'");
  }

  @Test
  void open_hubId_readsTheSnapshotOfMain() throws IOException {
    Path cached = folder.resolve("hub").resolve("models--org--name");
    ModelDirectory.write(
        TinyModel.encoder(PoolingMode.MAX, false), cached.resolve("snapshots/new"), "");
    ModelDirectory.write(
        TinyModel.encoder(PoolingMode.CLS, false), cached.resolve("snapshots/old"), "");
    Files.createDirectories(cached.resolve("refs"));
    Files.writeString(cached.resolve("refs/main"), "new");
    assertThat(ModelReference.open("org/name", offline()).modules())
        .isEqualTo(SentenceModules.of(PoolingMode.MAX, false));
    assertThat(ModelReference.open("org/name@old", offline()).modules())
        .isEqualTo(SentenceModules.of(PoolingMode.CLS, false));
  }

  @Test
  void open_hubId_isDownloadedAndRead() throws IOException {
    Path model = folder.resolve("m");
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MAX, true), model, "# Card");
    try (FakeHub hub = new FakeHub()) {
      hub.addDirectory("org/name", model);
      Map<String, String> environment =
          Map.of("HF_HOME", folder.toString(), "HF_ENDPOINT", hub.endpoint().toString());
      ModelFiles read = ModelReference.open("org/name", environment);
      assertThat(read.modules()).isEqualTo(SentenceModules.of(PoolingMode.MAX, true));
      assertThat(read.weights()).isEqualTo(ModelDirectory.read(model).weights());
    }
  }

  @Test
  void open_fileUri_readsTheDirectory() {
    Path model = folder.resolve("m");
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MAX, false), model, "");
    assertThat(ModelReference.open("file:" + model).modules())
        .isEqualTo(SentenceModules.of(PoolingMode.MAX, false));
    assertThat(ModelReference.open("file://" + model).modules())
        .isEqualTo(SentenceModules.of(PoolingMode.MAX, false));
  }

  @Test
  void onnx_damagedOrEmpty_isRefused() {
    byte[] damaged = {0x3a, 0x7f, 1, 2};
    assertThatThrownBy(() -> OnnxWeights.read(new ByteArrayInputStream(damaged)))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("the ONNX model is damaged");
    byte[] text = "not a model".getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> OnnxWeights.read(new ByteArrayInputStream(text)))
        .isInstanceOf(UserException.class);
    assertThatThrownBy(() -> OnnxWeights.read(new ByteArrayInputStream(new byte[0])))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("the ONNX model holds no weights");
  }
}
