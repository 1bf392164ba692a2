package io.silverspark.model.hub;

import java.net.URI;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A file on the Hub as its headers describe it.
 *
 * @param path in the repository
 * @param uri where to read it; may redirect to a storage host
 * @param etag SHA-256 of a large file, git's SHA-1 of a small one; names the file in the cache
 * @param size bytes, if the Hub says
 */
record RemoteFile(String path, URI uri, String etag, OptionalLong size) {
  private static final Pattern SAFE_NAME = Pattern.compile("[\\w.-]{1,128}");

  /** Takes quotes and the mark of a weak tag away. */
  static String etag(String header) {
    return header.replaceFirst("^W/", "").replaceAll("^\"|\"$", "");
  }

  /** Whether the tag can be a file name. */
  static boolean isUsable(String etag) {
    return SAFE_NAME.matcher(etag).matches() && !etag.startsWith(".");
  }
}
