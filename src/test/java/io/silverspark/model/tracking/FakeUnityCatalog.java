package io.silverspark.model.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The models of a Unity Catalog server on the loopback address, with the rules of its protocol: the
 * server chooses where files belong, a version is pending until it is finalised, lists come in
 * pages. It has one schema, {@code main.search}.
 */
public final class FakeUnityCatalog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROOT = "/api/2.1/unity-catalog/";

  private final HttpServer server;
  private final String storage;

  /** Versions by the full name of their model. */
  public final Map<String, List<ObjectNode>> models = new LinkedHashMap<>();

  /**
   * Starts the server.
   *
   * @param storage where it keeps files, such as {@code file:///tmp/models} or {@code s3://bucket}
   */
  public FakeUnityCatalog(String storage) throws IOException {
    this.storage = storage;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(ROOT, this::answer);
    server.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
    String[] path = exchange.getRequestURI().getPath().substring(ROOT.length()).split("/");
    switch (exchange.getRequestMethod() + " " + path.length) {
      case "GET 2" ->
          answerIfThere(exchange, path[1], JSON.createObjectNode().put("name", path[1]));
      case "GET 3" -> list(exchange, path[1]);
      case "POST 1" -> {
        if (path[0].equals("models")) {
          create(exchange, body);
        } else {
          credentials(exchange, body);
        }
      }
      case "POST 2" -> version(exchange, body);
      case "PATCH 5" -> {
        ObjectNode version = models.get(path[1]).get(Integer.parseInt(path[3]) - 1);
        send(exchange, 200, version.put("status", "READY"));
      }
      default -> send(exchange, 404, error("NOT_FOUND", String.join("/", path)));
    }
  }

  private void create(HttpExchange exchange, JsonNode body) throws IOException {
    String schema = body.path("catalog_name").asText() + "." + body.path("schema_name").asText();
    if (!schema.equals("main.search")) {
      send(exchange, 404, error("NOT_FOUND", "Schema not found: " + schema));
      return;
    }
    models.put(schema + "." + body.path("name").asText(), new ArrayList<>());
    send(exchange, 200, JSON.createObjectNode());
  }

  private void version(HttpExchange exchange, JsonNode body) throws IOException {
    String model = name(body);
    List<ObjectNode> versions = models.get(model);
    ObjectNode version = body.deepCopy();
    version.put("version", versions.size() + 1).put("status", "PENDING_REGISTRATION");
    version.put("storage_location", "%s/%s/%d".formatted(storage, model, versions.size() + 1));
    versions.add(version);
    send(exchange, 200, version);
  }

  private void list(HttpExchange exchange, String model) throws IOException {
    String token = exchange.getRequestURI().getQuery().replace("page_token=", "");
    int from = token.isEmpty() ? 0 : Integer.parseInt(token);
    List<ObjectNode> versions = models.get(model);
    ObjectNode answer = JSON.createObjectNode();
    int to = Math.min(from + 1, versions.size());
    answer.putArray("model_versions").addAll(versions.subList(from, to));
    if (to < versions.size()) {
      answer.put("next_page_token", String.valueOf(to));
    }
    send(exchange, 200, answer);
  }

  private void credentials(HttpExchange exchange, JsonNode body) throws IOException {
    ObjectNode answer = JSON.createObjectNode();
    String key = name(body) + "/" + body.path("version").asInt();
    switch (storage.replaceFirst(":.*", "")) {
      case "s3" ->
          answer
              .putObject("aws_temp_credentials")
              .put("access_key_id", key)
              .put("secret_access_key", "secret")
              .put("session_token", "session");
      case "abfss" -> answer.putObject("azure_user_delegation_sas").put("sas_token", key);
      default -> answer.putObject("gcp_oauth_token").put("oauth_token", key);
    }
    send(exchange, 200, answer);
  }

  private static String name(JsonNode body) {
    return "%s.%s.%s"
        .formatted(
            body.path("catalog_name").asText(),
            body.path("schema_name").asText(),
            body.path("model_name").asText());
  }

  private void answerIfThere(HttpExchange exchange, String model, ObjectNode answer)
      throws IOException {
    boolean there = models.containsKey(model);
    send(exchange, there ? 200 : 404, there ? answer : error("NOT_FOUND", model));
  }

  private static ObjectNode error(String code, String message) {
    return JSON.createObjectNode().put("error_code", code).put("message", message);
  }

  private static void send(HttpExchange exchange, int status, ObjectNode body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
