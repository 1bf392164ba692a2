package io.silverspark.model.files;

import io.silverspark.model.files.EncoderProgram.Slot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A vector for each word and nothing else. */
final class StaticLayout implements EncoderLayout {
  @Override
  public EncoderProgram program(EncoderConfig config, JsonObject keys) {
    Map<String, Object> constants = new LinkedHashMap<>();
    constants.put("eps", EncoderProgram.number(0));
    HeadConstants.put(config, constants, "no_head", 0, "identity");
    return EncoderProgram.shared(
        "static.torchscript",
        constants,
        List.of(Slot.of("embedding.weight", config.vocabSize(), config.hiddenSize())),
        List.of(Slot.none(1)), // a program takes no empty list
        List.of(),
        List.of());
  }
}
