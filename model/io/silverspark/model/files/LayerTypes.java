package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/** {@code layer_types}: which layers attend to all tokens and which to near ones. */
final class LayerTypes {
  static final String KEY = "layer_types";

  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  private LayerTypes() {}

  /**
   * The layers that attend to near tokens alone, as a list that TorchScript reads.
   *
   * @param older tells it of a layer where the file has no layer_types
   */
  static String local(JsonObject keys, int layers, BiPredicate<JsonObject, Integer> older) {
    List<String> local = new ArrayList<>();
    JsonNode types = keys.get(KEY).orElse(null);
    if (types != null && !(types instanceof ArrayNode && types.size() == layers)) {
      throw keys.wrong(KEY, "a list of " + layers + ", one type for each layer");
    }
    for (int i = 0; i < layers; i++) {
      boolean sliding = types == null ? older.test(keys, i) : types.get(i).asText().equals(SLIDING);
      if (types != null && !sliding && !types.get(i).asText().equals(FULL)) {
        throw keys.wrong(KEY, "only " + FULL + " and " + SLIDING);
      }
      local.add(sliding ? "True" : "False");
    }
    return local.toString();
  }
}
