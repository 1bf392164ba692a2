package io.silverspark.model.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The registry against a server of its protocol. */
class MlflowRegistryTest {
  private static final Map<String, String> TAGS = Map.of("difference", "0.02");

  @Test
  void version_ofANewSource_isTheNextOne() throws IOException {
    try (FakeMlflow server = new FakeMlflow("")) {
      MlflowRegistry registry = new MlflowRegistry(server.uri(), Optional.empty());
      assertThat(registry.version("search model", "file:/models/1", TAGS)).isEqualTo("1");
      assertThat(registry.version("search model", "file:/models/2", TAGS)).isEqualTo("2");
      assertThat(server.models.get("search model").get(1).at("/tags/0/key").asText())
          .isEqualTo("difference");
    }
  }

  @Test
  void version_ofAKnownSource_isFoundOnAnyPage() throws IOException {
    try (FakeMlflow server = new FakeMlflow("")) {
      MlflowRegistry registry = new MlflowRegistry(server.uri(), Optional.empty());
      for (int i = 1; i <= 3; i++) {
        registry.version("m", "file:/models/" + i, TAGS);
      }
      assertThat(registry.version("m", "file:/models/3", TAGS)).isEqualTo("3");
      assertThat(server.models.get("m")).hasSize(3);
    }
  }

  @Test
  void alias_moves() throws IOException {
    try (FakeMlflow server = new FakeMlflow("")) {
      MlflowRegistry registry = new MlflowRegistry(server.uri(), Optional.empty());
      assertThat(registry.aliased("m", "champion")).isEmpty();
      registry.version("m", "file:/models/1", TAGS);
      registry.version("m", "file:/models/2", TAGS);
      registry.alias("m", "champion", "1");
      registry.alias("m", "champion", "2");
      assertThat(registry.aliased("m", "champion")).contains("2");
    }
  }

  @Test
  void token_isSentAndItsAbsenceTold() throws IOException {
    try (FakeMlflow server = new FakeMlflow("secret")) {
      MlflowRegistry without = new MlflowRegistry(server.uri(), Optional.empty());
      assertThatThrownBy(() -> without.version("m", "file:/models/1", TAGS))
          .isInstanceOf(UserException.class)
          .hasMessage(
              "the MLflow server %s refused registered-models/create: HTTP 401 UNAUTHENTICATED no valid token"
                  .formatted(server.uri()));
      MlflowRegistry with = new MlflowRegistry(server.uri(), Optional.of("secret"));
      assertThat(with.version("m", "file:/models/1", TAGS)).isEqualTo("1");
    }
  }

  @Test
  void server_thatIsNotThere_isNamed() {
    MlflowRegistry registry =
        new MlflowRegistry(URI.create("http://127.0.0.1:1"), Optional.empty());
    assertThatThrownBy(() -> registry.aliased("m", "champion"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("the MLflow server http://127.0.0.1:1 cannot be reached");
  }
}
