package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.silverspark.model.error.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * modules.json of sentence-transformers and the folders that it names.
 *
 * @param transformer folder of config.json and the weights
 * @param modules what follows the transformer
 * @param folders of the modules, in their order
 * @param pooled whether modules.json lists a pooling, so that the model is no cross-encoder
 * @param isStatic whether a table of vectors stands in place of the transformer; its mean is the
 *     first module
 */
record ModuleFiles(
    Path transformer,
    SentenceModules modules,
    List<Path> folders,
    boolean pooled,
    boolean isStatic) {
  static final String NAME = "modules.json";

  private static final String TRANSFORMER = "Transformer";
  static final String STATIC = "StaticEmbedding";

  /** A transformer with the head of its masked language model. */
  static final String MASKED = "MLMTransformer";

  static final String SPLADE = "SpladePooling";
  private static final List<String> SUPPORTED =
      List.of(
          TRANSFORMER,
          STATIC,
          MASKED,
          "Pooling",
          SPLADE,
          "Dense",
          "LayerNorm",
          "Normalize",
          "Dropout");

  /** Modules whose absence needs a reason. */
  private static final Map<String, String> MISSING =
      Map.of(
          "Router", ": it gives queries and documents different modules",
          "Asym", ": it gives queries and documents different modules",
          "SparseStaticEmbedding", ": it weighs the tokens of a query by a table",
          "SparseAutoEncoder", ": it makes dense vectors sparse by a layer of its own (CSR)");

  private static final SentenceModules MEAN = SentenceModules.of(PoolingMode.MEAN, false);

  private record Entry(String kind, Path folder) {}

  /**
   * Reads modules.json. A directory without one is a plain transformer: mean pooling, no
   * normalisation, as sentence-transformers takes it.
   */
  static ModuleFiles read(Path directory) {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      return new ModuleFiles(directory, MEAN, List.of(directory), false, false);
    }
    List<Entry> entries = entries(file);
    List<String> kinds = entries.stream().map(Entry::kind).toList();
    Path transformer = entries.get(0).folder();
    boolean isStatic = kinds.get(0).equals(STATIC);
    if (kinds.contains(SPLADE) || kinds.contains(MASKED)) {
      return sparse(file, entries, kinds);
    }
    requireOrder(file, kinds);
    if (entries.size() == 1 && !isStatic) {
      return new ModuleFiles(transformer, MEAN, List.of(directory), false, false);
    }
    List<SentenceModule> modules = new ArrayList<>();
    List<Path> folders = new ArrayList<>();
    if (isStatic) {
      modules.add(MEAN.pooling());
      folders.add(transformer);
    }
    for (int i = 1; i < entries.size(); i++) {
      boolean pooled = isStatic || kinds.subList(0, i).contains("Pooling");
      modules.add(ModuleConfig.read(entries.get(i).folder(), kinds.get(i), pooled));
      folders.add(entries.get(i).folder());
    }
    return new ModuleFiles(transformer, new SentenceModules(modules), folders, true, isStatic);
  }

  /** Such a list is of two modules: pooling gives one number for each word of the vocabulary. */
  private static ModuleFiles sparse(Path file, List<Entry> entries, List<String> kinds) {
    boolean first = kinds.get(0).equals(TRANSFORMER) || kinds.get(0).equals(MASKED);
    if (!first || !kinds.subList(1, kinds.size()).equals(List.of(SPLADE))) {
      throw new UserException(
          "%s lists %s, expected for a sparse encoder a Transformer or MLMTransformer, then a SpladePooling and no more"
              .formatted(file, kinds));
    }
    Path folder = entries.get(1).folder();
    SentenceModules modules =
        new SentenceModules(List.of(ModuleConfig.read(folder, SPLADE, false)));
    return new ModuleFiles(entries.get(0).folder(), modules, List.of(folder), true, false);
  }

  private static void requireOrder(Path file, List<String> kinds) {
    long poolings = kinds.stream().filter("Pooling"::equals).count();
    boolean oneTable = kinds.lastIndexOf(STATIC) == 0 && !kinds.contains(TRANSFORMER);
    boolean oneTransformer = kinds.lastIndexOf(TRANSFORMER) == 0 && !kinds.contains(STATIC);
    boolean fits =
        oneTable && poolings == 0 || oneTransformer && (kinds.size() == 1 || poolings == 1);
    if (!fits) {
      throw new UserException(
          "%s lists %s, expected one Transformer, which comes first, and one Pooling, or a StaticEmbedding, which comes first, and no Pooling"
              .formatted(file, kinds));
    }
  }

  private static List<Entry> entries(Path file) {
    ArrayNode array =
        JsonObject.as(ArrayNode.class, JsonObject.bytes(file), file.toString(), "array");
    List<Entry> entries = new ArrayList<>();
    for (JsonNode entry : array) {
      String type = entry.path("type").asText();
      String kind = type.substring(type.lastIndexOf('.') + 1);
      if (!type.startsWith("sentence_transformers.") || !SUPPORTED.contains(kind)) {
        throw new UserException(
            "%s: module '%s' is not supported, expected only %s%s"
                .formatted(file, type, SUPPORTED, MISSING.getOrDefault(kind, "")));
      }
      if (!entry.path("kwargs").isEmpty()) {
        throw new UserException(
            "%s: module '%s' has 'kwargs' %s, expected none"
                .formatted(file, type, entry.get("kwargs")));
      }
      if (!entry.path("path").isTextual()) {
        throw new UserException(
            "%s: module '%s' has 'path' %s, expected a folder of the model"
                .formatted(file, type, entry.get("path")));
      }
      entries.add(new Entry(kind, folder(file, entry.path("path").textValue())));
    }
    return entries;
  }

  private static Path folder(Path file, String path) {
    Path directory = file.toAbsolutePath().getParent();
    Path folder = directory.resolve(path).normalize();
    if (!folder.startsWith(directory.normalize())) {
      throw new UserException(
          "%s: path '%s' leaves the model's directory, expected a folder of it"
              .formatted(file, path));
    }
    return folder;
  }

  /**
   * Reads the weights of all modules.
   *
   * @param hidden width of the token vectors; of a sparse encoder, of the logits
   * @return by name among the model's weights
   * @throws UserException if a module does not fit the width of the one before it, or its weights
   *     are missing or have another shape
   */
  Map<String, TensorData> weights(int hidden) {
    Map<String, TensorData> weights = new LinkedHashMap<>();
    int width = hidden;
    for (int i = 0; i < modules.list().size(); i++) {
      SentenceModule module = modules.list().get(i);
      Path folder = folders.get(i);
      if (module instanceof SentenceModule.Pooling
          || module instanceof SentenceModule.SpladePooling) {
        ModuleConfig.requireWidth(
            folder,
            width,
            modules.splade().isPresent() ? "size of the vocabulary" : "width of the token vectors");
      }
      try {
        width = module.dimension(width);
      } catch (IllegalArgumentException e) {
        throw new UserException(folder.resolve("config.json") + ": " + e.getMessage(), e);
      }
      if (!module.weights().isEmpty()) {
        int position = i;
        ownWeights(module, folder)
            .forEach(
                (own, tensor) -> weights.put(SentenceModules.weightName(position, own), tensor));
      }
    }
    return weights;
  }

  private static Map<String, TensorData> ownWeights(SentenceModule module, Path folder) {
    Map<String, TensorData> found = WeightFiles.read(folder);
    Map<String, TensorData> own = new LinkedHashMap<>();
    module
        .weights()
        .forEach(
            (name, shape) ->
                own.put(
                    name, EncoderWeights.checked(found.get(name), name, shape, folder.toString())));
    for (String name : found.keySet()) {
      if (!own.containsKey(name)) {
        throw new UserException(
            "%s: tensor '%s' is not known, expected only %s, from config.json"
                .formatted(folder, name, own.keySet()));
      }
    }
    return own;
  }
}
