package io.silverspark.model.hub;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model on the Hub: {@code organisation/name}, or {@code name} alone for the Hub's oldest models,
 * and optionally {@code @revision}.
 *
 * @param name {@code organisation/name} or {@code name}
 * @param revision a branch, a tag, a commit or {@code refs/pr/N}; empty: the branch {@code main}
 */
public record HubId(String name, Optional<String> revision) {
  private static final Pattern ID =
      Pattern.compile("((?:[\\w.-]+/)?[\\w.-]+)(?:@([\\w.-]+(?:/[\\w.-]+)*))?");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final String MAIN = "main";

  /**
   * Reads {@code organisation/name@revision}.
   *
   * @param text anything
   * @return empty if the text cannot be the id of a model
   */
  public static Optional<HubId> parse(String text) {
    Matcher matcher = ID.matcher(text);
    return matcher.matches() && !climbs(text)
        ? Optional.of(new HubId(matcher.group(1), Optional.ofNullable(matcher.group(2))))
        : Optional.empty();
  }

  /** Whether the text is a path such as ../model rather than a name. */
  private static boolean climbs(String text) {
    return text.startsWith(".") || text.contains("..") || text.contains("/./");
  }

  /** The revision that is asked for. */
  String wanted() {
    return revision.orElse(MAIN);
  }

  /** Whether the revision is a commit, whose files never change. */
  boolean isPinned() {
    return isCommit(wanted());
  }

  static boolean isCommit(String revision) {
    return COMMIT.matcher(revision).matches();
  }

  @Override
  public String toString() {
    return revision.map(given -> name + "@" + given).orElse(name);
  }
}
