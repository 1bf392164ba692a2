package io.silverspark.model.files;

import java.util.Map;
import java.util.TreeSet;

/** Activation functions by the names of config.json, as methods of {@code encoder.torchscript}. */
final class Activation {
  private static final Map<String, String> METHODS =
      Map.ofEntries(
          Map.entry("gelu", "gelu"),
          Map.entry("gelu_python", "gelu"),
          Map.entry("gelu_new", "gelu_tanh"),
          Map.entry("gelu_fast", "gelu_tanh"),
          Map.entry("gelu_pytorch_tanh", "gelu_tanh"),
          Map.entry("gelu_python_tanh", "gelu_tanh"),
          Map.entry("gelu_accurate", "gelu_tanh"),
          Map.entry("quick_gelu", "quick_gelu"),
          Map.entry("relu", "relu"),
          Map.entry("silu", "silu"),
          Map.entry("swish", "silu"),
          Map.entry("mish", "mish"),
          Map.entry("tanh", "tanh"),
          Map.entry("sigmoid", "sigmoid"),
          Map.entry("linear", "identity"));

  private Activation() {}

  /**
   * The method of the activation that a key names.
   *
   * @param fallback name where the key is absent
   */
  static String method(JsonObject config, String key, String fallback) {
    String method = METHODS.get(config.text(key, fallback));
    if (method == null) {
      throw config.wrong(key, "one of " + String.join(", ", new TreeSet<>(METHODS.keySet())));
    }
    return method;
  }
}
