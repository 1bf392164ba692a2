package io.silverspark.model.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  private final HubAccess access;
  private final HubFiles files;

  /**
   * Models of one Hub.
   *
   * @param access where it is and where its models are kept
   */
  public HubModels(HubAccess access) {
    this(access, HubFiles.PAUSE);
  }

  /** With another pause between attempts. */
  HubModels(HubAccess access, Duration pause) {
    this.access = access;
    this.files = new HubFiles(access, pause);
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
    RepositoryListing listing;
    try {
      listing = files.listing(id);
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

  private Path download(HubId id, RepositoryListing listing, CachedRepository cached)
      throws IOException {
    String commit = listing.commit();
    Path snapshot = cached.snapshot(commit);
    List<String> missing = missing(id, listing, snapshot, Set.of());
    if (missing.remove(RepositoryListing.MODULES)) { // first, since it names folders
      files.fetch(id, RepositoryListing.MODULES, commit, cached);
    }
    if (listing.files().contains(RepositoryListing.MODULES)) {
      Path modules = snapshot.resolve(RepositoryListing.MODULES);
      missing = missing(id, listing, snapshot, folders(modules));
    }
    files.fetch(id, missing, commit, cached);
    cached.remember(id.wanted(), commit);
    return snapshot;
  }

  private static List<String> missing(
      HubId id, RepositoryListing listing, Path snapshot, Set<String> folders) {
    return listing.needed(id, folders).stream()
        .filter(path -> !Files.exists(HubFiles.inside(snapshot, path, id)))
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
}
