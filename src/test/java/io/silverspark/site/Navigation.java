package io.silverspark.site;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The pages by section, as {@code docs/index.md} groups them: its headings are the sections, its
 * links the pages. Recipes, commands and settings have a section by their folder.
 */
final class Navigation {
  private static final Pattern ENTRY =
      Pattern.compile("^## (.+)$|^- \\[[^\\]]+\\]\\(([^)]+)\\.md\\)", Pattern.MULTILINE);
  private static final Map<String, String> FOLDERS =
      Map.of("recipes", "Recipes", "commands", "Commands", "settings", "Settings");
  private static final List<String> ORDER =
      List.of(
          "Tutorials",
          "How-to guides",
          "Recipes",
          "Reference",
          "Commands",
          "Settings",
          "Explanation");

  private Navigation() {}

  /**
   * The sections in the order of the site.
   *
   * @throws IllegalStateException if a page of no folder is in no group of the index
   */
  static Map<String, List<Page>> of(List<Page> pages) {
    Map<String, Page> byPath = new LinkedHashMap<>();
    pages.forEach(page -> byPath.put(page.path(), page));
    Map<String, List<Page>> sections = new LinkedHashMap<>();
    ORDER.forEach(name -> sections.put(name, new ArrayList<>()));
    sections.get("Tutorials").add(byPath.remove("index"));
    grouped(pages)
        .forEach(
            (path, group) -> {
              if (!path.contains("/") && byPath.containsKey(path)) {
                sections.get(group).add(byPath.remove(path));
              }
            });
    byPath.forEach((path, page) -> sections.get(folder(path)).add(page));
    return sections;
  }

  /** Groups of the index by path, in its order. */
  private static Map<String, String> grouped(List<Page> pages) {
    Page index =
        pages.stream().filter(page -> page.path().equals("index")).findFirst().orElseThrow();
    Map<String, String> groups = new LinkedHashMap<>();
    String group = "";
    for (MatchResult entry : ENTRY.matcher(index.markdown()).results().toList()) {
      if (entry.group(1) != null) {
        group = entry.group(1);
      } else if (groups.put(entry.group(2), group) != null) {
        throw new IllegalStateException("docs/index.md names " + entry.group(2) + " twice");
      }
    }
    return groups;
  }

  private static String folder(String path) {
    String section = FOLDERS.get(path.replaceFirst("/.*", ""));
    if (section == null) {
      throw new IllegalStateException("docs/index.md names docs/" + path + ".md in no group");
    }
    return section;
  }
}
