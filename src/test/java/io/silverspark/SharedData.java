package io.silverspark;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Rows and reference numbers that are not part of the repository: in the directory named by the
 * system property {@code silverspark.shared}, else in {@code shared} beside the project.
 */
public final class SharedData {
  private SharedData() {}

  /** The file or directory of that relative path; the calling test is aborted if it is absent. */
  public static Path path(String relative) {
    Path path = Path.of(System.getProperty("silverspark.shared", "../shared")).resolve(relative);
    Assumptions.assumeTrue(Files.exists(path), () -> "not here: " + path);
    return path;
  }
}
