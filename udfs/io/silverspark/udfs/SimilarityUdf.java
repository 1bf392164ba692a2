package io.silverspark.udfs;

import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ShippedModel;
import io.silverspark.udfs.serving.TaskModel;
import io.silverspark.udfs.sql.FunctionModels;
import io.silverspark.udfs.sql.TextFunctions;
import org.apache.spark.sql.api.java.UDF2;

/** {@code similarity(text, text)} of the embeddings, as the model says, as float. */
public final class SimilarityUdf implements UDF2<Object, Object, Float> {
  private final TaskModel<SentenceEncoder> model;
  private final VectorSimilarity similarity;
  private final int maxActiveDims;

  /** With the models of the active session's settings {@code spark.silverspark.*}. */
  public SimilarityUdf() {
    this(
        FunctionModels.ofSession().encoder("similarity"),
        FunctionModels.ofSession().similarity(),
        FunctionModels.ofSession().maxActiveDims());
  }

  /** With a given model, by its {@code similarity_fn_name}. */
  public SimilarityUdf(EncodeSpec spec) {
    this(spec, VectorSimilarity.of(ModelReference.settings(spec.model()).similarity()), 0);
  }

  private SimilarityUdf(EncodeSpec spec, VectorSimilarity similarity, int maxActiveDims) {
    this.model = TaskModel.sentenceEncoder(ShippedModel.of(spec));
    this.similarity = similarity;
    this.maxActiveDims = maxActiveDims;
  }

  @Override
  public Float call(Object first, Object second) {
    return TextFunctions.similarity(
        model,
        similarity,
        maxActiveDims,
        TextFunctions.text("similarity", first),
        TextFunctions.text("similarity", second));
  }
}
