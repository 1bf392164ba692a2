package io.silverspark.model.files;

/** Attention in which several heads of queries share one of keys and values. */
final class GroupedQueries {
  private GroupedQueries() {}

  /**
   * Heads of keys and values, {@code num_key_value_heads}.
   *
   * @param fallback where the key is absent; null stands for as many as there are of queries
   */
  static int keyHeads(EncoderConfig config, JsonObject keys, int fallback) {
    boolean absent = keys.node().get("num_key_value_heads") == null;
    int heads = keys.whole("num_key_value_heads", absent ? fallback : config.heads(), 1);
    if (config.heads() % heads != 0) {
      throw keys.wrong(
          "num_key_value_heads", "a divisor of num_attention_heads, " + config.heads());
    }
    return heads;
  }
}
