package io.silverspark.model.loss;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Parameters and defaults of every loss beside those of sentence-transformers: what is not here
 * stands in docs/losses.md. The signatures were written by the program that their {@code generator}
 * names.
 */
class LossSignaturesTest {
  private static final String FILE = "loss-signatures-sentence-transformers-6.0.1.json";
  private static final String CROSS = "cross-encoder ";

  /** What a call is made on, and the parts that have a setting of their own. */
  private static final Set<String> GIVEN = Set.of("model", "guide");

  private static final Map<String, String> NAMES = Map.of("similarity_fct", "similarity");

  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("cos_sim", "cosine"),
          Map.entry("pairwise_cos_sim", "cosine"),
          Map.entry("COSINE_DISTANCE", "cosine"),
          Map.entry("pairwise_dot_score", "dot"),
          Map.entry("EUCLIDEAN", "euclidean"),
          Map.entry("euclidean_distance", "euclidean"),
          Map.entry("Identity", "identity"),
          Map.entry("Sigmoid", "sigmoid"),
          Map.entry("NDCGLoss2PPScheme", "ndcg_loss2pp"),
          Map.entry("PListMLELambdaWeight", "exponential"));

  /** Parameters of this library that are not in the signature of the loss itself. */
  private static final Set<String> OWN =
      Set.of(
          "matryoshkaDims",
          "matryoshkaWeights",
          "nDimsPerStep",
          "mu",
          "schedulerType", // of SpladeRegularizerWeightSchedulerCallback
          "warmupRatio",
          "miniBatchSize"); // of CachedSpladeLoss

  @Test
  void parameters_namesAndDefaults_areThoseOfThePeer() throws IOException {
    JsonNode peer;
    try (InputStream in = LossSignaturesTest.class.getResourceAsStream(FILE)) {
      peer = new ObjectMapper().readTree(in);
    }
    Map<String, Map<String, String>> ours = ours();
    Map<String, Set<String>> absent = absent();
    assertThat(peer.get("dense").size()).isEqualTo(29);
    assertThat(peer.get("cross").size()).isEqualTo(12);
    Set<String> compared = new TreeSet<>();
    for (String kind : List.of("dense", "cross", "sparse")) {
      String prefix = kind.equals("cross") ? CROSS : "";
      peer.get(kind)
          .properties()
          .forEach(
              loss -> {
                String name = prefix + loss.getKey();
                compared.add(name);
                check(
                    name,
                    loss.getValue(),
                    ours.getOrDefault(name, Map.of()),
                    absent.getOrDefault(name, Set.of()));
              });
    }
    assertThat(compared).containsAll(ours.keySet()).containsAll(absent.keySet());
  }

  private static void check(
      String name, JsonNode signature, Map<String, String> ours, Set<String> absent) {
    Set<String> known = new TreeSet<>(OWN);
    Set<String> missing = new TreeSet<>();
    signature
        .properties()
        .forEach(
            parameter -> {
              String there = parameter.getKey();
              String here = NAMES.getOrDefault(there, camelCase(there));
              known.add(here);
              if (ours.containsKey(here)) {
                assertThat(equal(parameter.getValue().asText(), ours.get(here)))
                    .as("%s: %s = %s, here %s", name, there, parameter.getValue(), ours.get(here))
                    .isTrue();
              } else if (!GIVEN.contains(there)) {
                missing.add(there);
              }
            });
    assertThat(absent).as("docs/losses.md on " + name).isEqualTo(missing);
    assertThat(known).as(name).containsAll(ours.keySet());
  }

  /** Without a value a parameter is required there, and empty or a usual value here. */
  private static boolean equal(String there, String here) {
    if (there.equals("required")) {
      return true;
    }
    if (there.equals("none")) {
      // The last is that of the default loss of SparseEncoderTrainer.
      return List.of("none", "", "temperature", "1", "5.0E-5").contains(here);
    }
    String word = WORDS.getOrDefault(there, there);
    return word.equals(here)
        || word.matches("[-0-9.e]+") && Double.parseDouble(word) == Double.parseDouble(here);
  }

  private static String camelCase(String name) {
    Matcher parts = Pattern.compile("_([a-z])").matcher(name);
    return parts.replaceAll(part -> part.group(1).toUpperCase(java.util.Locale.ROOT));
  }

  private static Map<String, Map<String, String>> ours() {
    Map<String, Map<String, String>> all = new TreeMap<>();
    Arrays.stream(NamedLoss.values()).forEach(loss -> all.put(loss.title(), loss.parameters()));
    Arrays.stream(ChosenLoss.Wrapper.values())
        .filter(wrapper -> wrapper != ChosenLoss.Wrapper.NONE)
        .forEach(wrapper -> all.put(wrapper.title(), wrapper.parameters()));
    Arrays.stream(NamedCrossEncoderLoss.values())
        .forEach(loss -> all.put(CROSS + loss.title(), loss.parameters()));
    return all;
  }

  /** The table of docs/losses.md: parameters by loss. */
  private static Map<String, Set<String>> absent() throws IOException {
    Map<String, Set<String>> absent = new TreeMap<>();
    String page = Files.readString(Path.of("docs/losses.md"));
    List<String> rows =
        new ArrayList<>(page.substring(page.indexOf("## What is missing")).lines().toList());
    rows.removeIf(row -> !row.startsWith("| ") || !row.contains("`"));
    for (String row : rows) {
      String[] cells = row.split(" \\| |^\\| ", -1);
      for (String loss : cells[1].split(", ")) {
        absent
            .computeIfAbsent(loss.replace("`", ""), unused -> new TreeSet<>())
            .addAll(
                Stream.of(cells[2].split(", "))
                    .map(parameter -> parameter.replace("`", ""))
                    .collect(Collectors.toSet()));
      }
    }
    return absent;
  }
}
