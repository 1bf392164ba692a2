package io.silverspark.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubModelsTest {
  private static final byte[] WEIGHTS = new byte[300_000];

  @TempDir private Path cache;
  private final FakeHub hub = new FakeHub();

  @BeforeEach
  void fill() throws IOException {
    new Random(1).nextBytes(WEIGHTS);
    hub.add("org/name", "config.json", "{\"model_type\": \"bert\"}");
    hub.add("org/name", "tokenizer.json", "{}");
    hub.add("org/name", "1_Pooling/config.json", "{\"pooling_mode\": \"mean\"}");
    hub.add("org/name", "modules.json", "[]");
    hub.add("org/name", "model.safetensors", WEIGHTS);
    hub.add("org/name", "pytorch_model.bin", "a pickle");
    hub.add("org/name", "onnx/model.safetensors", "not wanted");
    hub.add("org/name", "train_script.py", "not wanted");
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private HubModels models() {
    return models(Optional.of("hf_secret"), false);
  }

  private HubModels models(Optional<String> token, boolean offline) {
    HubAccess access = new HubAccess(hub.endpoint(), cache, token, offline);
    return new HubModels(access, Duration.ofMillis(1));
  }

  private static HubId id(String text) {
    return HubId.parse(text).orElseThrow();
  }

  @Test
  void directory_adapterOfPeft_needsNoModelBesideIt() throws IOException {
    hub.add("org/adapter", "adapter_config.json", "{\"peft_type\": \"LORA\"}");
    hub.add("org/adapter", "adapter_model.safetensors", "tensors");
    hub.add("org/adapter", "adapter_model.bin", "a pickle");
    hub.add("org/adapter", "chat_template.jinja", "{{ text }}");
    assertThat(models().directory(id("org/adapter")).toFile().list())
        .containsExactlyInAnyOrder(
            "adapter_config.json", "adapter_model.safetensors", "chat_template.jinja");
  }

  @Test
  void directory_modelWithAnAdapter_hasBoth() throws IOException {
    hub.add("org/name", "adapter_config.json", "{\"peft_type\": \"LORA\"}");
    hub.add("org/name", "adapter_model.bin", "a pickle");
    assertThat(models().directory(id("org/name")).toFile().list())
        .contains("model.safetensors", "adapter_config.json", "adapter_model.bin");
  }

  @Test
  void directory_newModel_fillsTheCacheAsPythonDoes() throws IOException {
    Path directory = models().directory(id("org/name"));
    Path folder = cache.resolve("models--org--name");
    assertThat(directory).isEqualTo(folder.resolve("snapshots").resolve(FakeHub.COMMIT));
    assertThat(directory.toFile().list())
        .containsExactlyInAnyOrder(
            "config.json", "tokenizer.json", "modules.json", "1_Pooling", "model.safetensors");
    assertThat(folder.resolve("refs/main")).hasContent(FakeHub.COMMIT);
    assertThat(folder.resolve("blobs").resolve(FakeHub.sha256(WEIGHTS))).hasBinaryContent(WEIGHTS);
    assertThat(Files.readSymbolicLink(directory.resolve("model.safetensors")))
        .isEqualTo(Path.of("../../blobs", FakeHub.sha256(WEIGHTS)));
    assertThat(directory.resolve("1_Pooling/config.json"))
        .hasContent("{\"pooling_mode\": \"mean\"}");
    assertThat(folder.resolve("blobs").toFile().list())
        .hasSize(5)
        .noneMatch(name -> name.endsWith("incomplete"));
  }

  @Test
  void directory_token_goesToTheHubOnly() {
    models().directory(id("org/name"));
    assertThat(hub.toHub).isNotEmpty().allMatch(FakeHub.Request::token);
    assertThat(hub.toStorage).hasSize(1).noneMatch(FakeHub.Request::token);
  }

  @Test
  void directory_modelThatIsThere_asksForTheCommitOnly() {
    models().directory(id("org/name"));
    hub.toHub.clear();
    models().directory(id("org/name"));
    assertThat(hub.toHub).hasSize(1);
    assertThat(hub.toHub.get(0).path()).isEqualTo("/api/models/org/name/revision/main");
    assertThat(hub.toStorage).hasSize(1);
  }

  @Test
  void directory_brokenDownload_goesOnWhereItStopped() throws IOException {
    hub.breakAfter = 100_000;
    hub.breaks.set(2);
    Path directory = models().directory(id("org/name"));
    assertThat(directory.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(hub.toStorage)
        .extracting(FakeHub.Request::range)
        .hasSize(3)
        .startsWith("")
        .allMatch(range -> range.isEmpty() || range.matches("bytes=[1-9]\\d*-"));
  }

  @Test
  void directory_killedDownload_goesOnInTheNextProcess() throws IOException {
    Path blobs = Files.createDirectories(cache.resolve("models--org--name/blobs"));
    Path partial = blobs.resolve(FakeHub.sha256(WEIGHTS) + ".silverspark.incomplete");
    Files.write(partial, java.util.Arrays.copyOf(WEIGHTS, 200_000));
    Path directory = models().directory(id("org/name"));
    assertThat(hub.toStorage).extracting(FakeHub.Request::range).containsExactly("bytes=200000-");
    assertThat(directory.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
  }

  @Test
  void directory_serverWithoutRanges_startsAgain() throws IOException {
    hub.ranges = false;
    hub.breakAfter = 100_000;
    hub.breaks.set(1);
    Path directory = models().directory(id("org/name"));
    assertThat(directory.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
  }

  @Test
  void directory_alwaysTruncated_saysHowMuchCame() {
    hub.ranges = false;
    hub.breakAfter = 100_000;
    hub.breaks.set(1000);
    assertThatThrownBy(() -> models().directory(id("org/name")))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("model 'org/name': model.safetensors was not downloaded whole: ")
        .hasMessageEndingWith("The part received is kept; try again.");
    assertThat(cache.resolve("models--org--name/refs/main")).doesNotExist();
  }

  @Test
  void directory_otherContent_isRefusedAndNotKept() throws IOException {
    byte[] changed = WEIGHTS.clone();
    changed[7]++;
    hub.corrupt("org/name", "model.safetensors", changed);
    assertThatThrownBy(() -> models().directory(id("org/name")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("model.safetensors arrived with another checksum than its ");
    assertThat(cache.resolve("models--org--name/blobs").toFile().list())
        .hasSize(4)
        .noneMatch(name -> name.startsWith(sha(WEIGHTS)));
  }

  private static String sha(byte[] content) {
    try {
      return FakeHub.sha256(content);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void directory_largerThanTheDisk_isRefusedBeforeItComes() {
    hub.claimedSize = 1L << 60;
    assertThatThrownBy(() -> models().directory(id("org/name")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the Hugging Face cache " + cache + " needs 1152921.5 TB more")
        .hasMessageEndingWith("make room or set HF_HUB_CACHE");
    assertThat(hub.toStorage).isEmpty();
  }

  @Test
  void directory_revision_isRememberedUnderItsName() throws IOException {
    Path directory = models().directory(id("org/name@refs/pr/1"));
    assertThat(hub.toHub.get(0).path()).isEqualTo("/api/models/org/name/revision/refs%2Fpr%2F1");
    assertThat(cache.resolve("models--org--name/refs/refs/pr/1")).hasContent(FakeHub.COMMIT);
    assertThat(models(Optional.empty(), true).directory(id("org/name@refs/pr/1")))
        .isEqualTo(directory);
    models().directory(id("org/name@" + FakeHub.COMMIT));
    assertThat(cache.resolve("models--org--name/refs").toFile().list()).containsExactly("refs");
  }

  @Test
  void directory_renamedModel_isFollowed() {
    hub.rename("name", "org/name");
    Path directory = models().directory(id("name"));
    assertThat(directory).startsWith(cache.resolve("models--name"));
    assertThat(directory.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(hub.toHub).allMatch(FakeHub.Request::token);
  }

  @Test
  void directory_offline_takesTheCacheOrSaysThatItIsAbsent() {
    assertThatThrownBy(() -> models(Optional.empty(), true).directory(id("org/name")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("not in the Hugging Face cache " + cache)
        .hasMessageContaining("HF_HUB_OFFLINE is set");
    Path directory = models().directory(id("org/name"));
    hub.toHub.clear();
    assertThat(models(Optional.empty(), true).directory(id("org/name"))).isEqualTo(directory);
    assertThat(hub.toHub).isEmpty();
  }

  @Test
  void directory_withoutNetwork_takesTheCacheOrSaysWhy() {
    HubAccess nowhere =
        new HubAccess(URI.create("http://127.0.0.1:9"), cache, Optional.empty(), false);
    HubModels models = new HubModels(nowhere, Duration.ofMillis(1));
    assertThatThrownBy(() -> models.directory(id("org/name")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("http://127.0.0.1:9 cannot be reached: ConnectException");
    Path directory = models().directory(id("org/name"));
    assertThat(models.directory(id("org/name"))).isEqualTo(directory);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          403 | GatedRepo | is gated (403): accept its conditions on
          401 | GatedRepo | is gated (401): accept its conditions on
          401 | RepoNotFound | is neither a directory nor a model that
          404 | RevisionNotFound | has no such revision, expected a branch, tag, commit
          403 | '' | the token in HF_TOKEN may not do this
          418 | '' | answered 418 to /api/models/org/name/revision/main
          """)
  void directory_refused_saysWhatToDo(int status, String code, String message) {
    hub.refusal = code;
    hub.refusalStatus = status;
    assertThatThrownBy(() -> models(Optional.empty(), false).directory(id("org/name")))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("model 'org/name'")
        .hasMessageContaining(message);
  }

  @Test
  void directory_unknownModelOrRevisionOrBadToken_isNamed() {
    assertThatThrownBy(() -> models(Optional.empty(), false).directory(id("org/none")))
        .hasMessageContaining("model 'org/none' is neither a directory nor a model")
        .hasMessageContaining("or set HF_TOKEN for a private one");
    assertThatThrownBy(() -> models().directory(id("org/none")))
        .hasMessageContaining("refuses the token in HF_TOKEN (401)")
        .hasMessageNotContaining("hf_secret");
    assertThatThrownBy(() -> models().directory(id("org/name@v9")))
        .hasMessageContaining("model 'org/name@v9' has no such revision");
  }

  @Test
  void directory_serverBusy_usesTheCache() {
    Path directory = models().directory(id("org/name"));
    hub.refusalStatus = 503;
    assertThat(models().directory(id("org/name"))).isEqualTo(directory);
  }

  @Test
  void directory_modelWithoutWeightsOrTokenizer_isRefusedBeforeDownloading() throws IOException {
    hub.add("org/old", "config.json", "{}");
    assertThatThrownBy(() -> models().directory(id("org/old")))
        .hasMessageContaining("has neither model.safetensors nor pytorch_model.bin on the Hub");
    hub.add("org/old", "pytorch_model.bin", "a pickle");
    assertThatThrownBy(() -> models().directory(id("org/old")))
        .hasMessageContaining("has no tokenizer.json on the Hub");
    hub.add("org/script", "readme.md", "");
    assertThatThrownBy(() -> models().directory(id("org/script")))
        .hasMessageContaining("has no config.json on the Hub");
    assertThat(hub.toStorage).isEmpty();
  }

  @Test
  void directory_shards_areAllDownloaded() throws IOException {
    hub.add("org/big", "config.json", "{}");
    hub.add("org/big", "tokenizer.json", "{}");
    hub.add("org/big", "model.safetensors.index.json", "{}");
    hub.add("org/big", "model-00001-of-00002.safetensors", "one");
    hub.add("org/big", "model-00002-of-00002.safetensors", "two");
    assertThat(models().directory(id("org/big")).toFile().list()).hasSize(5);
  }

  @Test
  void directory_modulesWithWeightsOfTheirOwn_takesTheBestOfEachFolder() throws IOException {
    hub.add("org/dense", "config.json", "{}");
    hub.add("org/dense", "tokenizer.json", "{}");
    hub.add("org/dense", "pytorch_model.bin.index.json", "{}");
    hub.add("org/dense", "pytorch_model-00001-of-00001.bin", "root");
    hub.add("org/dense", "modules.json", "[{\"path\": \"\"}, {\"path\": \"deep/head\"}]");
    hub.add("org/dense", "2_Dense/config.json", "{}");
    hub.add("org/dense", "2_Dense/model.safetensors", WEIGHTS);
    hub.add("org/dense", "2_Dense/pytorch_model.bin", "left on the Hub");
    hub.add("org/dense", "deep/head/config.json", "{}");
    hub.add("org/dense", "deep/head/pytorch_model.bin", "head");
    hub.add("org/dense", "deep/other/pytorch_model.bin", "left on the Hub");
    Path directory = models().directory(id("org/dense"));
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.filter(Files::isRegularFile).map(directory::relativize).map(Path::toString))
          .containsExactlyInAnyOrder(
              "config.json",
              "tokenizer.json",
              "modules.json",
              "pytorch_model.bin.index.json",
              "pytorch_model-00001-of-00001.bin",
              "2_Dense/config.json",
              "2_Dense/model.safetensors",
              "deep/head/config.json",
              "deep/head/pytorch_model.bin");
    }
  }

  @Test
  void directory_manyAtOnce_downloadOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<Path>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(threads.submit(() -> models().directory(id("org/name"))));
    }
    for (Future<Path> one : all) {
      assertThat(one.get().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    }
    threads.shutdown();
    assertThat(hub.toStorage).hasSize(1);
  }

  @Test
  void directory_serverThatIsNoHub_isNamed() throws IOException {
    hub.add("org/odd", "config.json", "{}");
    HubAccess other = new HubAccess(hub.storageEndpoint(), cache, Optional.empty(), false);
    assertThatThrownBy(() -> new HubModels(other, Duration.ofMillis(1)).directory(id("org/name")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("may not do this");
  }
}
