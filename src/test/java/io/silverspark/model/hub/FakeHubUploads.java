package io.silverspark.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The writing routes of {@link FakeHub}: keeps what is pushed and checks checksums and sizes. */
public final class FakeHubUploads {
  /** Files of the repository after the last commit. */
  public final Map<String, byte[]> committed = new TreeMap<>();

  /** Steps in the order they were asked for. */
  public final List<String> steps = new ArrayList<>();

  final Map<String, byte[]> lfs = new TreeMap<>();
  final Map<Integer, byte[]> parts = new TreeMap<>();
  final AtomicInteger failingPuts = new AtomicInteger();
  JsonNode created;
  JsonNode header;
  int createStatus = 200;
  int commitStatus = 200;
  boolean isPrivate;
  int chunk;

  private final FakeHub hub;

  FakeHubUploads(FakeHub hub) {
    this.hub = hub;
  }

  boolean handled(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String step =
        path.equals("/api/repos/create")
            ? "create"
            : path.equals("/api/models/org/new")
                ? "info"
                : path.replaceFirst("^/api/models/org/new/(\\w+)/.*", "$1")
                    .replaceFirst("^/org/new.git/info/lfs/objects/(batch|verify|join)$", "$1");
    if (step.startsWith("/")) {
      return false;
    }
    if (!"Bearer hf_write".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      FakeHub.respond(exchange, 401, "{}");
      return true;
    }
    synchronized (this) {
      steps.add(step);
      byte[] body = exchange.getRequestBody().readAllBytes();
      switch (step) {
        case "create" -> create(exchange, body);
        case "info" -> FakeHub.respond(exchange, 200, "{\"private\": %s}".formatted(isPrivate));
        case "branch", "verify" -> FakeHub.respond(exchange, 200, "{}");
        case "preupload" -> preupload(exchange, HubHttp.JSON.readTree(body));
        case "batch" -> batch(exchange, HubHttp.JSON.readTree(body));
        case "join" -> join(exchange, HubHttp.JSON.readTree(body));
        case "commit" -> commit(exchange, new String(body, StandardCharsets.UTF_8));
        default -> FakeHub.respond(exchange, 404, "{}");
      }
    }
    return true;
  }

  private void create(HttpExchange exchange, byte[] body) throws IOException {
    created = HubHttp.JSON.readTree(body);
    isPrivate |= created.path("visibility").asText().equals("private") && createStatus == 200;
    FakeHub.respond(exchange, createStatus, "{}");
  }

  private void preupload(HttpExchange exchange, JsonNode body) throws IOException {
    ObjectNode answer = HubHttp.JSON.createObjectNode();
    ArrayNode files = answer.putArray("files");
    for (JsonNode file : body.get("files")) {
      String path = file.get("path").asText();
      boolean large = FakeHub.isLarge(path);
      ObjectNode one = files.addObject().put("path", path);
      one.put("uploadMode", large ? "lfs" : "regular").put("shouldIgnore", path.endsWith(".log"));
      byte[] old = committed.get(path);
      if (old != null) {
        one.put("oid", large && old.length > 0 ? FakeHub.sha256(old) : FakeHub.gitSha1(old));
      }
    }
    FakeHub.respond(exchange, 200, answer.toString());
  }

  private void batch(HttpExchange exchange, JsonNode body) throws IOException {
    ObjectNode answer = HubHttp.JSON.createObjectNode();
    ArrayNode objects = answer.putArray("objects");
    for (JsonNode object : body.get("objects")) {
      String oid = object.get("oid").asText();
      ObjectNode one = objects.addObject().put("oid", oid);
      one.put("size", object.get("size").asLong());
      if (lfs.containsKey(oid)) {
        continue;
      }
      ObjectNode actions = one.putObject("actions");
      ObjectNode upload = actions.putObject("upload");
      String batches = hub.endpoint() + "/org/new.git/info/lfs/objects/";
      if (chunk == 0) {
        upload.put("href", hub.storageEndpoint() + "/put/" + oid);
        actions.putObject("verify").put("href", batches + "verify");
        continue;
      }
      upload.put("href", batches + "join");
      ObjectNode header = upload.putObject("header").put("chunk_size", Integer.toString(chunk));
      long count = (object.get("size").asLong() + chunk - 1) / chunk;
      for (int part = 1; part <= count; part++) {
        header.put(Integer.toString(part), hub.storageEndpoint() + "/part/" + part);
      }
    }
    FakeHub.respond(exchange, 200, answer.toString());
  }

  /** Storage: no token may come here. */
  void put(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String[] path = exchange.getRequestURI().getPath().split("/");
    if (failingPuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      FakeHub.respond(exchange, 500, "");
      return;
    }
    boolean length = exchange.getRequestHeaders().containsKey("Content-length");
    if (exchange.getRequestHeaders().containsKey("Authorization") || !length) {
      FakeHub.respond(exchange, 400, "");
      return;
    }
    synchronized (this) {
      if (path[1].equals("part")) {
        parts.put(Integer.valueOf(path[2]), body);
      } else if (FakeHub.sha256(body).equals(path[2])) {
        lfs.put(path[2], body);
      }
    }
    exchange.getResponseHeaders().set("ETag", "\"tag-" + path[2] + "\"");
    FakeHub.respond(exchange, 200, "");
  }

  private void join(HttpExchange exchange, JsonNode body) throws IOException {
    byte[] whole = new byte[parts.values().stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    int number = 0;
    for (byte[] part : parts.values()) {
      JsonNode told = body.get("parts").get(number++);
      if (told.get("partNumber").asInt() != number
          || !told.get("etag").asText().equals("\"tag-" + number + "\"")) {
        FakeHub.respond(exchange, 400, "{}");
        return;
      }
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    boolean right = FakeHub.sha256(whole).equals(body.get("oid").asText());
    if (right) {
      lfs.put(body.get("oid").asText(), whole);
    }
    FakeHub.respond(exchange, right ? 200 : 400, "{}");
  }

  private void commit(HttpExchange exchange, String lines) throws IOException {
    if (commitStatus != 200) {
      exchange.getResponseHeaders().set("X-Error-Message", "invalid metadata");
      FakeHub.respond(exchange, commitStatus, "{}");
      return;
    }
    for (String line : lines.split("\n")) {
      JsonNode json = HubHttp.JSON.readTree(line);
      JsonNode value = json.get("value");
      switch (json.get("key").asText()) {
        case "header" -> header = value;
        case "file" ->
            committed.put(
                value.get("path").asText(),
                Base64.getDecoder().decode(value.get("content").asText()));
        case "lfsFile" -> {
          byte[] content = lfs.get(value.get("oid").asText());
          if (content == null || content.length != value.get("size").asInt()) {
            FakeHub.respond(exchange, 400, "{}");
            return;
          }
          committed.put(value.get("path").asText(), content);
        }
        default -> FakeHub.respond(exchange, 400, "{}");
      }
    }
    FakeHub.respond(
        exchange,
        200,
        "{\"commitUrl\": \"%s/org/new/commit/abc\", \"commitOid\": \"abc\"}"
            .formatted(hub.endpoint()));
  }
}
