package io.silverspark.udfs.sql;

import io.silverspark.model.error.UserException;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.sql.TextFunction.Argument;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** {@code similarity(array<float>, array<float>)} of stored embeddings; loads no model. */
public final class VectorSimilarityFunction implements ScalarFunction<Float> {
  private final VectorSimilarity similarity;

  /** The function by a similarity. */
  public VectorSimilarityFunction(VectorSimilarity similarity) {
    this.similarity = similarity;
  }

  @Override
  public Float produceResult(InternalRow arguments) {
    if (arguments.isNullAt(0) || arguments.isNullAt(1)) {
      return null;
    }
    float[] first = arguments.getArray(0).toFloatArray();
    float[] second = arguments.getArray(1).toFloatArray();
    if (first.length != second.length) {
      throw new UserException(
          "similarity of embeddings with %d and %d components: they are of different models"
              .formatted(first.length, second.length));
    }
    return similarity.between(first, second);
  }

  @Override
  public DataType[] inputTypes() {
    return TextFunction.types(Argument.VECTOR, Argument.VECTOR);
  }

  @Override
  public DataType resultType() {
    return DataTypes.FloatType;
  }

  @Override
  public String name() {
    return "similarity";
  }

  @Override
  public String canonicalName() {
    return "silverspark.similarity(vectors, " + similarity + ")";
  }
}
