package io.silverspark.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubRepositoriesTest {
  private final FakeHub hub = new FakeHub();
  private final byte[] weights = new byte[100_000];

  HubRepositoriesTest() {
    new Random(1).nextBytes(weights);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private HubRepositories repositories(Optional<String> token, boolean offline) {
    return new HubRepositories(new HubAccess(hub.endpoint(), Path.of("cache"), token, offline));
  }

  private HubRepositories.PushResult push(PushRequest request) {
    return repositories(Optional.of("hf_write"), false).push(request);
  }

  private PushRequest request(boolean isPrivate, Optional<String> revision) {
    return new PushRequest("org/new", revision, isPrivate, "A model", files("# Card"));
  }

  private List<UploadFile> files(String card) {
    return List.of(
        UploadFile.of("README.md", card.getBytes(StandardCharsets.UTF_8)),
        UploadFile.of("empty.safetensors", new byte[0]),
        UploadFile.of("train.log", new byte[] {1}),
        UploadFile.of("model.safetensors", weights));
  }

  @Test
  void push_newRepository_commitsEveryFileOnce() {
    HubRepositories.PushResult result = push(request(true, Optional.empty()));
    assertThat(hub.uploads.steps)
        .containsExactly("create", "info", "preupload", "batch", "verify", "commit");
    assertThat(hub.uploads.created.toString())
        .isEqualTo(
            "{\"type\":\"model\",\"organization\":\"org\",\"name\":\"new\","
                + "\"visibility\":\"private\"}");
    assertThat(hub.uploads.header.get("summary").asText()).isEqualTo("A model");
    assertThat(hub.uploads.committed)
        .containsOnlyKeys("README.md", "empty.safetensors", "model.safetensors")
        .containsEntry("model.safetensors", weights);
    assertThat(result)
        .isEqualTo(new HubRepositories.PushResult(hub.endpoint() + "/org/new/commit/abc", 3, 1));
    assertThat(hub.toStorage).hasSize(1).noneMatch(FakeHub.Request::token);
  }

  @Test
  void push_again_sendsOnlyWhatChanged() {
    push(request(false, Optional.empty()));
    hub.uploads.steps.clear();
    HubRepositories.PushResult same = push(request(false, Optional.empty()));
    assertThat(same.committed()).isZero();
    assertThat(hub.uploads.steps).containsExactly("create", "info", "preupload");
    push(new PushRequest("org/new", Optional.empty(), false, "Card", files("# Other")));
    assertThat(hub.uploads.committed.get("README.md")).asString().isEqualTo("# Other");
    assertThat(hub.toStorage).hasSize(1);
  }

  @Test
  void push_inParts_joinsThem() {
    hub.uploads.chunk = 30_000;
    hub.uploads.failingPuts.set(2);
    push(request(false, Optional.empty()));
    assertThat(hub.uploads.parts).hasSize(4);
    assertThat(hub.uploads.committed).containsEntry("model.safetensors", weights);
  }

  @Test
  void push_uploadedButNotCommitted_isNotSentAgain() {
    hub.uploads.commitStatus = 400;
    assertThatThrownBy(() -> push(request(false, Optional.empty())))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("failed at committing")
        .hasMessageContaining("invalid metadata");
    hub.uploads.commitStatus = 200;
    push(request(false, Optional.empty()));
    assertThat(hub.toStorage).hasSize(1);
    assertThat(hub.uploads.committed).containsKey("model.safetensors");
  }

  @Test
  void push_toABranch_createsIt() {
    push(request(false, Optional.of("v2")));
    assertThat(hub.uploads.steps).startsWith("create", "info", "branch", "preupload");
    assertThat(hub.toHub)
        .extracting(FakeHub.Request::path)
        .contains("/api/models/org/new/branch/v2", "/api/models/org/new/commit/v2");
  }

  @Test
  void push_privateToAPublicRepository_sendsNothing() {
    hub.uploads.createStatus = 409;
    assertThatThrownBy(() -> push(request(true, Optional.empty())))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("'org/new' is public")
        .hasMessageContaining("nothing was sent");
    assertThat(hub.uploads.steps).containsExactly("create", "info");
    push(request(false, Optional.empty()));
    assertThat(hub.uploads.committed).isNotEmpty();
  }

  @Test
  void push_withoutTokenOrNetwork_asksNothing() {
    PushRequest request = request(false, Optional.empty());
    assertThatThrownBy(() -> repositories(Optional.empty(), false).push(request))
        .hasMessageContaining("needs a token that may write: set HF_TOKEN");
    assertThatThrownBy(() -> repositories(Optional.of("hf_write"), true).push(request))
        .hasMessageContaining("HF_HUB_OFFLINE is set");
    assertThat(hub.toHub).isEmpty();
    assertThatThrownBy(() -> repositories(Optional.of("hf_old"), false).push(request))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("answered 401, the token in HF_TOKEN is not valid")
        .hasMessageNotContaining("hf_old");
  }

  @ParameterizedTest
  @CsvSource({"500,see the status page", "413,a file is too large", "412,push again"})
  void push_refusedCommit_saysWhy(int status, String why) {
    hub.uploads.commitStatus = status;
    assertThatThrownBy(() -> push(request(false, Optional.empty())))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(why);
  }
}
