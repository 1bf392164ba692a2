package io.silverspark.udfs.sql;

import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.udfs.sql.TextFunction.Argument;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** {@code similarity(struct, struct)} of stored vectors of a sparse encoder; loads no model. */
public final class SparseSimilarityFunction implements ScalarFunction<Float> {
  private final Similarity similarity;

  /** The function by a similarity. */
  public SparseSimilarityFunction(Similarity similarity) {
    this.similarity = similarity;
  }

  @Override
  public Float produceResult(InternalRow arguments) {
    if (arguments.isNullAt(0) || arguments.isNullAt(1)) {
      return null;
    }
    return (float) vector(arguments, 0).similarity(similarity, vector(arguments, 1));
  }

  private static SparseVector vector(InternalRow arguments, int position) {
    InternalRow struct = arguments.getStruct(position, 2);
    return new SparseVector(struct.getArray(0).toIntArray(), struct.getArray(1).toFloatArray());
  }

  @Override
  public DataType[] inputTypes() {
    return TextFunction.types(Argument.SPARSE, Argument.SPARSE);
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
    return "silverspark.similarity(sparse vectors, " + similarity + ")";
  }
}
