package io.silverspark;

import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.SentenceSettings;
import io.silverspark.model.files.TinyModel;
import io.silverspark.model.prompt.Prompts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A model of milliseconds for texts of a and b, with the prompts "query" ({@code a a }), "document"
 * ({@code b }) and "title" ({@code a b }), which is the default.
 */
public final class PromptedModel {
  public static final String QUERY = "a a ";
  public static final String DOCUMENT = "b ";
  public static final String TITLE = "a b ";

  private PromptedModel() {}

  /** The model in memory. */
  public static ModelFiles files() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("query", QUERY);
    texts.put("document", DOCUMENT);
    texts.put("title", TITLE);
    Prompts prompts = new Prompts(texts, Optional.of("title"));
    return TinyModel.random(0).withSettings(SentenceSettings.DEFAULT.withPrompts(prompts));
  }

  /** Writes the model as a directory. */
  public static Path save(Path directory) {
    ModelDirectory.write(files(), directory, "# A model with prompts for tests");
    return directory;
  }
}
