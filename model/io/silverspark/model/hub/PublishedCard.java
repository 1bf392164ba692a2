package io.silverspark.model.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A model's README.md as it stands on the Hub: usage under the repository's own name, in Python and
 * in Java, and the values of its evaluation, as a table and in the front matter that the Hub shows
 * beside the model. What the card says already stays as it is.
 *
 * @param markdown the whole card
 * @param missing what a reader will look for in vain, such as {@code metrics}
 */
public record PublishedCard(String markdown, List<String> missing) {
  private static final String LOCAL_NAME = "path/to/this/directory";
  private static final String FENCE = "---\n";
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ .*(Evaluation|Metrics|Results)");
  private static final Pattern TRAINING = Pattern.compile("(?mi)^#+ .*train|\\| *training");

  /** Copies the list. */
  public PublishedCard {
    missing = List.copyOf(missing);
  }

  /**
   * Completes a card.
   *
   * @param markdown content of README.md; may be empty
   * @param repository {@code organisation/name}
   * @param crossEncoder whether the model scores pairs
   * @param metrics of its last evaluation; empty if there was none
   * @param evaluatedOn the data of the evaluation, in words
   * @return the card for the Hub
   */
  public static PublishedCard of(
      String markdown,
      String repository,
      boolean crossEncoder,
      List<Value> metrics,
      String evaluatedOn) {
    String card = markdown.replace("\r\n", "\n").replace(LOCAL_NAME, repository);
    String front = "";
    int end = card.startsWith(FENCE) ? card.indexOf("\n" + FENCE, FENCE.length() - 1) : -1;
    if (end >= 0) {
      front = card.substring(FENCE.length(), end + 1);
      card = card.substring(end + 1 + FENCE.length());
    }
    StringBuilder body = new StringBuilder(card.isBlank() ? "# " + repository : card);
    if (body.charAt(body.length() - 1) != '\n') {
      body.append('\n');
    }
    addUsage(body, repository, crossEncoder);
    boolean evaluated = HEADING.matcher(card).find();
    if (!evaluated && !metrics.isEmpty()) {
      body.append('\n').append(table(metrics, evaluatedOn));
    }
    List<String> missing = new ArrayList<>();
    if (!evaluated && metrics.isEmpty()) {
      missing.add("metrics");
    }
    if (!TRAINING.matcher(card).find()) {
      missing.add("training data");
    }
    String matter = frontMatter(front, repository, crossEncoder, metrics, evaluatedOn);
    return new PublishedCard(FENCE + matter + FENCE + body, missing);
  }

  private static void addUsage(StringBuilder body, String repository, boolean crossEncoder) {
    String type = crossEncoder ? "CrossEncoder" : "SentenceTransformer";
    if (body.indexOf("import " + type) < 0) {
      body.append("\n## Usage in Python\n\n```python\n")
          .append("from sentence_transformers import " + type + "\n\n")
          .append("model = " + type + "(\"" + repository + "\")\n")
          .append(
              crossEncoder
                  ? "scores = model.predict([(\"A sentence.\", \"Another one.\")])\n"
                  : "embeddings = model.encode([\"A sentence.\", \"Another one.\"])\n")
          .append("```\n");
    }
    String javaType = crossEncoder ? "CrossEncoder" : "SentenceEncoder";
    if (body.indexOf(javaType + ".load(") < 0) {
      body.append("\n## Usage in Java\n\n```java\n")
          .append("try (" + javaType + " encoder =\n")
          .append(
              "    " + javaType + ".load(\"" + repository + "\", EncoderOptions.defaults())) {\n")
          .append(
              crossEncoder
                  ? "  float[] scores = encoder.scores(List.of(new TextPair(\"A sentence.\","
                      + " \"Another one.\")));\n"
                  : "  float[][] embeddings ="
                      + " encoder.encode(List.of(\"A sentence.\", \"Another one.\"));\n")
          .append("}\n```\n");
    }
  }

  private static String table(List<Value> metrics, String evaluatedOn) {
    StringBuilder table = new StringBuilder("## Evaluation\n\n");
    if (!evaluatedOn.isBlank()) {
      table.append(evaluatedOn).append("\n\n");
    }
    table.append("| measure | value | 95 % interval |\n| --- | --- | --- |\n");
    for (Value metric : metrics) {
      String interval =
          Double.isNaN(metric.low()) || Double.isNaN(metric.high())
              ? ""
              : "[%s, %s]".formatted(number(metric.low()), number(metric.high()));
      table.append(
          "| %s | %s | %s |\n".formatted(metric.label(), number(metric.value()), interval));
    }
    return table.toString();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String frontMatter(
      String front,
      String repository,
      boolean crossEncoder,
      List<Value> metrics,
      String evaluatedOn) {
    StringBuilder matter = new StringBuilder(front);
    if (!front.contains("library_name:")) {
      matter.append("library_name: sentence-transformers\n");
    }
    if (!front.contains("pipeline_tag:")) {
      matter.append(
          "pipeline_tag: " + (crossEncoder ? "text-ranking" : "sentence-similarity") + "\n");
    }
    if (!front.contains("tags:")) {
      matter.append("tags:\n  - sentence-transformers\n  - silverspark\n");
    }
    if (!front.contains("model-index:") && !metrics.isEmpty()) {
      matter.append(modelIndex(repository, crossEncoder, metrics, evaluatedOn));
    }
    return matter.toString();
  }

  /** Evaluation results in the layout that the Hub shows beside a model. */
  private static String modelIndex(
      String repository, boolean crossEncoder, List<Value> metrics, String evaluatedOn) {
    String values =
        metrics.stream()
            .map(
                metric ->
                    "          - type: %s\n            value: %s\n            name: %s\n"
                        .formatted(
                            metric.id(), number(metric.value()), HubHttp.quoted(metric.label())))
            .collect(Collectors.joining());
    return """
    model-index:
      - name: %s
        results:
          - task:
              type: %s
            dataset:
              type: silverspark
              name: %s
            metrics:
    %s\
    """
        .formatted(
            repository,
            crossEncoder ? "text-ranking" : "sentence-similarity",
            HubHttp.quoted(evaluatedOn.isBlank() ? "SilverSpark evaluation" : evaluatedOn),
            values);
  }

  /**
   * A measured value on a model card.
   *
   * @param id for machines, such as {@code sts_spearman}
   * @param label for people, such as {@code STS Spearman}
   * @param value a fraction
   * @param low of its 95 % interval; NaN if there is none
   * @param high of its 95 % interval; NaN if there is none
   */
  public record Value(String id, String label, double value, double low, double high) {}
}
