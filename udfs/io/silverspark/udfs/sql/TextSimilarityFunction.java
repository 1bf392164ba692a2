package io.silverspark.udfs.sql;

import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ShippedModel;
import io.silverspark.udfs.serving.TaskModel;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * {@code similarity(string, string)}. A null argument gives null, so there is no primitive invoke.
 */
public final class TextSimilarityFunction implements ScalarFunction<Float> {
  private final TaskModel<SentenceEncoder> model;
  private final VectorSimilarity similarity;
  private final int maxActiveDims;

  /**
   * The function by a sentence encoder and the similarity of its vectors.
   *
   * @param maxActiveDims dimensions of a sparse encoder's vectors that are kept; 0: all
   */
  public TextSimilarityFunction(EncodeSpec spec, VectorSimilarity similarity, int maxActiveDims) {
    this.model = TaskModel.sentenceEncoder(ShippedModel.of(spec));
    this.similarity = similarity;
    this.maxActiveDims = maxActiveDims;
  }

  @Override
  public Float produceResult(InternalRow arguments) {
    return TextFunctions.similarity(
        model, similarity, maxActiveDims, text(arguments, 0), text(arguments, 1));
  }

  static String text(InternalRow arguments, int position) {
    UTF8String text = arguments.isNullAt(position) ? null : arguments.getUTF8String(position);
    return text == null ? null : text.toString();
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
    return "similarity";
  }

  @Override
  public String canonicalName() {
    return "silverspark.similarity("
        + model.spec()
        + ", "
        + similarity
        + ", "
        + maxActiveDims
        + ")";
  }
}
