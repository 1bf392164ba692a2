package io.silverspark.udfs;

import io.silverspark.model.encoder.SentenceEncoder;
import org.apache.spark.sql.api.java.UDF2;

/** {@code similarity(text, text)}: cosine of the embeddings, -1 to 1, as float. */
public final class SimilarityUdf implements UDF2<Object, Object, Float> {
  private final TaskModel<SentenceEncoder> model;

  /** With the models of the active session's settings {@code spark.silverspark.*}. */
  public SimilarityUdf() {
    this(UdfRegistry.sessionModels().encoder("similarity"));
  }

  /** With a given model. */
  public SimilarityUdf(EncodeSpec spec) {
    this.model = TaskModel.sentenceEncoder(ShippedModel.of(spec));
  }

  @Override
  public Float call(Object first, Object second) {
    return TextFunctions.similarity(
        model, TextFunctions.text("similarity", first), TextFunctions.text("similarity", second));
  }
}
