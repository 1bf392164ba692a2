package io.silverspark.jobs.train;

import io.silverspark.model.hub.HubId;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.prompt.Prompts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The README.md of a trained model, with the front matter that the Hub reads. */
final class ModelCard {
  private static final String BUILTIN = "builtin:";

  private ModelCard() {}

  /**
   * Card of a bi-encoder.
   *
   * @param title of the model
   * @param base what it was trained from
   * @param facts shown as a table
   * @param prompts of the model
   */
  static String ofBiEncoder(String title, String base, Map<String, ?> facts, Prompts prompts) {
    return """
    ---
    library_name: sentence-transformers
    pipeline_tag: sentence-similarity
    tags:
      - sentence-transformers
      - sentence-similarity
      - silverspark
    %s---
    # %s

    A sentence-embedding model, fine-tuned from `%s` by SilverSpark.

    ```python
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer("path/to/this/directory")
    embeddings = model.encode(["A sentence.", "Another one."])
    ```

    ```java
    try (SentenceEncoder encoder =
        SentenceEncoder.load("path/to/this/directory", EncoderOptions.defaults())) {
      float[][] embeddings = encoder.encode(List.of("A sentence.", "Another one."));
    }
    ```

    %s%s\
    """
        .formatted(onTheHub(base), title, base, prompts(prompts), table(facts));
  }

  /** What stands in front of the texts; nothing for a model without prompts. */
  private static String prompts(Prompts prompts) {
    StringBuilder rows = new StringBuilder();
    prompts.texts().forEach((name, text) -> rows.append(row(name, text)));
    if (rows.isEmpty()) {
      return "";
    }
    String usual =
        prompts
            .defaultName()
            .filter(name -> !prompts.text(Prompt.DEFAULT).isEmpty())
            .map(name -> "`" + name + "`")
            .orElse("none");
    return """
    ## Prompts

    A prompt stands in front of a text as it is. `encode_query` and `encodeQuery` take `query`, \
    `encode_document` and `encodeDocument` take `document`, where the table has it; other calls \
    take by default: %s.

    | name | text |
    | --- | --- |
    %s
    """
        .formatted(usual, rows);
  }

  private static String row(String name, String text) {
    return text.isEmpty() ? "" : "| %s | %s |%n".formatted(name, code(text));
  }

  /** In quotes, so that spaces at the ends are seen, as code in a cell of a table. */
  private static String code(String text) {
    String quoted =
        '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    String marks = "`";
    while (quoted.contains(marks)) {
      marks += "`";
    }
    return marks + quoted.replace("|", "\\|") + marks;
  }

  /**
   * Card of a cross-encoder.
   *
   * @param title of the model
   * @param base what it was trained from
   * @param facts shown as a table
   */
  static String ofCrossEncoder(String title, String base, Map<String, ?> facts) {
    return """
    ---
    library_name: sentence-transformers
    pipeline_tag: text-ranking
    tags:
      - sentence-transformers
      - cross-encoder
      - silverspark
    %s---
    # %s

    A cross-encoder that scores pairs of sentences, fine-tuned from `%s` by SilverSpark.

    ```python
    from sentence_transformers import CrossEncoder

    model = CrossEncoder("path/to/this/directory")
    scores = model.predict([("A sentence.", "Another one.")])
    ```

    ```java
    try (CrossEncoder encoder =
        CrossEncoder.load("path/to/this/directory", EncoderOptions.defaults())) {
      float[] scores = encoder.scores(List.of(new TextPair("A sentence.", "Another one.")));
    }
    ```

    %s\
    """
        .formatted(onTheHub(base), title, base, table(facts));
  }

  /** The line that links to the base model; none for a directory, which the Hub would refuse. */
  private static String onTheHub(String base) {
    if (base.startsWith(BUILTIN)) {
      return "base_model: sentence-transformers/" + base.substring(BUILTIN.length()) + "\n";
    }
    return HubId.parse(base)
        .filter(id -> !Files.exists(Path.of(base)))
        .map(id -> "base_model: " + id.name() + "\n")
        .orElse("");
  }

  private static String table(Map<String, ?> facts) {
    StringBuilder table = new StringBuilder("## Training\n\n| what | value |\n| --- | --- |\n");
    new TreeMap<>(facts)
        .forEach((name, value) -> table.append("| %s | %s |%n".formatted(name, value)));
    return table.toString();
  }
}
