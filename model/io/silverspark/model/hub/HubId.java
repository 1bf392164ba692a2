package io.silverspark.model.hub;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository on the Hub: {@code organisation/name}, or {@code name} alone for the Hub's oldest
 * ones, and optionally {@code @revision}.
 *
 * @param kind model or data set
 * @param name {@code organisation/name} or {@code name}
 * @param revision a branch, a tag, a commit or {@code refs/pr/N}; empty: the branch {@code main}
 */
public record HubId(Kind kind, String name, Optional<String> revision) {
  private static final Pattern ID =
      Pattern.compile("((?:[\\w.-]+/)?[\\w.-]+)(?:@([\\w.-]+(?:/[\\w.-]+)*))?");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final String MAIN = "main";

  /** What a repository holds. */
  public enum Kind {
    MODEL("model", "models", ""),
    DATASET("data set", "datasets", "datasets/");

    private final String word;
    private final String plural;
    private final String path;

    Kind(String word, String plural, String path) {
      this.word = word;
      this.plural = plural;
      this.path = path;
    }
  }

  /**
   * Reads {@code organisation/name@revision}.
   *
   * @param text anything
   * @return empty if the text cannot be the id of a model
   */
  public static Optional<HubId> parse(String text) {
    return parse(Kind.MODEL, text);
  }

  /**
   * The same of either kind.
   *
   * @param text anything
   * @return empty if the text cannot be the id of a repository
   */
  public static Optional<HubId> parse(Kind kind, String text) {
    Matcher matcher = ID.matcher(text);
    return matcher.matches() && !climbs(text)
        ? Optional.of(new HubId(kind, matcher.group(1), Optional.ofNullable(matcher.group(2))))
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

  /** Kind and id, as in messages: {@code model 'org/name'}. */
  String words() {
    return "%s '%s'".formatted(kind.word, this);
  }

  /** Name of the directory in the cache. */
  String folder() {
    return kind.plural + "--" + name.replace("/", "--");
  }

  /** Where the Hub describes it. */
  String api() {
    return "/api/" + kind.plural + "/" + name;
  }

  /** The name as the addresses of files have it. */
  String path() {
    return kind.path + name;
  }

  /** The same repository at another revision. */
  HubId at(String other) {
    return new HubId(kind, name, Optional.of(other));
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
