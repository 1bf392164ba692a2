package io.silverspark.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.jobs.Main;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What README, CHANGELOG and the pages of docs and conf say is held against build and code. */
class DocumentationClaimsTest {
  private static final Pattern PROPERTY = Pattern.compile("<([a-z.]+)>([^<]+)</\\1>");
  private static final Pattern COMMAND =
      Pattern.compile("(?:silverspark|\\.\\.\\.) ([a-z][a-z-]+)(.*)");
  private static final Pattern OPTION = Pattern.compile("(?<= )--([a-z][a-z-]+)");
  private static final Pattern SET = Pattern.compile("--set '?([a-z]+\\.[A-Za-z.]+)=");

  static Map<Path, String> pages() throws IOException {
    Map<Path, String> pages = new TreeMap<>();
    for (String root : List.of("README.md", "CHANGELOG.md", "docs", "conf", "notebooks")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".md")).toList()) {
          pages.put(file, Files.readString(file));
        }
      }
    }
    return pages;
  }

  /** Values of a property of the build, the one of the profile cuda included. */
  private static Set<String> versions(String property) throws IOException {
    return PROPERTY
        .matcher(Files.readString(Path.of("pom.xml")))
        .results()
        .filter(match -> match.group(1).equals(property))
        .map(match -> match.group(2).strip())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @CsvSource({
    "pytorch.version, 'PyTorch (\\d+\\.\\d+\\.\\d+)'",
    "pytorch.version, 'PYTORCH_VERSION=(\\d+\\.\\d+\\.\\d+)'",
    "djl.version, 'DJL (\\d+\\.\\d+\\.\\d+)'",
    "maven.compiler.release, 'Java (\\d+)\\b'",
    "spark.version, 'Spark (\\d+\\.\\d+\\.\\d+)'",
    "delta.version, 'Delta (\\d+\\.\\d+\\.\\d+)'",
    "delta.version, 'delta-spark_4\\.0_2\\.13:(\\d+\\.\\d+\\.\\d+)'"
  })
  void version_namedInDocs_isTheOneOfTheBuild(String property, String pattern) throws IOException {
    Set<String> known = versions(property);
    assertThat(known).isNotEmpty();
    int found = 0;
    for (Map.Entry<Path, String> page : pages().entrySet()) {
      for (MatchResult match :
          Pattern.compile(pattern).matcher(page.getValue()).results().toList()) {
        assertThat(known).as(page.getKey() + ": " + match.group()).contains(match.group(1));
        found++;
      }
    }
    assertThat(found).as(pattern).isPositive();
  }

  @Test
  void ownVersionAndScala_namedInDocs_areThoseOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String version = pom.replaceFirst("(?s).*?<version>([^<]+)</version>.*", "$1");
    String scala = pom.replaceFirst("(?s).*?<artifactId>spark-sql_([0-9.]+)<.*", "$1");
    String all = String.join("\n", pages().values());
    assertThat(all(Pattern.compile("silverspark-(\\d[0-9.]*?)(?:-dependencies)?\\.jar"), all))
        .hasSizeGreaterThan(3)
        .containsOnly(version);
    assertThat(all(Pattern.compile("<artifactId>silverspark</artifactId>\\s+<version>(.*)<"), all))
        .containsExactly(version);
    assertThat(all(Pattern.compile("(?:Scala |[a-z]_)(2\\.\\d+)"), all))
        .hasSizeGreaterThan(3)
        .containsOnly(scala);
    assertThat(Files.readString(Path.of("conf/silverspark")))
        .contains("version=\"" + version + "\"");
  }

  /** One page said that training runs in the driver alone, another one in executors. */
  @Test
  void pagesOfTuning_tellOfTrainRanksAndTheProfileOfCuda() throws IOException {
    String gpu = Files.readString(Path.of("docs/tuning-gpu.md"));
    assertThat(gpu).contains("`train.ranks`", "-Pcuda", "PyTorch 2.5.1", "PyTorch 2.7.1");
    assertThat(Files.readString(Path.of("docs/tuning-cpu.md"))).contains("`train.ranks = 1`");
  }

  /** Places that speak of GPUs at length say what was not run on one. */
  @Test
  void pagesOnGpus_sayWhatWasNotRunOnOne() throws IOException {
    for (String file :
        List.of(
            "docs/tuning-gpu.md",
            "docs/distributed-training.md",
            "docs/train-on-executors.md",
            "conf/gpu-cluster.conf",
            "pom.xml")) {
      assertThat(Files.readString(Path.of(file)))
          .as(file)
          .containsPattern(
              "(?i)(not (been )?(run|measured)|was run|never run|not run it) on a GPU");
    }
    assertThat(Files.readString(Path.of("docs/tuning-gpu.md")))
        .contains("NVIDIA H200, November 2026", "benchmark-suite --device cuda:0");
  }

  /** It has been since: the sentences that said so once are gone. */
  @Test
  void noPage_saysThatItNeverRanOnAGpu() throws IOException {
    for (Map.Entry<Path, String> page : pages().entrySet()) {
      assertThat(page.getValue())
          .as(page.getKey().toString())
          .doesNotContain("SilverSpark has not been run on a GPU")
          .doesNotContainIgnoringCase("nothing was run on a GPU");
    }
  }

  /** SiteTest follows the links of docs; these are those of the other pages. */
  @Test
  void links_outsideOfDocs_leadToFilesAndHeadings() throws IOException {
    Pattern link = Pattern.compile("\\]\\((?!https?:|#)([^)\\s]+)\\)");
    List<String> broken = new ArrayList<>();
    int found = 0;
    for (Map.Entry<Path, String> page : pages().entrySet()) {
      if (page.getKey().startsWith("docs")) {
        continue;
      }
      for (String target : all(link, page.getValue())) {
        String[] parts = target.split("#", 2);
        Path file = page.getKey().resolveSibling(parts[0]).normalize();
        boolean there =
            Files.exists(file) && (parts.length == 1 || headings(file).contains(parts[1]));
        if (!there) {
          broken.add(page.getKey() + " links to " + target);
        }
        found++;
      }
    }
    assertThat(broken).isEmpty();
    assertThat(found).isGreaterThan(20);
  }

  private static List<String> headings(Path file) throws IOException {
    return all(Pattern.compile("(?m)^#+ (.*)$"), Files.readString(file)).stream()
        .map(
            title -> title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
        .toList();
  }

  @Test
  void readme_isOnePage() throws IOException {
    assertThat(Files.readAllLines(Path.of("README.md"))).hasSizeLessThanOrEqualTo(150);
  }

  static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }

  /** Turns of older English, and words of this project alone, have been replaced. */
  @Test
  void prose_isShortModernEnglish() throws IOException {
    Pattern archaic =
        Pattern.compile(
            "\\b(anew|heed(s|ed)?|lest|hence|thereof|upon|to and fro|forth and back|learnt"
                + "|(says|tells) how to mend|dear|can be told|sign of life|can be made again"
                + "|in the midst|something else than|the peer|stands? beside"
                + "|is no (list|class|constant))\\b");
    List<String> found = new ArrayList<>();
    Map<Path, String> texts = pages();
    for (String root : List.of("model", "udfs", "jobs", "conf")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        for (Path file :
            files.filter(f -> f.toString().matches(".*\\.(java|conf|ftlh)")).toList()) {
          texts.put(file, Files.readString(file));
        }
      }
    }
    texts.forEach(
        (file, text) ->
            archaic
                .matcher(text)
                .results()
                .forEach(match -> found.add(file + ": " + match.group())));
    assertThat(found).isEmpty();
  }

  /** The tables in conf/README.md are made from the code and say which losses there are. */
  @Test
  void losses_areCountedNowhere() throws IOException {
    for (Map.Entry<Path, String> page : pages().entrySet()) {
      assertThat(page.getValue())
          .as(page.getKey().toString())
          .doesNotContainPattern("(?i)every loss of sentence-transformers")
          .doesNotContainPattern("(?i)takes every loss by")
          .doesNotContainPattern("any of \\d+ losses");
    }
  }

  /** Options of commands in examples exist, and keys of --set too. */
  @Test
  void examples_ofCommands_haveOptionsThatExist() throws IOException {
    Map<String, Set<String>> options = options();
    Set<String> keys = SettingsClaimsTest.defaults().keySet();
    List<String> unknown = new ArrayList<>();
    int examples = 0;
    for (Map.Entry<Path, String> page : pages().entrySet()) {
      String joined = page.getValue().replace("\\\n", " ");
      for (String line : joined.split("\n")) {
        Matcher command = COMMAND.matcher(line);
        if (command.find() && options.containsKey(command.group(1))) {
          examples++;
          OPTION
              .matcher(command.group(2))
              .results()
              .filter(option -> !options.get(command.group(1)).contains("--" + option.group(1)))
              .forEach(option -> unknown.add(page.getKey() + ": " + line.strip()));
        }
        SET.matcher(line)
            .results()
            .filter(set -> !keys.contains(set.group(1)) && !set.group(1).startsWith("spark.conf."))
            .forEach(set -> unknown.add(page.getKey() + ": --set " + set.group(1)));
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(examples).isGreaterThan(20);
  }

  private static Map<String, Set<String>> options() {
    CommandRunner runner = new CommandRunner(Console.system());
    Map<String, Set<String>> options = new HashMap<>();
    Main.jobs()
        .forEach(
            job -> {
              CommandLine line = runner.commandLine(job);
              options.put(
                  line.getCommandName(),
                  line.getCommandSpec().options().stream()
                      .flatMap(option -> Stream.of(option.names()))
                      .collect(Collectors.toSet()));
            });
    return options;
  }
}
