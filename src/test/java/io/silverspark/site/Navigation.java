package io.silverspark.site;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The pages by section. A page that is named nowhere goes to the guides, so none is lost. */
final class Navigation {
  private static final Map<String, List<String>> SECTIONS =
      Map.of(
          "Start", List.of("index", "start", "concepts"),
          "Guides",
              List.of(
                  "deployment",
                  "tuning-cpu",
                  "tuning-gpu",
                  "sql",
                  "spark-ml",
                  "pyspark",
                  "notebooks",
                  "hub",
                  "prompts",
                  "losses",
                  "evaluation",
                  "scale",
                  "distributed-training",
                  "observability",
                  "troubleshooting"),
          "Background", List.of("architecture", "memory", "comparison"));
  private static final List<String> ORDER =
      List.of("Start", "Guides", "Recipes", "Commands", "Settings", "Background");

  private Navigation() {}

  static Map<String, List<Page>> of(List<Page> pages) {
    Map<String, List<Page>> sections = new LinkedHashMap<>();
    ORDER.forEach(name -> sections.put(name, new ArrayList<>()));
    SECTIONS.forEach(
        (name, paths) -> {
          for (String path : paths) {
            pages.stream()
                .filter(p -> p.path().equals(path))
                .forEach(p -> sections.get(name).add(p));
          }
        });
    for (Page page : pages) {
      if (SECTIONS.values().stream().noneMatch(paths -> paths.contains(page.path()))) {
        sections.get(section(page)).add(page);
      }
    }
    sections.values().removeIf(List::isEmpty);
    return sections;
  }

  private static String section(Page page) {
    String folder = page.path().replaceFirst("/.*", "");
    return switch (folder) {
      case "recipes" -> "Recipes";
      case "commands" -> "Commands";
      case "settings" -> "Settings";
      default -> "Guides";
    };
  }
}
