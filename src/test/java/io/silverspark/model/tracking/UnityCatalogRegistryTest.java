package io.silverspark.model.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import io.silverspark.model.tracking.UnityCatalogRegistry.Version;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The registry against a server of its protocol. */
class UnityCatalogRegistryTest {
  private static final String MODEL = "main.search.tickets";

  @Test
  void version_ofANewSource_isPendingUntilItIsReady() throws IOException {
    try (FakeUnityCatalog server = new FakeUnityCatalog("file:///models")) {
      UnityCatalogRegistry registry = new UnityCatalogRegistry(server.uri(), Optional.empty());
      Version first = registry.version(MODEL, "file:/run/1", "first");
      assertThat(first)
          .isEqualTo(new Version(MODEL, 1, "file:///models/main.search.tickets/1", false));
      registry.ready(first);
      assertThat(registry.version(MODEL, "file:/run/1", "first").ready()).isTrue();
      assertThat(registry.version(MODEL, "file:/run/2", "second").version()).isEqualTo(2);
    }
  }

  @Test
  void version_ofAKnownSource_isFoundOnAnyPageAndFailedOnesAreNot() throws IOException {
    try (FakeUnityCatalog server = new FakeUnityCatalog("file:///models")) {
      UnityCatalogRegistry registry = new UnityCatalogRegistry(server.uri(), Optional.empty());
      registry.version(MODEL, "file:/run/1", "");
      registry.version(MODEL, "file:/run/2", "");
      assertThat(registry.version(MODEL, "file:/run/2", "").version()).isEqualTo(2);
      server.models.get(MODEL).get(1).put("status", "FAILED_REGISTRATION");
      assertThat(registry.version(MODEL, "file:/run/2", "").version()).isEqualTo(3);
    }
  }

  @Test
  void credentials_areHadoopSettingsOfTheLocation() throws IOException {
    try (FakeUnityCatalog server = new FakeUnityCatalog("s3://bucket")) {
      UnityCatalogRegistry registry = new UnityCatalogRegistry(server.uri(), Optional.empty());
      Version version = registry.version(MODEL, "file:/run/1", "");
      assertThat(version.location()).isEqualTo("s3a://bucket/main.search.tickets/1");
      assertThat(registry.credentials(version))
          .containsEntry("fs.s3a.access.key", "main.search.tickets/1")
          .containsEntry("fs.s3a.session.token", "session")
          .containsEntry("fs.s3a.impl.disable.cache", "true");
    }
    try (FakeUnityCatalog server = new FakeUnityCatalog("abfss://c@a.dfs.core.windows.net")) {
      UnityCatalogRegistry registry = new UnityCatalogRegistry(server.uri(), Optional.empty());
      assertThat(registry.credentials(registry.version(MODEL, "file:/run/1", "")))
          .containsEntry("fs.azure.sas.fixed.token", "main.search.tickets/1");
    }
    try (FakeUnityCatalog server = new FakeUnityCatalog("gs://bucket")) {
      UnityCatalogRegistry registry = new UnityCatalogRegistry(server.uri(), Optional.empty());
      Version version = registry.version(MODEL, "file:/run/1", "");
      assertThatThrownBy(() -> registry.credentials(version))
          .isInstanceOf(UserException.class)
          .hasMessageContaining(
              "keeps the files of main.search.tickets in gs://bucket/main.search.tickets/1, expected a location of file:, s3: or abfss:");
    }
  }

  @Test
  void schema_thatIsNotThere_isTold() throws IOException {
    try (FakeUnityCatalog server = new FakeUnityCatalog("file:///models")) {
      UnityCatalogRegistry registry = new UnityCatalogRegistry(server.uri(), Optional.empty());
      assertThatThrownBy(() -> registry.version("main.other.tickets", "file:/run/1", ""))
          .hasMessage(
              "the Unity Catalog server %s refused models: HTTP 404 NOT_FOUND Schema not found: main.other"
                  .formatted(server.uri()));
    }
  }
}
