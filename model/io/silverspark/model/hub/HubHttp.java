package io.silverspark.model.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Requests to the Hub. Redirects are followed here and not by the client, since the user's token
 * goes to the Hub's own host only, while large files lie on storage hosts.
 */
final class HubHttp {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
  private static final int MAX_REDIRECTS = 8;
  private static final long SLOWEST_BYTES_PER_SECOND = 50_000;

  private final HubAccess access;
  private final HttpClient client;

  HubHttp(HubAccess access) {
    this.access = access;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  HubAccess access() {
    return access;
  }

  /** An address on the Hub; each argument is one escaped segment. */
  URI uri(String pattern, String... segments) {
    Object[] escaped = Arrays.stream(segments).map(HubHttp::escaped).toArray();
    return URI.create(access.endpoint() + pattern.formatted(escaped));
  }

  private static String escaped(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A path whose slashes stay. */
  static String escapedPath(String path) {
    return Arrays.stream(path.split("/")).map(HubHttp::escaped).collect(Collectors.joining("/"));
  }

  /** The address of a file of a commit. */
  URI file(String name, String commit, String path) {
    return URI.create(
        "%s/%s/resolve/%s/%s".formatted(access.endpoint(), name, commit, escapedPath(path)));
  }

  /** GET of a JSON document, redirects followed. */
  HttpResponse<String> get(URI uri) throws IOException {
    return follow("GET", uri, Map.of(), BodyHandlers.ofString());
  }

  /** POST of a body, without redirects. */
  HttpResponse<String> post(URI uri, String contentType, BodyPublisher body) throws IOException {
    return send(
        "POST",
        uri,
        Map.of("Content-Type", contentType, "Accept", accepted(contentType)),
        body,
        BodyHandlers.ofString());
  }

  private static String accepted(String contentType) {
    return contentType.startsWith("application/vnd.") ? contentType : "application/json";
  }

  /**
   * What the Hub says of a file, without its content.
   *
   * @return the response of the Hub itself, before it redirects to storage
   */
  HttpResponse<Void> head(URI uri) throws IOException {
    URI at = uri;
    for (int hop = 0; hop < MAX_REDIRECTS; hop++) {
      HttpResponse<Void> response =
          send("HEAD", at, identity(), BodyPublishers.noBody(), BodyHandlers.discarding());
      Optional<URI> next = redirect(response);
      boolean described = response.headers().firstValue("X-Linked-Etag").isPresent();
      if (described || next.isEmpty()) {
        return response;
      }
      at = next.get();
    }
    throw new IOException("more than " + MAX_REDIRECTS + " redirects from " + uri);
  }

  /** GET with the given headers, redirects followed. */
  <T> HttpResponse<T> get(URI uri, Map<String, String> headers, BodyHandler<T> handler)
      throws IOException {
    return follow("GET", uri, headers, handler);
  }

  private <T> HttpResponse<T> follow(
      String method, URI uri, Map<String, String> headers, BodyHandler<T> handler)
      throws IOException {
    URI at = uri;
    for (int hop = 0; hop < MAX_REDIRECTS; hop++) {
      HttpResponse<T> response = send(method, at, headers, BodyPublishers.noBody(), handler);
      Optional<URI> next = redirect(response);
      if (next.isEmpty()) {
        return response;
      }
      if (response.body() instanceof Closeable unread) {
        unread.close();
      }
      at = next.get();
    }
    throw new IOException("more than " + MAX_REDIRECTS + " redirects from " + uri);
  }

  private static Optional<URI> redirect(HttpResponse<?> response) {
    int status = response.statusCode();
    return status == 304 || status < 300 || status > 399
        ? Optional.empty()
        : response.headers().firstValue("Location").map(to -> response.uri().resolve(to));
  }

  static Map<String, String> identity() {
    return Map.of("Accept-Encoding", "identity");
  }

  /** PUT of a part of a file, with the time that a slow line needs. */
  HttpResponse<String> put(URI uri, Map<String, String> headers, BodyPublisher body)
      throws IOException {
    Duration sending = Duration.ofSeconds(body.contentLength() / SLOWEST_BYTES_PER_SECOND);
    return send("PUT", uri, headers, body, BodyHandlers.ofString(), ANSWER_TIMEOUT.plus(sending));
  }

  private <T> HttpResponse<T> send(
      String method,
      URI uri,
      Map<String, String> headers,
      BodyPublisher body,
      BodyHandler<T> handler)
      throws IOException {
    return send(method, uri, headers, body, handler, ANSWER_TIMEOUT);
  }

  /** One request; the token goes along if the address is the Hub's. */
  private <T> HttpResponse<T> send(
      String method,
      URI uri,
      Map<String, String> headers,
      BodyPublisher body,
      BodyHandler<T> handler,
      Duration timeout)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, body)
            .timeout(timeout)
            .header("User-Agent", "silverspark; java/" + Runtime.version().feature());
    headers.forEach(request::header);
    if (isOwn(uri)) {
      access.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    }
    try {
      return client.send(request.build(), handler);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + uri.getHost(), e);
    }
  }

  /** Whether the address is on the Hub's own scheme, host and port. */
  boolean isOwn(URI uri) {
    URI own = access.endpoint();
    return own.getScheme().equalsIgnoreCase(uri.getScheme())
        && own.getHost().equalsIgnoreCase(uri.getHost())
        && own.getPort() == uri.getPort();
  }

  /** Whether asking again may help: the server is busy or broken. */
  static boolean isPassing(int status) {
    return status == 408 || status == 429 || status >= 500;
  }

  JsonNode json(HttpResponse<String> response) {
    try {
      JsonNode node = JSON.readTree(response.body());
      if (node != null && node.isContainerNode()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      // told below
    }
    throw HubErrors.notAHub(access, response.uri().getPath() + " gives no JSON");
  }

  /** A text as a JSON string, which YAML reads too. */
  static String quoted(String text) {
    return JSON.getNodeFactory().textNode(text).toString();
  }

  /** The size that the headers tell. */
  static OptionalLong length(HttpResponse<?> response, String header) {
    return response.headers().firstValueAsLong(header);
  }
}
