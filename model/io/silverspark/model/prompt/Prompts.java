package io.silverspark.model.prompt;

import io.silverspark.model.error.UserException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The prompts that a model was trained with: {@code prompts} and {@code default_prompt_name} of
 * config_sentence_transformers.json.
 *
 * <p>Follows sentence-transformers 6: the names "query" and "document" exist in every model, with
 * an empty text where the model does not define them. So {@link Prompt#QUERY} and {@link
 * Prompt#DOCUMENT} never fall back to the default prompt, nor to a prompt named "passage".
 *
 * @param texts by name, as the model's file has them, in its order; an empty text is no prompt
 * @param defaultName the prompt of {@link Prompt#DEFAULT}; empty: none
 */
public record Prompts(Map<String, String> texts, Optional<String> defaultName) {
  /** A model without prompts. */
  public static final Prompts NONE = new Prompts(Map.of(), Optional.empty());

  /**
   * Copies the texts.
   *
   * @throws UserException if no prompt has the default name
   */
  public Prompts {
    texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
    Set<String> names = allTexts(texts).keySet();
    defaultName.ifPresent(
        name -> {
          if (!names.contains(name)) {
            throw new UserException(
                "default_prompt_name is '%s', expected one of the model's prompts: %s"
                    .formatted(name, String.join(", ", names)));
          }
        });
  }

  private static Map<String, String> allTexts(Map<String, String> texts) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(Prompt.QUERY.value(), "");
    all.put(Prompt.DOCUMENT.value(), "");
    all.putAll(texts);
    return all;
  }

  /**
   * The text that stands in front of each text of a call.
   *
   * @param prompt the choice of the caller
   * @return empty: no prompt
   * @throws UserException if the model has no prompt of that name; the message lists its names
   */
  public String text(Prompt prompt) {
    return switch (prompt.kind()) {
      case DEFAULT -> defaultName.map(allTexts(texts)::get).orElse("");
      case NAMED -> named(prompt.value());
      case TEXT -> prompt.value();
    };
  }

  private String named(String name) {
    Map<String, String> all = allTexts(texts);
    String text = all.get(name);
    if (text == null) {
      throw new UserException(
          "the model has no prompt named '%s', expected one of %s"
              .formatted(name, String.join(", ", all.keySet())));
    }
    return text;
  }
}
