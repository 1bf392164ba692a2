package io.silverspark.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes models to the Hub by its HTTP commit protocol: create the repository unless it is there,
 * ask how each file is to be sent, upload large ones to Git LFS, then commit all at once, one JSON
 * line per file. Files that the repository has already are not sent again.
 */
public final class HubRepositories {
  /**
   * What a push did.
   *
   * @param url page of the commit, or of the repository if there was nothing to commit
   * @param committed files that are new or changed
   * @param unchanged files that the repository has already, or whose names it ignores
   */
  public record PushResult(String url, int committed, int unchanged) {}

  private static final Logger LOG = LoggerFactory.getLogger(HubRepositories.class);
  private static final String JSON_TYPE = "application/json";

  private final HubAccess access;
  private final HubHttp http;

  /**
   * Repositories of one Hub.
   *
   * @param access with a token that may write
   */
  public HubRepositories(HubAccess access) {
    this.access = access;
    this.http = new HubHttp(access);
  }

  private enum Mode {
    REGULAR,
    LFS,
    IGNORED
  }

  /**
   * How a file is sent.
   *
   * @param remote checksum of the file that the repository has under this path, or empty
   */
  private record Sent(UploadFile file, Mode mode, String remote) {
    String oid() throws IOException {
      return mode == Mode.LFS ? file.sha256() : file.gitSha1();
    }
  }

  /**
   * Pushes files as one commit.
   *
   * @param request what and where to
   * @return what was done
   * @throws UserException if there is no token, HF_HUB_OFFLINE is set, the Hub refuses or cannot be
   *     reached, or a private repository was asked for and the one there is public
   */
  public PushResult push(PushRequest request) {
    requireAllowed();
    try {
      create(request);
      List<Sent> sent = modes(request);
      List<Sent> changed = new ArrayList<>();
      for (Sent each : sent) {
        if (each.mode() != Mode.IGNORED && !each.oid().equals(each.remote())) {
          changed.add(each);
        }
      }
      if (changed.isEmpty()) {
        return new PushResult(access.endpoint() + "/" + request.repository(), 0, sent.size());
      }
      upload(request, changed);
      String url = commit(request, changed);
      return new PushResult(url, changed.size(), sent.size() - changed.size());
    } catch (IOException e) {
      throw new UserException(
          "pushing to '%s' failed: %s: %s. Push again, what was uploaded is not sent twice."
              .formatted(request.repository(), access.endpoint(), HubErrors.reason(e)),
          e);
    }
  }

  private void requireAllowed() {
    if (access.token().isEmpty()) {
      throw new UserException(
          "pushing to %s needs a token that may write: set HF_TOKEN".formatted(access.endpoint()));
    }
    if (access.offline()) {
      throw new UserException("pushing needs the network, but HF_HUB_OFFLINE is set");
    }
  }

  private void create(PushRequest request) throws IOException {
    String[] name = request.repository().split("/", 2);
    ObjectNode body = HubHttp.JSON.createObjectNode();
    body.put("type", "model").put("organization", name[0]).put("name", name[1]);
    if (request.isPrivate()) {
      body.put("visibility", "private");
    }
    HttpResponse<String> created = http.post(http.uri("/api/repos/create"), JSON_TYPE, text(body));
    boolean there = created.statusCode() == 409 || created.statusCode() == 403;
    if (!there) {
      requireOk(created, request, "creating the repository");
    }
    requirePrivacy(request, created);
    if (request.revision().isPresent() && !request.branch().startsWith("refs/")) {
      HttpResponse<String> branch =
          http.post(
              http.uri("/api/models/" + request.repository() + "/branch/%s", request.branch()),
              JSON_TYPE,
              BodyPublishers.ofString("{}"));
      if (branch.statusCode() != 409) {
        requireOk(branch, request, "creating the branch " + request.branch());
      }
    }
  }

