package io.silverspark.model.tracking;

import static io.silverspark.model.tracking.RegistryRequests.escaped;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * The model registry of an MLflow server, by its REST protocol: models by name, their versions and
 * the aliases that point to versions. Every call may be repeated.
 *
 * <p>Source: https://mlflow.org/docs/latest/rest-api.html, the paths under /api/2.0/mlflow.
 *
 * @param server address of the tracking server, such as {@code http://localhost:5000}
 * @param token sent as bearer token, such as one of Databricks
 */
public record MlflowRegistry(URI server, Optional<String> token) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KNOWN = "RESOURCE_ALREADY_EXISTS";
  private static final String MISSING = "RESOURCE_DOES_NOT_EXIST";

  /**
   * Registers a model directory as the next version of a model, unless a version of the model has
   * that source already.
   *
   * @param model name, created if need be
   * @param source where the files are, as others reach them
   * @param tags what is said of the version, by name
   * @return number of the version
   * @throws UserException if the server refuses, or cannot be reached
   */
  public String version(String model, String source, Map<String, String> tags) {
    ask("POST", "registered-models/create", object().put("name", model), KNOWN);
    Optional<String> known = versionOf(model, source);
    if (known.isPresent()) {
      return known.get();
    }
    ObjectNode request = object().put("name", model).put("source", source);
    ArrayNode list = request.putArray("tags");
    tags.forEach((key, value) -> list.addObject().put("key", key).put("value", value));
    return ask("POST", "model-versions/create", request, "")
        .path("model_version")
        .path("version")
        .asText();
  }

  /**
   * Lets an alias point to a version; before it pointed elsewhere or did not exist.
   *
   * @throws UserException if the server refuses, or cannot be reached
   */
  public void alias(String model, String alias, String version) {
    ask(
        "POST",
        "registered-models/alias",
        object().put("name", model).put("alias", alias).put("version", version),
        "");
  }

  /**
   * The version that an alias points to.
   *
   * @return empty if model or alias does not exist
   * @throws UserException if the server refuses, or cannot be reached
   */
  public Optional<String> aliased(String model, String alias) {
    JsonNode answer =
        ask(
            "GET",
            "registered-models/alias?name=%s&alias=%s".formatted(escaped(model), escaped(alias)),
            null,
            MISSING);
    return Optional.of(answer.path("model_version").path("version").asText())
        .filter(version -> !version.isEmpty());
  }

  private Optional<String> versionOf(String model, String source) {
    String filter = "name='" + model.replace("'", "''") + "'";
    return requests()
        .version(
            "model-versions/search?filter=%s&".formatted(escaped(filter)),
            version -> version.path("source").asText().equals(source),
            refusal -> false)
        .map(version -> version.path("version").asText());
  }

  /** The answer, or a missing node if the server refuses with the error code that is expected. */
  private JsonNode ask(String method, String path, ObjectNode body, String expected) {
    return requests().ask(method, path, body, refusal -> refusal.code().equals(expected));
  }

  private RegistryRequests requests() {
    return new RegistryRequests("the MLflow server", server, "/api/2.0/mlflow/", token);
  }

  private static ObjectNode object() {
    return JSON.createObjectNode();
  }
}
