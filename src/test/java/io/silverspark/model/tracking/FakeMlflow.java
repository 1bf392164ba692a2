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
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The registry of an MLflow server on the loopback address, with the rules of its protocol: names
 * are created once, versions count from 1, aliases need a version, searches come in pages.
 */
public final class FakeMlflow implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 1;

  private final HttpServer server;
  private final String token;

  /** Versions by the name of their model. */
  public final Map<String, List<ObjectNode>> models = new LinkedHashMap<>();

  /** Versions by "model@alias". */
  public final Map<String, String> aliases = new LinkedHashMap<>();

  public FakeMlflow(String token) throws IOException {
    this.token = token;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
    String path = exchange.getRequestURI().getPath().replaceFirst("/api/2.0/mlflow/", "");
    String bearer = exchange.getRequestHeaders().getFirst("Authorization");
    if (!token.isEmpty() && !("Bearer " + token).equals(bearer)) {
      send(exchange, 401, error("UNAUTHENTICATED", "no valid token"));
      return;
    }
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    switch (exchange.getRequestMethod() + " " + path) {
      case "POST registered-models/create" -> create(exchange, body.path("name").asText());
      case "POST model-versions/create" -> version(exchange, body);
      case "POST registered-models/alias" -> alias(exchange, body);
      case "GET registered-models/alias" -> {
        String version = aliases.get(query.get("name") + "@" + query.get("alias"));
        if (version == null) {
          send(exchange, 404, error("RESOURCE_DOES_NOT_EXIST", "no such alias"));
        } else {
          send(exchange, 200, wrapped(JSON.createObjectNode().put("version", version)));
        }
      }
      case "GET model-versions/search" -> search(exchange, query);
      default -> send(exchange, 404, error("ENDPOINT_NOT_FOUND", path));
    }
  }

  private void create(HttpExchange exchange, String name) throws IOException {
    if (models.putIfAbsent(name, new ArrayList<>()) == null) {
      send(exchange, 200, JSON.createObjectNode());
    } else {
      send(exchange, 400, error("RESOURCE_ALREADY_EXISTS", name + " exists"));
    }
  }

  private void version(HttpExchange exchange, JsonNode body) throws IOException {
    List<ObjectNode> versions = models.get(body.path("name").asText());
    if (versions == null) {
      send(exchange, 404, error("RESOURCE_DOES_NOT_EXIST", "no such model"));
      return;
    }
    ObjectNode version = body.deepCopy();
    version.put("version", String.valueOf(versions.size() + 1));
    versions.add(version);
    send(exchange, 200, wrapped(version));
  }

  private void alias(HttpExchange exchange, JsonNode body) throws IOException {
    String name = body.path("name").asText();
    String version = body.path("version").asText();
    boolean exists =
        models.getOrDefault(name, List.of()).stream()
            .anyMatch(one -> one.path("version").asText().equals(version));
    if (exists) {
      aliases.put(name + "@" + body.path("alias").asText(), version);
      send(exchange, 200, JSON.createObjectNode());
    } else {
      send(exchange, 404, error("RESOURCE_DOES_NOT_EXIST", "no such version"));
    }
  }

  private void search(HttpExchange exchange, Map<String, String> query) throws IOException {
    String name = query.get("filter").replaceAll("^name='|'$", "");
    List<ObjectNode> versions = models.getOrDefault(name, List.of());
    int from = query.getOrDefault("page_token", "").isEmpty() ? 0 : number(query);
    ObjectNode answer = JSON.createObjectNode();
    int to = Math.min(from + PAGE, versions.size());
    answer.putArray("model_versions").addAll(versions.subList(from, to));
    if (to < versions.size()) {
      answer.put("next_page_token", String.valueOf(to));
    }
    send(exchange, 200, answer);
  }

  private static int number(Map<String, String> query) {
    return Integer.parseInt(query.get("page_token"));
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String part : raw == null ? new String[0] : raw.split("&")) {
      String[] pair = part.split("=", 2);
      query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
    }
    return query;
  }

  private static ObjectNode wrapped(ObjectNode version) {
    ObjectNode answer = JSON.createObjectNode();
    answer.set("model_version", version);
    return answer;
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
