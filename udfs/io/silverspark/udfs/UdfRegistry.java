package io.silverspark.udfs;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * Registers {@code embed}, {@code similarity} and {@code score_pair} as functions of one session.
 * Where the configuration can be set before the session starts, {@link SilverSparkCatalog} needs no
 * call at all.
 */
public final class UdfRegistry {
  private static final String PREFIX = "spark.silverspark.";

  private UdfRegistry() {}

  /** Registers {@code embed(text)} and {@code similarity(text, text)} with a sentence encoder. */
  public static void register(SparkSession spark, EncodeSpec encoder) {
    spark.udf().register("embed", new EmbedUdf(encoder), Columns.VECTOR);
    spark.udf().register("similarity", new SimilarityUdf(encoder), DataTypes.FloatType);
  }

  /** Registers all three, {@code score_pair(text, text)} with a cross-encoder. */
  public static void register(SparkSession spark, EncodeSpec encoder, EncodeSpec crossEncoder) {
    register(spark, encoder);
    spark.udf().register("score_pair", new ScorePairUdf(crossEncoder), DataTypes.FloatType);
  }

  /** The settings {@code spark.silverspark.model} and so on of the active session. */
  static FunctionModels sessionModels() {
    SparkSession spark = SparkSession.active();
    Map<String, String> settings = new HashMap<>();
    for (String key : FunctionModels.KEYS) {
      String value = spark.conf().get(PREFIX + key, "");
      if (!value.isEmpty()) {
        settings.put(key, value);
      }
    }
    return new FunctionModels(PREFIX, settings);
  }
}
