package io.silverspark.jobs.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.jobs.files.TextFile;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The texts and pairs that are measured.
 *
 * @param texts at least one
 * @param pairs at least one; the scores do not matter for speed
 */
record Workload(List<String> texts, List<ScoredPair> pairs) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int GRADES = 6;

  Workload {
    texts = List.copyOf(texts);
    pairs = List.copyOf(pairs);
  }

  /**
   * Reads both files.
   *
   * @param texts .txt or .jsonl with the field {@code text}; null: the sentences of the pairs, each
   *     once
   * @param pairs .jsonl with the fields {@code sentence1}, {@code sentence2} and, if there is one,
   *     {@code score} from 0 to 5
   * @throws UserException if a file is missing, empty or malformed
   */
  static Workload read(Path texts, Path pairs) {
    List<ScoredPair> read = pairs(pairs);
    return new Workload(texts == null ? sentences(read) : texts(texts), read);
  }

  private static List<String> sentences(List<ScoredPair> pairs) {
    return pairs.stream()
        .flatMap(pair -> Stream.of(pair.first(), pair.second()))
        .distinct()
        .toList();
  }

  private static List<String> texts(Path file) {
    try (TextFile texts = TextFile.open(file, "text")) {
      return texts.next(Integer.MAX_VALUE);
    }
  }

  private static List<ScoredPair> pairs(Path file) {
    List<ScoredPair> pairs = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        pairs.add(pair(JSON.readTree(line), file, pairs.size()));
      }
    } catch (JsonProcessingException e) {
      throw new UserException(
          "%s, line %d: not a JSON object".formatted(file, pairs.size() + 1), e);
    } catch (IOException e) {
      throw new UserException(file + " is missing or is not UTF-8. --pairs names the file.", e);
    }
    if (pairs.isEmpty()) {
      throw new UserException(file + " is empty, expected one pair per line.");
    }
    return pairs;
  }

  /** A pair without a score gets a grade by its line: a loss refuses grades that are all equal. */
  private static ScoredPair pair(JsonNode object, Path file, int index) {
    if (!object.path("sentence1").isTextual() || !object.path("sentence2").isTextual()) {
      throw new UserException(
          "%s, line %d: expected the fields sentence1 and sentence2.".formatted(file, index + 1));
    }
    double grade = object.path("score").asDouble(index % GRADES);
    float score = (float) grade / (GRADES - 1);
    return new ScoredPair(
        object.path("sentence1").textValue(), object.path("sentence2").textValue(), score);
  }
}
