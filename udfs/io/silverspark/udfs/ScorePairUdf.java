package io.silverspark.udfs;

import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ShippedModel;
import io.silverspark.udfs.serving.TaskModel;
import io.silverspark.udfs.sql.FunctionModels;
import io.silverspark.udfs.sql.TextFunctions;
import org.apache.spark.sql.api.java.UDF2;

/** {@code score_pair(text, text)}: the cross-encoder's score, 0 to 1, as float. */
public final class ScorePairUdf implements UDF2<Object, Object, Float> {
  private final TaskModel<CrossEncoder> model;

  /** With the models of the active session's settings {@code spark.silverspark.*}. */
  public ScorePairUdf() {
    this(FunctionModels.ofSession().crossEncoder("score_pair"));
  }

  /** With a given model. */
  public ScorePairUdf(EncodeSpec spec) {
    this.model = TaskModel.crossEncoder(ShippedModel.of(spec));
  }

  @Override
  public Float call(Object first, Object second) {
    return TextFunctions.scorePair(
        model, TextFunctions.text("score_pair", first), TextFunctions.text("score_pair", second));
  }
}
