package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Models that Python's huggingface_hub has downloaded: {@code
 * models--org--name/snapshots/COMMIT/config.json}, the commit of a branch in {@code refs/main}.
 */
final class HubCache {
  private HubCache() {}

  /** HF_HUB_CACHE, else hub below HF_HOME, else below ~/.cache/huggingface. */
  static Path directory(Map<String, String> environment) {
    if (environment.containsKey("HF_HUB_CACHE")) {
      return Path.of(environment.get("HF_HUB_CACHE"));
    }
    Path home = Path.of(System.getProperty("user.home"), ".cache", "huggingface");
    return Optional.ofNullable(environment.get("HF_HOME"))
        .map(Path::of)
        .orElse(home)
        .resolve("hub");
  }

  /** The snapshot of the main branch, else the only one. */
  static Optional<Path> snapshot(Path cache, String hubId) {
    Path model = cache.resolve("models--" + hubId.replace("/", "--"));
    Path snapshots = model.resolve("snapshots");
    Path main = model.resolve("refs").resolve("main");
    if (!Files.isDirectory(snapshots)) {
      return Optional.empty();
    }
    try {
      if (Files.exists(main)) {
        return Optional.of(snapshots.resolve(Files.readString(main).trim()))
            .filter(Files::isDirectory);
      }
      try (Stream<Path> all = Files.list(snapshots)) {
        List<Path> found = all.toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
      }
    } catch (IOException e) {
      throw new UserException("Hugging Face cache " + cache + " cannot be read: " + e, e);
    }
  }
}
