package io.silverspark.model.hub;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What repositories of the Hub hold, and single files of them in the local cache. The cache has the
 * layout of Python's huggingface_hub and is shared with it. Processes and threads that ask for the
 * same file at once download it once.
 */
final class HubFiles {
  /** Between attempts. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(HubFiles.class);
  private static final int LOOKUPS = 3;

  private final HubAccess access;
  private final HubHttp http;
  private final Duration pause;

  HubFiles(HubAccess access, Duration pause) {
    this.access = access;
    this.http = new HubHttp(access);
    this.pause = pause;
  }

  /**
   * The files of a repository at its revision.
   *
   * @throws UserException if the Hub does not have or show it
   * @throws IOException if it cannot be reached
   */
  RepositoryListing listing(HubId id) throws IOException {
    for (int attempt = 1; ; attempt++) {
      HttpResponse<String> response = http.get(http.uri(id.api() + "/revision/%s", id.wanted()));
      if (response.statusCode() == 200) {
        RepositoryListing listing = RepositoryListing.of(http.json(response));
        if (!HubId.isCommit(listing.commit())) {
          throw HubErrors.notAHub(access, "its answer about '" + id + "' names no commit");
        }
        return listing;
      }
      if (!HubHttp.isPassing(response.statusCode())) {
        throw HubErrors.refused(id.words(), access, response, access.token().isPresent());
      }
      if (attempt == LOOKUPS) {
        throw new IOException("it answered " + response.statusCode());
      }
      sleep();
    }
  }

  /** Downloads files that are missing and tells it. */
  void fetch(HubId id, List<String> missing, String commit, CachedRepository cached)
      throws IOException {
    if (missing.isEmpty()) {
      return;
    }
    long started = System.nanoTime();
    Path snapshot = cached.snapshot(commit);
    LOG.info(
        "repository={} commit={} downloading {} files to {}", id, commit, missing.size(), snapshot);
    for (String path : missing) {
      fetch(id, path, commit, cached);
    }
    LOG.info("repository={} downloaded ms={}", id, (System.nanoTime() - started) / 1_000_000);
  }

  /** Refuses a listing whose paths leave the snapshot. */
  static Path inside(Path snapshot, String path, HubId id) {
    Path file = snapshot.resolve(path).normalize();
    if (!file.startsWith(snapshot.normalize())) {
      throw new UserException("%s lists the file '%s' outside itself".formatted(id.words(), path));
    }
    return file;
  }

  private RemoteFile describe(HubId id, String commit, String path) throws IOException {
    HttpResponse<Void> response = head(id, commit, path);
    int status = response.statusCode();
    Optional<String> linked = response.headers().firstValue("X-Linked-Etag");
    if (status >= 400) {
      throw HubErrors.refused(id.words(), access, response, access.token().isPresent());
    }
    String etag =
        linked.or(() -> response.headers().firstValue("ETag")).map(RemoteFile::etag).orElse("");
    if (!RemoteFile.isUsable(etag)) {
      throw HubErrors.notAHub(access, path + " of '" + id + "' has no usable ETag");
    }
    OptionalLong size =
        HubHttp.length(response, linked.isPresent() ? "X-Linked-Size" : "Content-Length");
    return new RemoteFile(path, http.file(id.path(), commit, path), etag, size);
  }

  private HttpResponse<Void> head(HubId id, String commit, String path) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        HttpResponse<Void> response = http.head(http.file(id.path(), commit, path));
        if (!HubHttp.isPassing(response.statusCode()) || attempt == LOOKUPS) {
          return response;
        }
      } catch (IOException e) {
        if (attempt == LOOKUPS) {
          throw HubErrors.unreachable(id, access, e);
        }
      }
      sleep();
    }
  }

  /** Downloads one file, unless the cache has it. */
  void fetch(HubId id, String path, String commit, CachedRepository cached) throws IOException {
    RemoteFile file = describe(id, commit, path);
    Path blob = cached.blob(file.etag());
    try (CacheLock lock = CacheLock.hold(cached.lock(file.etag()))) {
      if (!Files.exists(blob)) {
        Files.createDirectories(blob.getParent());
        String own = lock.isExclusive() ? "silverspark" : UUID.randomUUID().toString();
        Path partial = blob.resolveSibling(file.etag() + "." + own + ".incomplete");
        new BlobDownload(http, id, file, partial, pause).to(blob);
      }
      cached.show(file, commit);
    }
  }

  private void sleep() {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the Hub", e);
    }
  }
}
