package io.silverspark.udfs;

import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ShippedModel;
import io.silverspark.udfs.serving.TaskModel;
import io.silverspark.udfs.sql.FunctionModels;
import io.silverspark.udfs.sql.TextFunctions;
import org.apache.spark.sql.api.java.UDF1;

/**
 * {@code embed(text)} as {@code array<float>} for {@code udf().register} and for {@code
 * registerJavaFunction} of PySpark. For many rows {@link TextEmbedding} is faster, because it
 * batches.
 */
public final class EmbedUdf implements UDF1<Object, float[]> {
  private final TaskModel<SentenceEncoder> model;

  /** With the models of the active session's settings {@code spark.silverspark.*}. */
  public EmbedUdf() {
    this(FunctionModels.ofSession().encoder("embed"));
  }

  /** With a given model. */
  public EmbedUdf(EncodeSpec spec) {
    this.model = TaskModel.sentenceEncoder(ShippedModel.of(spec));
  }

  @Override
  public float[] call(Object text) {
    return TextFunctions.embed(model, TextFunctions.text("embed", text), model.spec().prompt());
  }
}
