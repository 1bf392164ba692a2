package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import io.silverspark.model.prompt.Prompts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code prompts} and {@code default_prompt_name} of config_sentence_transformers.json. */
final class PromptKeys {
  private PromptKeys() {}

  /** Reads both keys of a file's content, which may be empty. */
  static Prompts read(JsonObject config) {
    String defaultName = config.text("default_prompt_name", null);
    Map<String, String> texts = texts(config);
    try {
      return new Prompts(texts, Optional.ofNullable(defaultName));
    } catch (UserException e) {
      throw new UserException(config.where() + ": " + e.getMessage(), e);
    }
  }

  /** The same of a cross-encoder, which has no prompts but those that it names. */
  static Prompts ofCrossEncoder(JsonObject config) {
    Prompts prompts = read(config);
    prompts
        .defaultName()
        .filter(name -> !prompts.texts().containsKey(name))
        .ifPresent(
            name -> {
              throw new UserException(
                  "%s: default_prompt_name is '%s', expected one of the cross-encoder's prompts: %s"
                      .formatted(
                          config.where(),
                          name,
                          prompts.texts().isEmpty()
                              ? "none"
                              : String.join(", ", prompts.texts().keySet())));
            });
    return prompts;
  }

  private static Map<String, String> texts(JsonObject config) {
    JsonNode prompts = config.get("prompts").orElse(null);
    Map<String, String> texts = new LinkedHashMap<>();
    if (prompts == null) {
      return texts;
    }
    if (!prompts.isObject()) {
      throw config.wrong("prompts", "an object of texts by name");
    }
    for (Map.Entry<String, JsonNode> prompt : prompts.properties()) {
      JsonNode text = prompt.getValue();
      if (!text.isTextual() && !text.isNull()) {
        throw new UserException(
            "%s: prompt '%s' is %s, expected a text"
                .formatted(config.where(), prompt.getKey(), text));
      }
      texts.put(prompt.getKey(), text.asText(""));
    }
    return texts;
  }

  /** Writes both keys; a model without default says null. */
  static void write(Prompts prompts, ObjectNode config) {
    ObjectNode texts = config.putObject("prompts");
    prompts.texts().forEach(texts::put);
    config.put("default_prompt_name", prompts.defaultName().orElse(null));
  }
}
