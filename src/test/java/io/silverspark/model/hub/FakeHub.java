package io.silverspark.model.hub;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A Hub and its storage host on two ports of the loopback address. Files named .safetensors are
 * large: the Hub redirects to storage and names their SHA-256; others it gives itself.
 */
public final class FakeHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** METHOD, path, Range and whether there was a token, of each request. */
  record Request(String method, String path, String range, boolean token) {}

  final List<Request> toHub = new CopyOnWriteArrayList<>();
  final List<Request> toStorage = new CopyOnWriteArrayList<>();

  /** How many downloads from storage break, and after how many bytes. */
  final AtomicInteger breaks = new AtomicInteger();

  volatile int breakAfter;
  volatile boolean ranges = true;
  volatile String refusal = "";
  volatile int refusalStatus;
  volatile long claimedSize;

  private final HttpServer hub = server();
  private final HttpServer storage = server();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, TreeMap<String, byte[]>> models = new HashMap<>();
  private final Map<String, byte[]> stored = new HashMap<>();
  private final Map<String, String> renamed = new HashMap<>();
  public final FakeHubUploads uploads = new FakeHubUploads(this);

  public FakeHub() {
    hub.createContext("/", exchange -> answer(exchange, toHub, this::hub));
    storage.createContext("/", exchange -> answer(exchange, toStorage, this::storage));
    for (HttpServer server : List.of(hub, storage)) {
      server.setExecutor(threads);
      server.start();
    }
  }

  /** How many requests came, to the Hub and to its storage. */
  public int requests() {
    return toHub.size() + toStorage.size();
  }

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public URI endpoint() {
    return address(hub);
  }

  private static URI address(HttpServer server) {
    return URI.create(
        "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort());
  }

  URI storageEndpoint() {
    return address(storage);
  }

  /** Offers every file of a directory as a model. */
  public void addDirectory(String name, Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        add(name, directory.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
  }

  public void add(String name, String path, byte[] content) throws IOException {
    models.computeIfAbsent(name, unused -> new TreeMap<>()).put(path, content);
    if (isLarge(path)) {
      stored.put(sha256(content), content);
    }
  }

  void add(String name, String path, String content) throws IOException {
    add(name, path, content.getBytes(StandardCharsets.UTF_8));
  }

  void rename(String from, String to) {
    renamed.put(from, to);
  }

  /** Gives other bytes than the checksum promises. */
  void corrupt(String name, String path, byte[] content) throws IOException {
    stored.put(sha256(models.get(name).get(path)), content);
  }

  static boolean isLarge(String path) {
    return path.endsWith(".safetensors");
  }

  static String sha256(byte[] content) throws IOException {
    Path file = Files.createTempFile("blob", "");
    try {
      Files.write(file, content);
      return BlobChecksum.sha256(file);
    } finally {
      Files.delete(file);
    }
  }

  static String gitSha1(byte[] content) throws IOException {
    Path file = Files.createTempFile("blob", "");
    try {
      Files.write(file, content);
      return BlobChecksum.gitSha1(file);
    } finally {
      Files.delete(file);
    }
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private static void answer(HttpExchange exchange, List<Request> log, Handler handler)
      throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    boolean token = exchange.getRequestHeaders().containsKey("Authorization");
    log.add(
        new Request(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawPath(),
            range == null ? "" : range,
            token));
    try (exchange) {
      handler.handle(exchange);
    }
  }

  private void hub(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (!refusal.isEmpty() || refusalStatus > 0) {
      exchange.getResponseHeaders().set("X-Error-Code", refusal);
      respond(exchange, refusalStatus, "{\"error\": \"no\"}");
    } else if (uploads.handled(exchange)) {
      return;
    } else if (path.startsWith("/api/models/")) {
      listing(exchange, path.substring("/api/models/".length()));
    } else if (path.startsWith("/api/datasets/")) {
      dataset(exchange, path.substring("/api/".length()));
    } else {
      String[] parts = path.substring(1).split("/resolve/" + COMMIT + "/", 2);
      file(exchange, parts[0], parts.length == 2 ? parts[1] : "");
    }
  }

  private void listing(HttpExchange exchange, String rest) throws IOException {
    String[] parts = rest.split("/revision/", 2);
    if (renamed.containsKey(parts[0])) {
      redirect(exchange, "/api/models/" + renamed.get(parts[0]) + "/revision/" + parts[1]);
      return;
    }
    if (!models.containsKey(parts[0])) {
      exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
      respond(exchange, 401, "{\"error\": \"Repository not found\"}");
      return;
    }
    if (!List.of("main", "refs/pr/1", COMMIT).contains(parts[1])) {
      exchange.getResponseHeaders().set("X-Error-Code", "RevisionNotFound");
      respond(exchange, 404, "{\"error\": \"Invalid rev id\"}");
      return;
    }
    ObjectNode json = HubHttp.JSON.createObjectNode().put("id", parts[0]).put("sha", COMMIT);
    ArrayNode siblings = json.putArray("siblings");
    models.get(parts[0]).keySet().forEach(file -> siblings.addObject().put("rfilename", file));
    respond(exchange, 200, json.toString());
  }

  /** A data set; what is added under {@code NAME@converted} is on its branch of Parquet files. */
  private void dataset(HttpExchange exchange, String rest) throws IOException {
    boolean converted = rest.endsWith("/revision/refs/convert/parquet");
    String name = rest.split("/revision/", 2)[0];
    listing(exchange, converted ? name + "@converted/revision/main" : rest);
  }

  private void file(HttpExchange exchange, String name, String path) throws IOException {
    if (renamed.containsKey(name)) {
      redirect(exchange, "/" + renamed.get(name) + "/resolve/" + COMMIT + "/" + path);
      return;
    }
    byte[] content =
        models
            .getOrDefault(name, new TreeMap<>())
            .getOrDefault(
                path, models.getOrDefault(name + "@converted", new TreeMap<>()).get(path));
    if (content == null) {
      exchange.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
      respond(exchange, 404, "");
    } else if (isLarge(path)) {
      String oid = sha256(content);
      exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + oid + "\"");
      long size = claimedSize > 0 ? claimedSize : content.length;
      exchange.getResponseHeaders().set("X-Linked-Size", Long.toString(size));
      redirect(exchange, storageEndpoint() + "/lfs/" + oid);
    } else {
      exchange.getResponseHeaders().set("ETag", "\"" + gitSha1(content) + "\"");
      send(exchange, 200, content);
    }
  }

  private void storage(HttpExchange exchange) throws IOException {
    if (exchange.getRequestMethod().equals("PUT")) {
      uploads.put(exchange);
      return;
    }
    byte[] content = stored.get(exchange.getRequestURI().getPath().replaceFirst("^/lfs/", ""));
    if (content == null) {
      respond(exchange, 403, "expired");
      return;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = range == null || !ranges ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    boolean broken = breaks.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    int length = broken ? Math.min(breakAfter, content.length - from) : content.length - from;
    OutputStream body = exchange.getResponseBody();
    body.write(content, from, length);
    body.flush();
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().set("Location", to);
    exchange.sendResponseHeaders(307, -1);
  }

  static void respond(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    hub.stop(0);
    storage.stop(0);
    threads.shutdownNow();
  }
}
