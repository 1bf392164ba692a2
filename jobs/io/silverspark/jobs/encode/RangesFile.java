package io.silverspark.jobs.encode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.files.SmallFile;
import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.encoder.LongTexts;
import io.silverspark.model.error.UserException;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.HadoopModels;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Ranges of embeddings beside a table of quantised ones, with the model that they belong to. JSON:
 * {@code model}, {@code fingerprint}, {@code layers}, {@code truncateDim}, {@code longTexts},
 * {@code texts}, {@code minimum} and {@code maximum}.
 *
 * @param path local or on a file system that Hadoop knows
 * @param hadoop how to reach the latter
 */
record RangesFile(String path, Supplier<Configuration> hadoop) {
  private static final String LONG_TEXTS = "longTexts";
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** The file of an output: beside it, so that a table that is written again keeps its ranges. */
  static String beside(String output) {
    return output.replaceFirst("/+$", "") + ".ranges.json";
  }

  /**
   * The file where Spark looks for a path without scheme, which need not be this machine.
   *
   * @throws UserException if there is no such file system
   */
  static RangesFile ofSpark(String path, Configuration hadoop) {
    try {
      Path given = new Path(path);
      return new RangesFile(
          given.getFileSystem(hadoop).makeQualified(given).toString(), () -> hadoop);
    } catch (IOException e) {
      throw new UserException(path + " cannot be reached: " + e, e);
    }
  }

  /**
   * Reads the ranges.
   *
   * @param spec model that they have to belong to
   * @return empty if there is no such file
   * @throws UserException if it is no such file, or of another model
   */
  Optional<EmbeddingRanges> read(EncodeSpec spec) {
    Optional<JsonNode> content = content();
    content.ifPresent(json -> requireModel(json, spec));
    return content.map(json -> ranges(json));
  }

  /**
   * Writes the ranges.
   *
   * @param spec model that gave the embeddings
   * @param texts how many were embedded
   */
  void write(EmbeddingRanges ranges, EncodeSpec spec, int texts) {
    ObjectNode json = JSON.createObjectNode();
    json.put("model", spec.model());
    json.put("fingerprint", ModelFingerprint.of(spec.model()));
    json.put("layers", spec.layers());
    json.put("truncateDim", spec.truncateDim());
    json.put(LONG_TEXTS, spec.longTexts().toString());
    json.put("texts", texts);
    json.set("minimum", JSON.valueToTree(ranges.minimum()));
    json.set("maximum", JSON.valueToTree(ranges.maximum()));
    String text = json + "\n";
    if (!HadoopModels.isRemote(path)) {
      AtomicWrite.file(local(), text);
      return;
    }
    try {
      Path file = new Path(path);
      SmallFile.write(file.getFileSystem(hadoop.get()), file, text);
    } catch (IOException e) {
      throw new UserException(path + " cannot be written: " + e, e);
    }
  }

  private Optional<JsonNode> content() {
    try (InputStream in = open()) {
      return Optional.of(JSON.readTree(in));
    } catch (NoSuchFileException | FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new UserException(
          "%s is not valid JSON: %s".formatted(path, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UserException(path + " cannot be read: " + e, e);
    }
  }

  private InputStream open() throws IOException {
    if (!HadoopModels.isRemote(path)) {
      return Files.newInputStream(local());
    }
    Path file = new Path(path);
    return file.getFileSystem(hadoop.get()).open(file);
  }

  private java.nio.file.Path local() {
    return java.nio.file.Path.of(
        path.startsWith("file:") ? new Path(path).toUri().getPath() : path);
  }

  /** A directory may have moved, so its content counts; other models are known by their name. */
  private void requireModel(JsonNode json, EncodeSpec spec) {
    String then = json.path("fingerprint").asText();
    String now = ModelFingerprint.of(spec.model());
    boolean byContent = !then.isEmpty() && !now.isEmpty();
    if (byContent ? !then.equals(now) : !json.path("model").asText().equals(spec.model())) {
      throw other("model", json.path("model").asText(), spec.model(), byContent);
    }
    requireSame(json, "layers", spec.layers());
    requireSame(json, "truncateDim", spec.truncateDim());
    String rule = json.path(LONG_TEXTS).asText(LongTexts.CUT.toString());
    if (!rule.equals(spec.longTexts().toString())) {
      throw other(LONG_TEXTS, rule, spec.longTexts().toString(), false);
    }
  }

  private void requireSame(JsonNode json, String key, int now) {
    if (json.path(key).asInt(-1) != now) {
      throw other(key, json.path(key).asText(), String.valueOf(now), false);
    }
  }

  private UserException other(String key, String then, String now, boolean byContent) {
    return new UserException(
        ("%s has the ranges of %s '%s', now it is '%s'%s; name another file by --ranges, or delete"
                + " this one and write the whole output again")
            .formatted(path, key, then, now, byContent ? " with other content" : ""));
  }

  private EmbeddingRanges ranges(JsonNode json) {
    try {
      return new EmbeddingRanges(numbers(json, "minimum"), numbers(json, "maximum"));
    } catch (IllegalArgumentException e) {
      throw new UserException("%s holds no ranges: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static float[] numbers(JsonNode json, String key) {
    JsonNode array = json.path(key);
    float[] numbers = new float[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).isNumber() ? array.get(i).floatValue() : Float.NaN;
    }
    return numbers;
  }
}
