package io.silverspark.jobs.files;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Paths whose {@code [ ] { } * ?} may be part of a name. Hadoop and Spark take them for patterns; a
 * backslash before each makes them letters.
 */
public final class LiteralPath {
  private static final String SPECIAL = "[]{}*?\\";

  private LiteralPath() {}

  /** A pattern that only this path fits. */
  public static String escaped(String path) {
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      if (SPECIAL.indexOf(path.charAt(i)) >= 0) {
        pattern.append('\\');
      }
      pattern.append(path.charAt(i));
    }
    return pattern.toString();
  }

  /**
   * A pattern in which every name that exists is literal, from the root on; only what comes after
   * may hold wildcards.
   *
   * @param path absolute or relative to the working directory
   */
  public static String pattern(String path, Configuration hadoop) throws IOException {
    if (escaped(path).equals(path)) {
      return path;
    }
    Path whole = new Path(path);
    FileSystem files = whole.getFileSystem(hadoop);
    Path known = null;
    for (Path part = whole; part != null && known == null; part = part.getParent()) {
      if (!part.toString().isEmpty() && files.exists(part)) {
        known = part;
      }
    }
    if (known == null) {
      return path;
    }
    String literal = known.toString();
    String rest = whole.toString().substring(literal.length());
    return escaped(literal) + rest;
  }
}
