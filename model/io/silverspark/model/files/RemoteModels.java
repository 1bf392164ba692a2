package io.silverspark.model.files;

import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The one place where the library learns to read models from file systems that Java does not know:
 * whoever has such a file system says how a model is copied to this machine. A {@link Fetcher} that
 * the class path offers to Java's ServiceLoader is there from the start, whatever a program calls
 * first.
 */
public final class RemoteModels {
  /** Copies a model to this machine. */
  @FunctionalInterface
  public interface Fetcher {
    /**
     * The local copy of a model, made or brought up to date if need be.
     *
     * @param reference such as {@code s3a://bucket/models/gold}
     * @return empty if the reference is none of this fetcher's
     */
    Optional<Path> fetch(String reference);
  }

  private static volatile Fetcher fetcher = offered();

  private RemoteModels() {}

  /**
   * Sets the way for this process; the last one set counts.
   *
   * @return the way until now, for who wants to put it back
   */
  public static Fetcher fetchWith(Fetcher way) {
    Fetcher before = fetcher;
    fetcher = way;
    return before;
  }

  private static Fetcher offered() {
    return ServiceLoader.load(Fetcher.class, RemoteModels.class.getClassLoader())
        .findFirst()
        .orElse(reference -> Optional.empty());
  }

  static Optional<Path> fetch(String reference) {
    return fetcher.fetch(reference);
  }
}
