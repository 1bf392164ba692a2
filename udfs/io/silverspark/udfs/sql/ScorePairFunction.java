package io.silverspark.udfs.sql;

import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ShippedModel;
import io.silverspark.udfs.serving.TaskModel;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * {@code score_pair(string, string)}. A null argument gives null, so there is no primitive invoke.
 */
public final class ScorePairFunction implements ScalarFunction<Float> {
  private final TaskModel<CrossEncoder> model;

  /** The function by a cross-encoder. */
  public ScorePairFunction(EncodeSpec spec) {
    this.model = TaskModel.crossEncoder(ShippedModel.of(spec));
  }

  @Override
  public Float produceResult(InternalRow arguments) {
    return TextFunctions.scorePair(
        model,
        TextSimilarityFunction.text(arguments, 0),
        TextSimilarityFunction.text(arguments, 1));
  }

  @Override
  public DataType[] inputTypes() {
    return TextFunction.types(TextFunction.Argument.TEXT, TextFunction.Argument.TEXT);
  }

  @Override
  public DataType resultType() {
    return DataTypes.FloatType;
  }

  @Override
  public String name() {
    return "score_pair";
  }

  @Override
  public String canonicalName() {
    return "silverspark.score_pair(" + model.spec() + ")";
  }
}
