package io.silverspark.model.loss;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the losses of the reference files from their case names and parameters. */
public final class ReferenceLosses {
  private static final Map<String, String> RENAMED =
      Map.of(
          "distance", "distanceMetric",
          "dims", "matryoshkaDims",
          "weights", "matryoshkaWeights",
          "num_labels", "numLabels");
  private static final Pattern INNER = Pattern.compile("(\\w+)(?: scale (\\d+))?");

  private ReferenceLosses() {}

  /**
   * The loss of a case.
   *
   * @param name such as {@code TripletLoss_cosine}; the first part is the class
   * @param params as in the file
   */
  public static SentenceLoss of(String name, JsonNode params) {
    String kind = name.split("_")[0];
    Map<String, String> given = new LinkedHashMap<>();
    params
        .properties()
        .forEach(
            entry ->
                given.put(
                    RENAMED.getOrDefault(entry.getKey(), entry.getKey()), text(entry.getValue())));
    given.remove("note");
    given.remove("concat");
    if (kind.equals("TripletLoss") && given.containsKey("margin")) {
      given.put("tripletMargin", given.remove("margin"));
    }
    distanceOfName(name, kind).ifPresent(distance -> given.put("distanceMetric", distance));
    if (name.endsWith("_gte")) {
      given.put("directions", "query_to_doc, query_to_query, doc_to_query, doc_to_doc");
    }
    return NamedLoss.of(kind.equals("MatryoshkaLoss") ? inner(name, given) : kind)
        .read(given)
        .create(null);
  }

  private static Optional<String> distanceOfName(String name, String kind) {
    boolean hasDistance = kind.contains("Triplet") || kind.contains("Contrastive");
    return !hasDistance || !name.contains("_")
        ? Optional.empty()
        : Optional.of(name.split("_")[1])
            .filter(part -> part.matches("cosine|euclidean|manhattan"));
  }

  private static String inner(String name, Map<String, String> given) {
    String inner = given.remove("inner");
    if (inner == null) {
      return name.contains("MNRL") ? "MultipleNegativesRankingLoss" : "CosineSimilarityLoss";
    }
    Matcher parts = INNER.matcher(inner);
    if (!parts.matches()) {
      throw new IllegalArgumentException("inner loss " + inner);
    }
    if (parts.group(2) != null) {
      given.put("scale", parts.group(2));
    }
    return parts.group(1);
  }

  private static String text(JsonNode value) {
    if (!value.isArray()) {
      return value.asText();
    }
    StringBuilder list = new StringBuilder();
    value.forEach(item -> list.append(list.isEmpty() ? "" : ", ").append(item.asText()));
    return list.toString();
  }
}
