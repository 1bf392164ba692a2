package io.silverspark.model.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.SharedData;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.sampling.FixedBatches;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The models and reading habits that the reference numbers were made with. */
final class ReferenceModels {
  static final String MINILM = "builtin:all-MiniLM-L6-v2";

  private ReferenceModels() {}

  /** MiniLM with so many layers and no dropout. */
  static ModelFiles withoutDropout(int layers) {
    ModelFiles files = ModelReference.open(MINILM).keepLayers(layers);
    return files.withConfig(files.config().withDropout(0, 0));
  }

  static JsonNode read(String name) {
    try {
      return new ObjectMapper().readTree(SharedData.path("reference/" + name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** Column {@code index} of examples that hold {@code texts}. */
  static List<String> column(JsonNode examples, int index) {
    List<String> column = new ArrayList<>();
    examples.forEach(example -> column.add(example.get("texts").get(index).asText()));
    return column;
  }

  /** The labels, or null when the examples have none. */
  static float[] labels(JsonNode examples) {
    if (!examples.get(0).has("label")) {
      return null;
    }
    float[] labels = new float[examples.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (float) examples.get(i).get("label").asDouble();
    }
    return labels;
  }

  static FixedBatches batches(JsonNode batches) {
    List<int[]> all = new ArrayList<>();
    for (JsonNode batch : batches) {
      int[] indices = new int[batch.size()];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = batch.get(i).asInt();
      }
      all.add(indices);
    }
    return new FixedBatches(all);
  }

  static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }
}
