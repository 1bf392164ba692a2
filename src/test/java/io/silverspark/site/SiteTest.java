package io.silverspark.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.jobs.Main;
import io.silverspark.jobs.config.AllSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import picocli.CommandLine.Command;

/** Makes the site in target/site and holds it to what it says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SiteTest {
  private static final Path DOCS = Path.of("docs");
  private static final Path SITE = Path.of("target/site");
  private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"([^\"]*)\"");
  private static final Pattern ID = Pattern.compile(" id=\"([^\"]+)\"");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern COMMAND = Pattern.compile("conf/silverspark ([a-z][a-z-]*)");

  /** Messages of Java, Spark, Delta and the clusters. */
  private static final List<String> OF_OTHERS =
      List.of(
          "module java.base",
          "Failed to find the data source",
          "The Spark session is not configured",
          "Using an existing Spark session",
          "Container killed by YARN",
          "java.lang.OutOfMemoryError",
          "CUDA out of memory",
          "TSV with stray quotes",
          "No FileSystem for scheme");

  private Site site;

  @BeforeAll
  void write() throws IOException {
    site = Site.of(DOCS);
    site.write(SITE);
  }

  @Test
  void links_insideTheSite_leadToPagesAndHeadings() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Page page : site.pages()) {
      Path file = SITE.resolve(page.path() + ".html");
      for (String reference : all(REFERENCE, Files.readString(file))) {
        if (!reference.contains("://") && !reference.startsWith("mailto:")) {
          broken.addAll(problem(page, file, reference));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static List<String> problem(Page page, Path file, String reference) throws IOException {
    String[] parts = reference.split("#", 2);
    Path target = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
    if (target.startsWith(SITE.resolve("apidocs"))) {
      return List.of(); // Javadoc writes it in the phase verify
    }
    if (!Files.isRegularFile(target)) {
      return List.of(page.path() + " links to " + reference + ", which is not there");
    }
    boolean anchored = parts.length == 1 || all(ID, Files.readString(target)).contains(parts[1]);
    return anchored
        ? List.of()
        : List.of(page.path() + " links to " + reference + ", a heading that is not there");
  }

  @Test
  void links_toFilesOfTheRepository_leadSomewhere() {
    Pattern link = Pattern.compile("\\]\\((\\.\\./[^)#]+)(?:#[^)]*)?\\)");
    List<String> broken = new ArrayList<>();
    for (Page page : site.pages()) {
      Path folder = DOCS.resolve(page.path()).getParent();
      for (String target : all(link, page.markdown())) {
        boolean generated = target.matches("(\\.\\./)+(commands|settings)/.*");
        if (!generated && !Files.exists(folder.resolve(target))) {
          broken.add(page.path() + " links to " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void pages_nameOnlyCommandsThatExist() {
    Set<String> commands =
        Main.jobs().stream()
            .map(job -> job.getClass().getAnnotation(Command.class).name())
            .collect(Collectors.toSet());
    Set<String> unknown = new TreeSet<>();
    for (Page page : site.pages()) {
      for (String command : all(COMMAND, page.markdown())) {
        if (!commands.contains(command)) {
          unknown.add(page.path() + ": silverspark " + command);
        }
      }
    }
    assertThat(unknown).isEmpty();
  }

  @Test
  void everyPage_isInOneGroupOfTheIndex() {
    assertThat(Navigation.of(site.pages()).values().stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(site.pages());
    assertThat(Navigation.of(site.pages()))
        .allSatisfy((group, pages) -> assertThat(pages).isNotEmpty());
  }

  /** Headings of troubleshooting are messages: those of SilverSpark stand in its code. */
  @Test
  void troubleshooting_quotesMessagesOfTheCode() throws IOException {
    String code = stringsOfTheCode();
    List<String> unknown = new ArrayList<>();
    int known = 0;
    for (String heading :
        all(
            Pattern.compile("(?m)^### (.*)$"),
            Files.readString(DOCS.resolve("troubleshooting.md")))) {
      for (String message : all(CODE, heading)) {
        for (String part : message.split("\\.\\.\\.|'[^']*'|\\b[0-9N]+\\b")) {
          boolean sentence = part.strip().split(" ").length > 2;
          if (sentence && code.contains(part.strip())) {
            known++;
          } else if (sentence && OF_OTHERS.stream().noneMatch(message::startsWith)) {
            unknown.add(message);
          }
        }
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(known).isGreaterThan(8);
  }

  /** All sources, with the string literals that lines cut put together again. */
  private static String stringsOfTheCode() throws IOException {
    StringBuilder code = new StringBuilder();
    for (String root : List.of("model", "udfs", "jobs")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          code.append(Files.readString(file).replaceAll("\"\\s*\\+\\s*\"", ""));
        }
      }
    }
    return code.toString();
  }

  @Test
  void everyCommandAndEveryKey_hasItsPage() throws IOException {
    for (var job : Main.jobs()) {
      String name = job.getClass().getAnnotation(Command.class).name();
      assertThat(SITE.resolve("commands/" + name + ".html")).content().contains("--dry-run");
    }
    String settings =
        site.pages().stream()
            .filter(page -> page.path().startsWith("settings/"))
            .map(Page::markdown)
            .collect(Collectors.joining());
    AllSettings.GROUPS.stream()
        .flatMap(group -> group.settings().stream())
        .forEach(setting -> assertThat(settings).contains("| `" + setting.key() + "` |"));
  }

  private static List<String> all(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
