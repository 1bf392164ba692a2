package io.silverspark.udfs;

import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.sql.FunctionModels;
import io.silverspark.udfs.sql.TableFunction;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * Registers {@code embed}, {@code similarity} and {@code score_pair} as functions of one session.
 * Where the configuration can be set before the session starts, {@link SilverSparkCatalog} needs no
 * call at all.
 */
public final class UdfRegistry {
  private static final String DEFAULT_CATALOG = "ml";

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

  /**
   * Registers the table functions {@code embed_table}, {@code score_table} and {@code top_k_table}
   * in a session that is open already; see {@link SilverSparkExtensions}.
   */
  public static void registerTableFunctions(SparkSession spark) {
    for (TableFunction function : TableFunction.values()) {
      spark
          .sessionState()
          .tableFunctionRegistry()
          .createOrReplaceTempFunction(function.sqlName(), function.builder(), "java_udf");
    }
  }

  /**
   * Makes SQL ready in a session that is open already: the catalog {@code ml} with these models,
   * and the table functions. The same as the settings that {@link SilverSparkCatalog} and {@link
   * SilverSparkExtensions} name, for those who cannot set them before the session starts.
   *
   * @param settings by key: {@code model}, {@code cross-model}, {@code layers} and so on
   * @throws io.silverspark.model.error.UserException if a key is unknown
   */
  public static void registerSql(SparkSession spark, Map<String, String> settings) {
    String prefix = FunctionModels.CATALOGS + DEFAULT_CATALOG;
    new FunctionModels(prefix + ".", settings);
    spark.conf().set(prefix, SilverSparkCatalog.class.getName());
    settings.forEach((key, value) -> spark.conf().set(prefix + "." + key, value));
    registerTableFunctions(spark);
  }
}
