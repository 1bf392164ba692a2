package io.silverspark.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Large files to Git LFS: the batch request says where each goes, in one piece or in parts, or that
 * it is there already.
 *
 * <p>Source: the batch API of Git LFS with the transfers {@code basic} and, for parts, the Hub's
 * {@code multipart}.
 */
final class LfsUpload {
  private static final Logger LOG = LoggerFactory.getLogger(LfsUpload.class);
  private static final String LFS_TYPE = "application/vnd.git-lfs+json";
  private static final int ATTEMPTS = 4;
  private static final Set<String> SET_BY_THE_CLIENT =
      Set.of("host", "content-length", "connection", "expect", "upgrade");

  private final HubHttp http;
  private final PushRequest request;

  LfsUpload(HubHttp http, PushRequest request) {
    this.http = http;
    this.request = request;
  }

  /** Uploads files, by SHA-256, that are not there yet. */
  void upload(Map<String, UploadFile> files) throws IOException {
    for (JsonNode object : batch(files).path("objects")) {
      String oid = object.path("oid").asText();
      UploadFile file = files.get(oid);
      if (object.has("error") || file == null) {
        throw new UserException(
            "pushing to '%s' failed: the Hub does not take %s: %s"
                .formatted(
                    request.repository(),
                    file == null ? oid : file.path(),
                    object.at("/error/message").asText("it answers about another file")));
      }
      JsonNode action = object.at("/actions/upload");
      if (action.isMissingNode()) {
        LOG.info("file={} is there already", file.path());
        continue;
      }
      LOG.info("file={} size={} uploading", file.path(), ByteCount.text(file.size()));
      send(oid, file, action);
      verify(oid, file, object.at("/actions/verify"));
    }
  }

  private JsonNode batch(Map<String, UploadFile> files) throws IOException {
    ObjectNode body = HubHttp.JSON.createObjectNode().put("operation", "upload");
    body.putArray("transfers").add("basic").add("multipart");
    body.put("hash_algo", "sha256").putObject("ref").put("name", request.branch());
    ArrayNode objects = body.putArray("objects");
    files.forEach((oid, file) -> objects.addObject().put("oid", oid).put("size", file.size()));
    HttpResponse<String> response =
        http.post(
            http.uri("/" + request.repository() + ".git/info/lfs/objects/batch"),
            LFS_TYPE,
            BodyPublishers.ofString(body.toString()));
    requireOk(response, "asking where large files go");
    return http.json(response);
  }

  private void send(String oid, UploadFile file, JsonNode action) throws IOException {
    URI target = URI.create(action.path("href").asText());
    JsonNode header = action.path("header");
    if (header.has("chunk_size")) {
      sendParts(oid, file, target, header);
      return;
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (!SET_BY_THE_CLIENT.contains(entry.getKey().toLowerCase(Locale.ROOT))) {
        headers.put(entry.getKey(), entry.getValue().asText());
      }
    }
    put(target, headers, file, 0, file.size());
  }

  /** The header holds the address of each part under its number, and the size of a part. */
  private void sendParts(String oid, UploadFile file, URI completion, JsonNode header)
      throws IOException {
    long chunk = header.path("chunk_size").asLong();
    TreeMap<Integer, URI> parts = new TreeMap<>();
    header
        .properties()
        .forEach(
            entry -> {
              if (entry.getKey().matches("\\d+")) {
                parts.put(Integer.valueOf(entry.getKey()), URI.create(entry.getValue().asText()));
              }
            });
    if (chunk < 1 || parts.size() != (file.size() + chunk - 1) / chunk) {
      throw HubErrors.notAHub(
          http.access(), "%d parts of %d bytes for %s".formatted(parts.size(), chunk, file.path()));
    }
    ObjectNode done = HubHttp.JSON.createObjectNode().put("oid", oid);
    ArrayNode tags = done.putArray("parts");
    long from = 0;
    for (Map.Entry<Integer, URI> part : parts.entrySet()) {
      long length = Math.min(chunk, file.size() - from);
      HttpResponse<String> response = put(part.getValue(), Map.of(), file, from, length);
      String tag = response.headers().firstValue("ETag").orElse("");
      tags.addObject().put("partNumber", part.getKey()).put("etag", tag);
      from += length;
    }
    requireOk(
        http.post(completion, LFS_TYPE, BodyPublishers.ofString(done.toString())),
        "joining the parts of " + file.path());
  }

  private HttpResponse<String> put(
      URI target, Map<String, String> headers, UploadFile file, long from, long length)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      HttpResponse<String> response = null;
      try {
        response = http.put(target, headers, file.body(from, length));
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
      boolean again =
          response == null || HubHttp.isPassing(response.statusCode()) && attempt < ATTEMPTS;
      if (!again) {
        requireOk(response, "uploading " + file.path());
        return response;
      }
      LOG.info("file={} attempt={} is repeated", file.path(), attempt);
    }
  }

  private void verify(String oid, UploadFile file, JsonNode action) throws IOException {
    if (action.isMissingNode()) {
      return;
    }
    ObjectNode body = HubHttp.JSON.createObjectNode().put("oid", oid).put("size", file.size());
    requireOk(
        http.post(
            URI.create(action.path("href").asText()),
            "application/json",
            BodyPublishers.ofString(body.toString())),
        "verifying " + file.path());
  }

  private void requireOk(HttpResponse<String> response, String step) {
    if (response.statusCode() / 100 != 2) {
      throw HubErrors.pushRefused(request.repository(), http.access(), step, response);
    }
  }
}
