package io.silverspark.site;

import static io.silverspark.site.DocumentationClaimsTest.all;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A class that a page names, in Java examples or in code within a sentence, is there. */
class ClassNamesClaimsTest {
  private static final Pattern JAVA = Pattern.compile("(?ms)^```java\n(.*?)^```");
  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern CALL = Pattern.compile("(new )?[A-Z]\\w*[a-z]\\w*[.(].*");
  private static final Pattern CLASS = Pattern.compile("\\b(?<![.\"])([A-Z][a-z]\\w+)\\b");
  private static final Pattern NAME = Pattern.compile("[A-Z][a-z]+[A-Z]\\w+");

  /**
   * Classes of Java, Spark and Python, losses that are another one with a parameter, and
   * benchmarks.
   */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "AmazonPolarityClassification",
          "ArrayList",
          "CachedGISTEmbedLoss",
          "CrossEntropyLoss",
          "Dataset",
          "EarlyStoppingCallback",
          "EmotionClassification",
          "EventAccumulator",
          "FunctionCatalog",
          "GradScaler",
          "IllegalArgumentException",
          "IllegalStateException",
          "ImdbClassification",
          "LayerNorm",
          "List",
          "LogisticRegression",
          "Map",
          "NanoArguAna",
          "NanoBEIR",
          "NanoBEIREvaluator",
          "NanoBEIR_mean",
          "NanoMSMARCO",
          "NanoTouche2020",
          "Path",
          "PeftModel",
          "Pipeline",
          "PipelineModel",
          "PipelineStage",
          "ProcedureCatalog",
          "ProportionalBatchSampler",
          "RoundRobinBatchSampler",
          "Row",
          "SentenceTransformer",
          "SparseAutoEncoder",
          "SparseMultipleNegativesRankingLoss",
          "SparseStaticEmbedding",
          "SpladePooling",
          "StaticEmbedding",
          "System",
          "ToxicConversationsClassification",
          "TweetSentimentExtractionClassification");

  @Test
  void classes_namedInPages_exist() throws IOException {
    Set<String> classes = classes();
    Map<Path, String> pages = DocumentationClaimsTest.pages();
    pages.remove(Path.of("CHANGELOG.md")); // names what earlier versions had
    pages.put(Path.of("CONTRIBUTING.md"), Files.readString(Path.of("CONTRIBUTING.md")));
    Set<String> unknown = new TreeSet<>();
    int found = 0;
    for (Map.Entry<Path, String> page : pages.entrySet()) {
      for (String name : names(page.getValue())) {
        if (!classes.contains(name) && !OF_OTHERS.contains(name)) {
          unknown.add(page.getKey() + ": " + name);
        }
        found++;
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(found).isGreaterThan(100);
  }

  private static List<String> names(String markdown) {
    List<String> sentences = all(CODE, FENCED.matcher(markdown).replaceAll(""));
    return Stream.concat(
            Stream.concat(
                    all(JAVA, markdown).stream(),
                    sentences.stream().filter(code -> CALL.matcher(code).matches()))
                .flatMap(code -> all(CLASS, code.replaceAll("\"[^\"]*\"", "\"\"")).stream()),
            sentences.stream().filter(code -> NAME.matcher(code).matches()))
        .toList();
  }

  private static Set<String> classes() throws IOException {
    Set<String> classes = new TreeSet<>();
    for (String root : List.of("model", "udfs", "jobs", "src/test/java")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        classes.addAll(
            files
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".java"))
                .map(name -> name.replaceFirst("\\.java$", ""))
                .collect(Collectors.toSet()));
      }
    }
    return classes;
  }
}
