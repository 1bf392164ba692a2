package io.silverspark.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a model at one commit, and which of them SilverSpark reads: configuration, tokenizer
 * and weights, of the root and of the folders that modules.json names. Of each folder the first of
 * safetensors, its shards, pytorch_model.bin and its shards that is there is taken, and beside it
 * the adapter of PEFT. Weights in other formats, ONNX exports and training scripts are left on the
 * Hub.
 *
 * @param commit 40 hexadecimal digits
 * @param files paths in the repository
 */
record RepositoryListing(String commit, List<String> files) {
  private static final String ADAPTER = "adapter_config.json";
  private static final Set<String> CONFIGURATION =
      Set.of(
          "config.json",
          "modules.json",
          "config_sentence_transformers.json",
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_xlm-roberta_config.json",
          "sentence_camembert_config.json",
          "sentence_albert_config.json",
          "sentence_xlnet_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja",
          ADAPTER);
  private static final Pattern MODULE_FOLDER = Pattern.compile("\\d+_\\w+");

  /** One file, or an index and its shards; the first that a folder has. */
  private static final List<Pattern> WEIGHTS =
      Stream.of(
              "model\\.safetensors",
              "model\\.safetensors\\.index\\.json|model-\\d+-of-\\d+\\.safetensors",
              "pytorch_model\\.bin",
              "pytorch_model\\.bin\\.index\\.json|pytorch_model-\\d+-of-\\d+\\.bin")
          .map(Pattern::compile)
          .toList();

  private static final List<Pattern> ADAPTER_WEIGHTS =
      Stream.of("adapter_model\\.safetensors", "adapter_model\\.bin")
          .map(Pattern::compile)
          .toList();

  static final String MODULES = "modules.json";

  /** Copies the list. */
  RepositoryListing {
    files = List.copyOf(files);
  }

  /** From the answer of {@code /api/models/NAME/revision/REVISION}. */
  static RepositoryListing of(JsonNode answer) {
    List<String> files = new ArrayList<>();
    answer.path("siblings").forEach(file -> files.add(file.path("rfilename").asText()));
    return new RepositoryListing(answer.path("sha").asText(), files);
  }

  /**
   * The files to download, small ones first.
   *
   * @param named folders of modules.json, beside those that are called as modules usually are
   * @throws io.silverspark.model.error.UserException if they cannot make a model
   */
  List<String> needed(HubId id, Set<String> named) {
    Map<String, List<String>> names = byFolder(named);
    boolean isAdapter = !lacks(names, ADAPTER::equals); // the rest may be its base's
    boolean isStatic = !lacks(names, MODULES::equals); // such a model may have no config.json
    if (lacks(names, "config.json"::equals) && !isStatic && !isAdapter) {
      throw HubErrors.noConfig(id);
    }
    List<String> weights = new ArrayList<>();
    names.forEach(
        (folder, files) -> {
          firstOf(WEIGHTS, files).forEach(file -> weights.add(folder + file));
          if (files.contains(ADAPTER)) {
            firstOf(ADAPTER_WEIGHTS, files).forEach(file -> weights.add(folder + file));
          }
        });
    if (weights.isEmpty()) {
      throw HubErrors.noWeights(id);
    }
    if (lacks(names, "tokenizer.json"::equals) && !isAdapter) {
      throw HubErrors.noTokenizer(id);
    }
    List<String> needed = new ArrayList<>();
    names.forEach(
        (folder, files) ->
            files.stream()
                .filter(CONFIGURATION::contains)
                .forEach(file -> needed.add(folder + file)));
    needed.addAll(weights);
    return needed;
  }

  private static boolean lacks(Map<String, List<String>> names, Predicate<String> wanted) {
    return names.values().stream().flatMap(List::stream).noneMatch(wanted);
  }

  private static List<String> firstOf(List<Pattern> formats, List<String> names) {
    return formats.stream()
        .map(pattern -> names.stream().filter(pattern.asMatchPredicate()).toList())
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** Names of files by folder with its slash, of the root and of module folders only. */
  private Map<String, List<String>> byFolder(Set<String> named) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (String path : files) {
      int slash = path.lastIndexOf('/');
      String folder = slash < 0 ? "" : path.substring(0, slash);
      if (slash < 0 || MODULE_FOLDER.matcher(folder).matches() || named.contains(folder)) {
        names
            .computeIfAbsent(path.substring(0, slash + 1), key -> new ArrayList<>())
            .add(path.substring(slash + 1));
      }
    }
    return names;
  }
}
