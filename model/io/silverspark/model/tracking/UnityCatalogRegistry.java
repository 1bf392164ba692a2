package io.silverspark.model.tracking;

import static io.silverspark.model.tracking.RegistryRequests.escaped;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models of a Unity Catalog server, by its open REST protocol. A version is created, its files
 * are written to the place that the catalog chose for it, and then it is made ready. Every call may
 * be repeated.
 *
 * <p>The protocol has no aliases: the version in use is the newest one that is ready.
 *
 * <p>Source: https://docs.unitycatalog.io, the paths below /api/2.1/unity-catalog for models, model
 * versions and temporary credentials.
 *
 * @param server address of the catalog, such as {@code http://localhost:8080}
 * @param token sent as bearer token
 */
public record UnityCatalogRegistry(URI server, Optional<String> token) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MISSING = 404;

  /**
   * A version of a model.
   *
   * @param model name with catalog and schema, such as {@code main.search.tickets}
   * @param version number from 1
   * @param location where its files belong, as Hadoop writes it, such as {@code
   *     s3a://bucket/models/ID}
   * @param ready whether its files are complete
   */
  public record Version(String model, int version, String location, boolean ready) {}

  /**
   * Whether a text names a model: catalog, schema and name, separated by dots.
   *
   * @param model the text
   */
  public static boolean isName(String model) {
    return model.matches("[^.\\s/]+\\.[^.\\s/]+\\.[^.\\s/]+");
  }

  /**
   * The version of a model that has a source; a new one, whose files are still to be written, if
   * there is none.
   *
   * @param model name with catalog and schema; the model is created if need be
   * @param source where the files come from; tells versions apart
   * @param comment one line that people read
   * @throws UserException if catalog or schema do not exist, the server refuses, or cannot be
   *     reached
   */
  public Version version(String model, String source, String comment) {
    List<String> names = Arrays.asList(model.split("\\.", -1));
    ObjectNode named =
        JSON.createObjectNode().put("catalog_name", names.get(0)).put("schema_name", names.get(1));
    String path = "models/" + escaped(model);
    if (requests().ask("GET", path, null, UnityCatalogRegistry::isMissing).isMissingNode()) {
      insist("POST", "models", named.deepCopy().put("name", names.get(2)));
    }
    JsonNode version =
        versionOf(model, source)
            .orElseGet(
                () ->
                    insist(
                        "POST",
                        "models/versions",
                        named
                            .deepCopy()
                            .put("model_name", names.get(2))
                            .put("source", source)
                            .put("comment", comment)));
    return new Version(
        model,
        version.path("version").asInt(),
        version.path("storage_location").asText().replaceFirst("^s3:", "s3a:"),
        version.path("status").asText().equals("READY"));
  }

  private Optional<JsonNode> versionOf(String model, String source) {
    return requests()
        .version(
            "models/%s/versions?".formatted(escaped(model)),
            version ->
                !version.path("status").asText().equals("FAILED_REGISTRATION")
                    && version.path("source").asText().equals(source),
            UnityCatalogRegistry::isMissing);
  }

  /**
   * The settings of Hadoop with which the files of a version can be written: short-lived keys of
   * the catalog.
   *
   * @return empty if the location needs none, such as one of {@code file:}
   * @throws UserException if the server refuses, cannot be reached, or gives keys of a store for
   *     which Hadoop has no such setting
   */
  public Map<String, String> credentials(Version version) {
    String scheme = version.location().replaceFirst(":.*", "");
    if (scheme.equals("file")) {
      return Map.of();
    }
    List<String> names = Arrays.asList(version.model().split("\\.", -1));
    JsonNode answer =
        insist(
            "POST",
            "temporary-model-version-credentials",
            JSON.createObjectNode()
                .put("catalog_name", names.get(0))
                .put("schema_name", names.get(1))
                .put("model_name", names.get(2))
                .put("version", version.version())
                .put("operation", "READ_WRITE_MODEL_VERSION"));
    JsonNode aws = answer.path("aws_temp_credentials");
    if (aws.isObject()) {
      return Map.of(
          // A file system in use for the same bucket would keep its own keys.
          "fs.s3a.impl.disable.cache",
          "true",
          "fs.s3a.aws.credentials.provider",
          "org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider",
          "fs.s3a.access.key",
          aws.path("access_key_id").asText(),
          "fs.s3a.secret.key",
          aws.path("secret_access_key").asText(),
          "fs.s3a.session.token",
          aws.path("session_token").asText());
    }
    JsonNode azure = answer.path("azure_user_delegation_sas");
    if (azure.isObject()) {
      return Map.of(
          "fs.abfss.impl.disable.cache",
          "true",
          "fs.azure.account.auth.type",
          "SAS",
          "fs.azure.sas.fixed.token",
          azure.path("sas_token").asText());
    }
    throw new UserException(
        "the Unity Catalog server %s keeps the files of %s in %s, expected a location of file:, s3: or abfss:"
            .formatted(server, version.model(), version.location()));
  }

  /**
   * Makes a version ready, when its files are complete.
   *
   * @throws UserException if the server refuses, or cannot be reached
   */
  public void ready(Version version) {
    String path = "models/%s/versions/%d".formatted(escaped(version.model()), version.version());
    insist(
        "PATCH",
        path + "/finalize",
        JSON.createObjectNode()
            .put("full_name", version.model())
            .put("version", version.version()));
  }

  private static boolean isMissing(RegistryRequests.Refusal refusal) {
    return refusal.status() == MISSING;
  }

  private JsonNode insist(String method, String path, ObjectNode body) {
    return requests().ask(method, path, body, refusal -> false);
  }

  private RegistryRequests requests() {
    return new RegistryRequests(
        "the Unity Catalog server", server, "/api/2.1/unity-catalog/", token);
  }
}
