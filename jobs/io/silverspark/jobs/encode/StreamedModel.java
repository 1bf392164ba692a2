package io.silverspark.jobs.encode;

import io.silverspark.model.encoder.LongTexts;
import io.silverspark.model.error.UserException;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The model that a stream of embeddings began with, kept beside its checkpoint: embeddings of two
 * models in one table would compare as nonsense, without any error.
 */
final class StreamedModel {
  private static final String PRECISION = "precision";
  private static final String TRUNCATE_DIM = "truncateDim";
  private static final String OUTPUT_PRECISION = "outputPrecision";
  private static final String LONG_TEXTS = "longTexts";
  private static final String FILE = "silverspark-model.properties";

  /** What a checkpoint of an earlier version does not tell. */
  private static final Map<String, String> UNTOLD =
      Map.of(
          "prompt",
          Prompt.DEFAULT.toString(),
          TRUNCATE_DIM,
          "0",
          OUTPUT_PRECISION,
          EmbeddingPrecision.FLOAT32.title(),
          LONG_TEXTS,
          LongTexts.CUT.toString());

  private StreamedModel() {}

  /**
   * Notes the model at the first run and compares it at every further one.
   *
   * @throws UserException if the checkpoint belongs to another model, other options or column
   */
  static void claim(
      SparkSession spark,
      String checkpoint,
      EncodeSpec spec,
      String column,
      OutputQuantization quantization) {
    Properties now = identity(spec, column);
    now.setProperty(OUTPUT_PRECISION, quantization.precision().title());
    now.setProperty("ranges", quantization.rangesId());
    Path file = new Path(checkpoint, FILE);
    try {
      FileSystem files = file.getFileSystem(spark.sessionState().newHadoopConf());
      if (files.exists(file)) {
        compare(read(files, file), now, checkpoint);
      } else {
        write(files, file, now);
      }
    } catch (IOException e) {
      throw new UserException("checkpoint " + checkpoint + " cannot be used: " + e, e);
    }
  }

  private static Properties identity(EncodeSpec spec, String column) {
    Properties identity = new Properties();
    identity.setProperty("model", spec.model());
    identity.setProperty("fingerprint", ModelFingerprint.of(spec.model()));
    identity.setProperty(PRECISION, spec.precision().title());
    identity.setProperty("layers", String.valueOf(spec.layers()));
    identity.setProperty("maxSeqLength", String.valueOf(spec.maxSequenceLength()));
    identity.setProperty(TRUNCATE_DIM, String.valueOf(spec.truncateDim()));
    identity.setProperty("column", column);
    identity.setProperty("prompt", spec.prompt().toString());
    identity.setProperty(LONG_TEXTS, spec.longTexts().toString());
    return identity;
  }

  private static void compare(Properties then, Properties now, String checkpoint) {
    for (String key : new TreeSet<>(now.stringPropertyNames())) {
      String unsaid = key.equals(PRECISION) ? now.getProperty(key) : UNTOLD.getOrDefault(key, "");
      String before = then.getProperty(key, unsaid);
      if (!before.equals(now.getProperty(key))) {
        throw new UserException(
            ("%s was started with %s '%s', now it is '%s'; embeddings of the two are not"
                    + " comparable: choose a new --output")
                .formatted(checkpoint, key, before, now.getProperty(key)));
      }
    }
  }

  private static Properties read(FileSystem files, Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = new InputStreamReader(files.open(file), StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    return properties;
  }

  private static void write(FileSystem files, Path file, Properties properties) throws IOException {
    StringWriter text = new StringWriter();
    properties.store(text, "what this stream of embeddings is made with");
    SmallFile.write(files, file, text.toString());
  }
}
