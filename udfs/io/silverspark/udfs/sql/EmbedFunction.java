package io.silverspark.udfs.sql;

import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ShippedModel;
import io.silverspark.udfs.serving.TaskModel;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * {@code embed(string)}, {@code embed_query(string)} and {@code embed_document(string)}, which
 * differ in their prompt. Spark finds {@code invoke} by its name and calls it without boxing.
 */
public final class EmbedFunction implements ScalarFunction<ArrayData> {
  private final String name;
  private final TaskModel<SentenceEncoder> model;

  /** The function of a name, by a model and its prompt. */
  public EmbedFunction(String name, EncodeSpec spec) {
    this.name = name;
    this.model = TaskModel.sentenceEncoder(ShippedModel.of(spec));
  }

  /** The embedding of a text, or null for null. */
  public ArrayData invoke(UTF8String text) {
    return array(
        TextFunctions.embed(model, text == null ? null : text.toString(), model.spec().prompt()));
  }

  static ArrayData array(float[] vector) {
    return vector == null ? null : UnsafeArrayData.fromPrimitiveArray(vector);
  }

  @Override
  public DataType[] inputTypes() {
    return TextFunction.types(TextFunction.Argument.TEXT);
  }

  @Override
  public DataType resultType() {
    return Columns.VECTOR;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String canonicalName() {
    return "silverspark." + name + "(" + model.spec() + ")";
  }
}
