package io.silverspark.model.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Requests to a model registry that speaks JSON over HTTP.
 *
 * @param name of the server in errors, such as {@code the MLflow server}
 * @param server address
 * @param root path of the protocol below the address, with a slash at both ends
 * @param token sent as bearer token
 */
record RegistryRequests(String name, URI server, String root, Optional<String> token) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /**
   * How a server says no.
   *
   * @param status of HTTP
   * @param code {@code error_code} of the answer, empty if it has none
   */
  record Refusal(int status, String code) {}

  /**
   * Asks, and waits for the answer.
   *
   * @param method of HTTP
   * @param path below the root, escaped
   * @param body null for none
   * @param expected refusals that are an answer, too
   * @return the answer, or a missing node for an expected refusal
   * @throws UserException if the server refuses otherwise, or cannot be reached
   */
  JsonNode ask(String method, String path, ObjectNode body, Predicate<Refusal> expected) {
    URI uri = URI.create(server.toString().replaceFirst("/+$", "") + root + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body.toString()));
    token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    HttpResponse<String> response = send(request.build());
    JsonNode answer = read(response.body());
    if (response.statusCode() == 200) {
      return answer;
    }
    Refusal refusal = new Refusal(response.statusCode(), answer.path("error_code").asText());
    if (expected.test(refusal)) {
      return JSON.missingNode();
    }
    throw new UserException(
        "%s %s refused %s: HTTP %d %s %s"
            .formatted(
                name,
                server,
                path.replaceAll("\\?.*", ""),
                refusal.status(),
                refusal.code(),
                answer.path("message").asText())
            .strip());
  }

  /**
   * The first version that a list of them, told in pages, has of some kind.
   *
   * @param path of the list, with a query to which the token of a page can be added
   * @param wanted whether it is the version
   * @param expected refusals that stand for an empty list
   * @throws UserException if the server refuses otherwise, or cannot be reached
   */
  Optional<JsonNode> version(String path, Predicate<JsonNode> wanted, Predicate<Refusal> expected) {
    String page = "";
    do {
      JsonNode answer = ask("GET", path + "page_token=" + page, null, expected);
      for (JsonNode version : answer.path("model_versions")) {
        if (wanted.test(version)) {
          return Optional.of(version);
        }
      }
      page = escaped(answer.path("next_page_token").asText());
    } while (!page.isEmpty());
    return Optional.empty();
  }

  /** A text as a part of a path or query. */
  static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .build()
          .send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UserException("%s %s cannot be reached: %s".formatted(name, server, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("interrupted while asking %s %s".formatted(name, server), e);
    }
  }

  private static JsonNode read(String body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return JSON.missingNode(); // a page of a proxy; the status tells
    }
  }
}
