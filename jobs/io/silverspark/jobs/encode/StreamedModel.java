package io.silverspark.jobs.encode;

import io.silverspark.jobs.stream.StreamNotes;
import io.silverspark.model.encoder.LongTexts;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
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
   * @throws io.silverspark.model.error.UserException if the checkpoint belongs to another model,
   *     other options or column
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
    Map<String, String> untold = new HashMap<>(UNTOLD);
    untold.put(PRECISION, spec.precision().title());
    new StreamNotes(
            checkpoint, FILE, "embeddings of the two are not comparable: choose a new --output")
        .claim(spark, now, untold);
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
}
