package io.silverspark.udfs;

import io.silverspark.udfs.sql.TableFunction;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import scala.Option;
import scala.Tuple3;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Table functions for SQL, batched inside, in every session of an application:
 *
 * <pre>{@code
 * spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension,io.silverspark.udfs.SilverSparkExtensions
 *
 * CREATE TABLE embedded AS SELECT * FROM embed_table('docs', 'text');
 * SELECT * FROM score_table('pairs', 'a', 'b');
 * SELECT * FROM top_k_table('questions', 'docs', 10);
 * }</pre>
 *
 * <p>A session that is open already gets them by {@link UdfRegistry#registerTableFunctions}. The
 * models are those of {@link SilverSparkCatalog}'s settings.
 */
public final class SilverSparkExtensions
    extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  /** Spark makes it by its name. */
  public SilverSparkExtensions() {}

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (TableFunction function : TableFunction.values()) {
      extensions.injectTableFunction(
          new Tuple3<>(
              new FunctionIdentifier(function.sqlName(), Option.empty()),
              function.info(),
              function.builder()));
    }
    return BoxedUnit.UNIT;
  }
}
