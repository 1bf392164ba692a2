package io.silverspark.site;

import java.util.Arrays;

/**
 * One page of the site in Markdown. Public for the template.
 *
 * @param path without ending, relative to the site, such as {@code recipes/tsdae}
 * @param markdown its text; the first heading is its title
 */
public record Page(String path, String markdown) {

  public String title() {
    return Arrays.stream(markdown.split("\n"))
        .filter(line -> line.startsWith("# "))
        .findFirst()
        .map(line -> line.substring(2).replace("`", "").strip())
        .orElseThrow(() -> new IllegalStateException("docs/" + path + ".md has no heading '# '"));
  }

  /** First paragraph after the title, for search engines. */
  public String summary() {
    return Arrays.stream(markdown.split("\n\n"))
        .map(String::strip)
        .filter(part -> !part.isEmpty() && Character.isLetter(part.charAt(0)))
        .findFirst()
        .map(part -> part.replaceAll("[`*\\[\\]]|\\([^)]*\\)", "").replace('\n', ' '))
        .orElse("");
  }

  /** From this page to the root of the site. */
  public String toRoot() {
    return "../".repeat((int) path.chars().filter(c -> c == '/').count());
  }
}
