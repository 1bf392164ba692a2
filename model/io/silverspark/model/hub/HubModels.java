package io.silverspark.model.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models of the Hugging Face Hub as directories of the local cache, downloaded when they are not
 * there. The cache has the layout of Python's huggingface_hub and is shared with it.
 *
 * <p>A branch is looked up at each call, so a model that changed on the Hub is loaded again;
 * without network the cached one is used. Processes and threads that ask for the same model at once
 * download it once.
 */
public final class HubModels {
  private static final Logger LOG = LoggerFactory.getLogger(HubModels.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int LOOKUPS = 3;

  private final HubAccess access;
  private final HubHttp http;
  private final Duration pause;

  /**
   * Models of one Hub.
   *
   * @param access where it is and where its models are kept
   */
  public HubModels(HubAccess access) {
    this(access, PAUSE);
  }

  /** With another pause between attempts. */
  HubModels(HubAccess access, Duration pause) {
    this.access = access;
    this.http = new HubHttp(access);
    this.pause = pause;
  }

  /**
   * The directory of a model, after downloading what is missing of it: configuration, tokenizer and
   * weights, nothing else.
   *
   * @param id the model and its revision
   * @return a snapshot directory of the cache; do not write into it
   * @throws UserException if the Hub does not have or show the model, it has no weights, the
   *     network or the disk fails, or HF_HUB_OFFLINE is set and the model is not in the cache
   */
  public Path directory(HubId id) {
    CachedRepository cached = new CachedRepository(access.cache(), id);
    if (access.offline()) {
      return cached.find(id).orElseThrow(() -> HubErrors.offline(id, access.cache()));
    }
    ModelListing listing;
    try {
      listing = listing(id);
    } catch (IOException e) {
      Path known = cached.find(id).orElseThrow(() -> HubErrors.unreachable(id, access, e));
      LOG.warn("model={} {} cannot be reached ({}), using {}", id, access.endpoint(), e, known);
      return known;
    }
    try {
      return download(id, listing, cached);
    } catch (IOException e) {
      throw HubErrors.cache(access.cache(), e);
    }
  }

  private ModelListing listing(HubId id) throws IOException {
    for (int attempt = 1; ; attempt++) {
      HttpResponse<String> response =
          http.get(http.uri("/api/models/" + id.name() + "/revision/%s", id.wanted()));
      if (response.statusCode() == 200) {
        ModelListing listing = ModelListing.of(http.json(response));
        if (!HubId.isCommit(listing.commit())) {
          throw HubErrors.notAHub(access, "its answer about '" + id + "' names no commit");
        }
        return listing;
      }
      if (!HubHttp.isPassing(response.statusCode())) {
        throw HubErrors.refused("model '" + id + "'", access, response, access.token().isPresent());
      }
      if (attempt == LOOKUPS) {
        throw new IOException("it answered " + response.statusCode());
      }
      sleep();
    }
  }

  private Path download(HubId id, ModelListing listing, CachedRepository cached)
      throws IOException {
    String commit = listing.commit();
    Path snapshot = cached.snapshot(commit);
    List<String> missing = missing(id, listing, snapshot, Set.of());
    if (missing.remove(ModelListing.MODULES)) { // first, since it names folders
      fetch(id, describe(id, commit, ModelListing.MODULES), commit, cached);
    }
    if (listing.files().contains(ModelListing.MODULES)) {
      Path modules = snapshot.resolve(ModelListing.MODULES);
      missing = missing(id, listing, snapshot, folders(modules));
    }
    if (!missing.isEmpty()) {
      long started = System.nanoTime();
      LOG.info(
          "model={} commit={} downloading {} files to {}", id, commit, missing.size(), snapshot);
      for (String path : missing) {
        fetch(id, describe(id, commit, path), commit, cached);
      }
      LOG.info("model={} downloaded ms={}", id, (System.nanoTime() - started) / 1_000_000);
    }
    cached.remember(id.wanted(), commit);
    return snapshot;
  }

  private static List<String> missing(
      HubId id, ModelListing listing, Path snapshot, Set<String> folders) {
    return listing.needed(id, folders).stream()
        .filter(path -> !Files.exists(inside(snapshot, path, id)))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** Folders that modules.json names; what is wrong with it is said where the model is read. */
  private static Set<String> folders(Path modules) throws IOException {
    Set<String> folders = new HashSet<>();
    try {
      JSON.readTree(modules.toFile())
          .forEach(module -> folders.add(module.path("path").asText().replaceFirst("/$", "")));
    } catch (JsonProcessingException e) {
      return Set.of();
    }
    return folders;
  }

  /** Refuses a listing whose paths leave the snapshot. */
  private static Path inside(Path snapshot, String path, HubId id) {
    Path file = snapshot.resolve(path).normalize();
    if (!file.startsWith(snapshot.normalize())) {
      throw new UserException("model '%s' lists the file '%s' outside itself".formatted(id, path));
    }
    return file;
  }

  private RemoteFile describe(HubId id, String commit, String path) throws IOException {
    HttpResponse<Void> response = head(id, commit, path);
    int status = response.statusCode();
    Optional<String> linked = response.headers().firstValue("X-Linked-Etag");
    if (status >= 400) {
      throw HubErrors.refused("model '" + id + "'", access, response, access.token().isPresent());
    }
    String etag =
        linked.or(() -> response.headers().firstValue("ETag")).map(RemoteFile::etag).orElse("");
    if (!RemoteFile.isUsable(etag)) {
      throw HubErrors.notAHub(access, path + " of '" + id + "' has no usable ETag");
    }
    OptionalLong size =
        HubHttp.length(response, linked.isPresent() ? "X-Linked-Size" : "Content-Length");
    return new RemoteFile(path, http.file(id.name(), commit, path), etag, size);
  }

  private HttpResponse<Void> head(HubId id, String commit, String path) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        HttpResponse<Void> response = http.head(http.file(id.name(), commit, path));
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

  private void fetch(HubId id, RemoteFile file, String commit, CachedRepository cached)
      throws IOException {
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