  /** Looks before anything is sent: a model that was to be private must never be public. */
  private void requirePrivacy(PushRequest request, HttpResponse<String> created)
      throws IOException {
    HttpResponse<String> found = http.get(http.uri("/api/models/" + request.repository()));
    if (found.statusCode() != 200) {
      requireOk(created.statusCode() == 403 ? created : found, request, "opening the repository");
    }
    if (request.isPrivate() && !http.json(found).path("private").asBoolean(false)) {
      throw new UserException(
          "'%s' is public on %s, but a private repository was asked for: nothing was sent"
              .formatted(request.repository(), access.endpoint()));
    }
  }

  private List<Sent> modes(PushRequest request) throws IOException {
    ObjectNode body = HubHttp.JSON.createObjectNode();
    ArrayNode files = body.putArray("files");
    for (UploadFile file : request.files()) {
      files
          .addObject()
          .put("path", file.path())
          .put("sample", Base64.getEncoder().encodeToString(file.sample()))
          .put("size", file.size());
    }
    HttpResponse<String> response =
        http.post(
            http.uri("/api/models/" + request.repository() + "/preupload/%s", request.branch()),
            JSON_TYPE,
            text(body));
    requireOk(response, request, "asking how to send the files");
    Map<String, JsonNode> answers = new LinkedHashMap<>();
    http.json(response)
        .path("files")
        .forEach(file -> answers.put(file.path("path").asText(), file));
    List<Sent> sent = new ArrayList<>();
    for (UploadFile file : request.files()) {
      JsonNode answer = answers.get(file.path());
      if (answer == null) {
        throw HubErrors.notAHub(access, "it does not say how to send " + file.path());
      }
      sent.add(new Sent(file, mode(file, answer), answer.path("oid").asText("")));
    }
    return sent;
  }

  /** An empty file cannot be in LFS. */
  private static Mode mode(UploadFile file, JsonNode answer) {
    if (answer.path("shouldIgnore").asBoolean(false)) {
      LOG.warn("file={} is left out, the repository's .gitignore names it", file.path());
      return Mode.IGNORED;
    }
    boolean large = answer.path("uploadMode").asText().equals("lfs") && file.size() > 0;
    return large ? Mode.LFS : Mode.REGULAR;
  }

  private void upload(PushRequest request, List<Sent> changed) throws IOException {
    Map<String, UploadFile> large = new LinkedHashMap<>();
    for (Sent each : changed) {
      if (each.mode() == Mode.LFS) {
        large.put(each.oid(), each.file());
      }
    }
    if (!large.isEmpty()) {
      new LfsUpload(http, request).upload(large);
    }
  }

  private String commit(PushRequest request, List<Sent> changed) throws IOException {
    StringBuilder lines = new StringBuilder();
    ObjectNode header = HubHttp.JSON.createObjectNode().put("key", "header");
    header.putObject("value").put("summary", request.message()).put("description", "");
    lines.append(header).append('\n');
    for (Sent each : changed) {
      lines.append(line(each)).append('\n');
    }
    HttpResponse<String> response =
        http.post(
            http.uri("/api/models/" + request.repository() + "/commit/%s", request.branch()),
            "application/x-ndjson",
            BodyPublishers.ofString(lines.toString(), StandardCharsets.UTF_8));
    requireOk(response, request, "committing");
    String url = http.json(response).path("commitUrl").asText();
    LOG.info("repository={} committed={} files={}", request.repository(), url, changed.size());
    return url;
  }

  private static ObjectNode line(Sent sent) throws IOException {
    ObjectNode line = HubHttp.JSON.createObjectNode();
    if (sent.mode() == Mode.LFS) {
      line.put("key", "lfsFile")
          .putObject("value")
          .put("path", sent.file().path())
          .put("algo", "sha256")
          .put("oid", sent.oid())
          .put("size", sent.file().size());
    } else {
      line.put("key", "file")
          .putObject("value")
          .put("content", Base64.getEncoder().encodeToString(sent.file().content()))
          .put("path", sent.file().path())
          .put("encoding", "base64");
    }
    return line;
  }

  private static BodyPublisher text(ObjectNode json) {
    return BodyPublishers.ofString(json.toString(), StandardCharsets.UTF_8);
  }

  private void requireOk(HttpResponse<String> response, PushRequest request, String step) {
    if (response.statusCode() / 100 != 2) {
      throw HubErrors.pushRefused(request.repository(), access, step, response);
    }
  }
}
