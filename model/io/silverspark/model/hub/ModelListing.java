package io.silverspark.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The files of a model at one commit, and which of them SilverSpark reads: configuration, tokenizer
 * and safetensors, of the root and of the folders that modules.json names. Weights in other
 * formats, ONNX exports and training scripts are left on the Hub.
 *
 * @param commit 40 hexadecimal digits
 * @param files paths in the repository
 */
record ModelListing(String commit, List<String> files) {
  private static final Set<String> CONFIGURATION =
      Set.of(
          "config.json",
          "modules.json",
          "config_sentence_transformers.json",
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_xlm-roberta_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json");
  private static final Pattern MODULE_FOLDER = Pattern.compile("\\d+_\\w+");
  private static final Pattern SHARD = Pattern.compile("model-\\d+-of-\\d+\\.safetensors");
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  /** Copies the list. */
  ModelListing {
    files = List.copyOf(files);
  }

  /** From the answer of {@code /api/models/NAME/revision/REVISION}. */
  static ModelListing of(JsonNode answer) {
    List<String> files = new ArrayList<>();
    answer.path("siblings").forEach(file -> files.add(file.path("rfilename").asText()));
    return new ModelListing(answer.path("sha").asText(), files);
  }

  /**
   * The files to download, small ones first.
   *
   * @throws io.silverspark.model.error.UserException if they cannot make a model
   */
  List<String> needed(HubId id) {
    if (named("config.json").isEmpty()) {
      throw HubErrors.noConfig(id);
    }
    List<String> weights = weights();
    if (weights.isEmpty()) {
      throw has(name -> name.equals("pytorch_model.bin") || name.startsWith("pytorch_model-"))
          ? HubErrors.onlyPickle(id)
          : HubErrors.noWeights(id);
    }
    if (named("tokenizer.json").isEmpty()) {
      throw HubErrors.noTokenizer(id);
    }
    List<String> needed = new ArrayList<>(matching(CONFIGURATION::contains));
    needed.addAll(weights);
    return needed;
  }

  private List<String> weights() {
    List<String> single = named(SINGLE);
    return single.isEmpty()
        ? matching(name -> name.equals(INDEX) || SHARD.matcher(name).matches())
        : single;
  }

  private boolean has(Predicate<String> name) {
    return !matching(name).isEmpty();
  }

  private List<String> named(String wanted) {
    return matching(wanted::equals);
  }

  /** Files of the root and of module folders whose name passes. */
  private List<String> matching(Predicate<String> wanted) {
    return files.stream()
        .filter(
            path -> {
              int slash = path.indexOf('/');
              return slash < 0
                  ? wanted.test(path)
                  : MODULE_FOLDER.matcher(path.substring(0, slash)).matches()
                      && wanted.test(path.substring(slash + 1));
            })
        .toList();
  }
}
