package io.silverspark.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubAccessTest {
  @TempDir private Path folder;

  @Test
  void of_nothing_isThePublicHubAndTheCacheOfTheHome() {
    HubAccess access = HubAccess.of(Map.of("HF_TOKEN", ""));
    assertThat(access.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
    assertThat(access.cache())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".cache/huggingface/hub"));
    assertThat(access.offline()).isFalse();
  }

  @Test
  void of_variables_areHeeded() {
    HubAccess access =
        HubAccess.of(
            Map.of(
                "HF_HOME", "/a",
                "HF_HUB_CACHE", "/b",
                "HF_TOKEN", " hf_x\n",
                "HF_ENDPOINT", "http://mirror:8080/",
                "HF_HUB_OFFLINE", "YES"));
    assertThat(access)
        .isEqualTo(
            new HubAccess(
                URI.create("http://mirror:8080"), Path.of("/b"), Optional.of("hf_x"), true));
    assertThat(HubAccess.of(Map.of("HF_HOME", "/a")).cache()).isEqualTo(Path.of("/a/hub"));
    assertThat(HubAccess.of(Map.of("XDG_CACHE_HOME", "/x")).cache())
        .isEqualTo(Path.of("/x/huggingface/hub"));
    assertThat(access.toString()).doesNotContain("hf_x").contains("with a token");
  }

  @Test
  void of_storedToken_isRead() throws IOException {
    Files.writeString(folder.resolve("token"), "hf_stored\n");
    Map<String, String> environment = Map.of("HF_HOME", folder.toString());
    assertThat(HubAccess.of(environment).token()).contains("hf_stored");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mirror", "ftp://mirror", "http://", "http://a b"})
  void of_wrongEndpoint_isRefused(String endpoint) {
    assertThatThrownBy(() -> HubAccess.of(Map.of("HF_ENDPOINT", endpoint)))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("HF_ENDPOINT is '" + endpoint + "', expected");
  }

  @ParameterizedTest
  @CsvSource({
    "org/name,org/name,main",
    "bert-base-uncased,bert-base-uncased,main",
    "org/name@v1.0,org/name,v1.0",
    "org/name@refs/pr/3,org/name,refs/pr/3"
  })
  void parse_id_givesNameAndRevision(String text, String name, String revision) {
    HubId id = HubId.parse(text).orElseThrow();
    assertThat(id.name()).isEqualTo(name);
    assertThat(id.wanted()).isEqualTo(revision);
    assertThat(id).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a/b/c", "/a", "a/", "../a", "./a", "a/..", "s3://b/m", "a b", "a@", "a@b@c"})
  void parse_noId_isEmpty(String text) {
    assertThat(HubId.parse(text)).isEmpty();
  }

  @Test
  void checksums_areThoseOfGitAndSha256sum() throws IOException {
    Path file = Files.writeString(folder.resolve("f"), "hello\n");
    assertThat(BlobChecksum.gitSha1(file)).isEqualTo("ce013625030ba8dba906f756967f9e9ca394464a");
    assertThat(BlobChecksum.sha256(file))
        .isEqualTo("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
    assertThat(BlobChecksum.matches(file, "some-other-tag")).isTrue();
    assertThat(ByteCount.text(90_868_373)).isEqualTo("90.9 MB");
    assertThat(ByteCount.text(999)).isEqualTo("999 B");
  }
}
