package io.silverspark.model.files;

import io.silverspark.model.files.EncoderProgram.Slot;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What Qwen and Gemma share: attention in which several heads of queries share one of keys and
 * values, in layers between the table of words and one norm.
 */
final class GroupedQueries {
  private GroupedQueries() {}

  /**
   * A program with the weights of such a model.
   *
   * @param text name of the program's text
   * @param layer weights of a layer whose names begin so
   */
  static EncoderProgram program(
      String text,
      Map<String, Object> constants,
      EncoderConfig config,
      Function<String, List<Slot>> layer) {
    long hidden = config.hiddenSize();
    List<List<Slot>> layers =
        IntStream.range(0, config.layers())
            .mapToObj(i -> layer.apply("layers." + i + "."))
            .toList();
    return EncoderProgram.shared(
        text,
        constants,
        List.of(
            Slot.of("embed_tokens.weight", config.vocabSize(), hidden),
            Slot.of("norm.weight", hidden)),
        layers,
        Slot.linear("classifier", config.numLabels(), hidden, false),
        List.of());
  }

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
