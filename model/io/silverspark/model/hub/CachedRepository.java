package io.silverspark.model.hub;

import io.silverspark.model.disk.AtomicWrite;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A repository in the cache, as huggingface_hub lays it out: contents in {@code blobs} under their
 * checksums, {@code snapshots/COMMIT/PATH} as links to them, the commit of a branch in {@code
 * refs/BRANCH}, locks in {@code .locks} of the cache.
 */
final class CachedRepository {
  private final Path directory;
  private final Path locks;

  CachedRepository(Path cache, HubId id) {
    String folder = id.folder();
    this.directory = cache.resolve(folder);
    this.locks = cache.resolve(".locks").resolve(folder);
  }

  /** The files of a commit; may not exist, and may be only some of them. */
  Path snapshot(String commit) {
    return directory.resolve("snapshots").resolve(commit);
  }

  /** What the cache holds for a revision: by commit, by name, else the only snapshot there is. */
  Optional<Path> find(HubId id) {
    try {
      Path ref = ref(id.wanted());
      if (!id.isPinned() && Files.exists(ref)) {
        return existing(snapshot(Files.readString(ref).strip()));
      }
      return id.isPinned() || id.revision().isPresent()
          ? existing(snapshot(id.wanted()))
          : onlySnapshot();
    } catch (IOException e) {
      throw HubErrors.cache(directory, e);
    }
  }

  private static Optional<Path> existing(Path path) {
    return Optional.of(path).filter(Files::isDirectory);
  }

  private Optional<Path> onlySnapshot() throws IOException {
    Path snapshots = directory.resolve("snapshots");
    if (!Files.isDirectory(snapshots)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(snapshots)) {
      List<Path> found = all.toList();
      return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }
  }

  private Path ref(String revision) {
    return directory.resolve("refs").resolve(revision);
  }

  /** Remembers which commit a branch or tag stands for. */
  void remember(String revision, String commit) throws IOException {
    Path ref = ref(revision);
    if (HubId.isCommit(revision)
        || Files.exists(ref) && Files.readString(ref).strip().equals(commit)) {
      return;
    }
    AtomicWrite.text(ref, commit);
  }

  Path blob(String etag) {
    return directory.resolve("blobs").resolve(etag);
  }

  Path lock(String etag) {
    return locks.resolve(etag + ".lock");
  }

  /**
   * Shows a blob under its path in the snapshot: by a relative link, or by a copy where the system
   * has no links.
   */
  void show(RemoteFile file, String commit) throws IOException {
    Path pointer = snapshot(commit).resolve(file.path());
    if (Files.exists(pointer)) {
      return;
    }
    Files.createDirectories(pointer.getParent());
    Path blob = blob(file.etag());
    try {
      Files.deleteIfExists(pointer); // a link to a blob that is gone
      Files.createSymbolicLink(pointer, pointer.getParent().relativize(blob));
    } catch (FileAlreadyExistsException e) {
      // another process was faster, with the same content
    } catch (UnsupportedOperationException | IOException e) {
      Path copy = AtomicWrite.partial(pointer);
      Files.copy(blob, copy);
      AtomicWrite.rename(copy, pointer);
    }
  }
}
