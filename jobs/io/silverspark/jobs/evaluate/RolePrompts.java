package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.model.config.Settings;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.prompt.Prompts;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The prompt of each role for one model, as the evaluators of sentence-transformers choose it: the
 * default prompt for texts, "query" and "document" for the others, unless settings say otherwise.
 */
final class RolePrompts {
  private final Map<EvaluatedText.Role, String> texts = new EnumMap<>(EvaluatedText.Role.class);

  private RolePrompts() {}

  /**
   * The prompts of a model.
   *
   * @throws io.silverspark.model.error.UserException if the model lacks a prompt of the settings
   */
  static RolePrompts of(Settings settings, EvaluatedModel model) {
    Prompts prompts = ModelReference.prompts(model.reference());
    RolePrompts roles = new RolePrompts();
    for (EvaluatedText.Role role : EvaluatedText.Role.values()) {
      roles.texts.put(role, prompts.text(chosen(settings, role)));
    }
    return roles;
  }

  private static Prompt chosen(Settings settings, EvaluatedText.Role role) {
    return switch (role) {
      case TEXT -> EvaluateSettings.PROMPT.of(settings);
      case QUERY -> EvaluateSettings.QUERY_PROMPT.of(settings);
      case DOCUMENT -> EvaluateSettings.CORPUS_PROMPT.of(settings);
    };
  }

  /** The prompt of a role; empty: none. */
  Prompt of(EvaluatedText.Role role) {
    return Prompt.of(texts.get(role));
  }

  /** Distinct texts by their prompt, in the order in which they come. */
  Map<Prompt, List<String>> byPrompt(List<EvaluatedText> all) {
    Map<Prompt, Set<String>> sets = new LinkedHashMap<>();
    all.forEach(
        one ->
            sets.computeIfAbsent(of(one.role()), prompt -> new LinkedHashSet<>()).add(one.text()));
    Map<Prompt, List<String>> lists = new LinkedHashMap<>();
    sets.forEach((prompt, set) -> lists.put(prompt, List.copyOf(set)));
    return lists;
  }
}
