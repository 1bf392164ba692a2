package io.silverspark.udfs.ml;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import scala.Function1;

/**
 * The params of a stage, declared one after the other: name, default, meaning, check. Everything
 * else that lists them is made from this table: {@code params()} and the Python class.
 */
final class ParamTable implements Serializable {
  private static final long serialVersionUID = 1;

  private final Params stage;

  @SuppressWarnings("serial") // lists of the JDK are serializable
  private final List<Param<?>> params = new ArrayList<>();

  /** An empty table of a stage that has its uid. */
  ParamTable(Params stage) {
    this.stage = stage;
  }

  Param<String> text(
      String name, String byDefault, String meaning, Function1<String, Object> check) {
    Param<String> param = text(name, meaning, check);
    stage.setDefault(param, byDefault);
    return param;
  }

  /** A text that the user must give. */
  Param<String> text(String name, String meaning, Function1<String, Object> check) {
    return added(new Param<>(stage, name, meaning, check));
  }

  IntParam wholeNumber(
      String name, int byDefault, String meaning, Function1<Object, Object> check) {
    IntParam param = added(new IntParam(stage, name, meaning, check));
    stage.setDefault(param, byDefault);
    return param;
  }

  LongParam longNumber(String name, long byDefault, String meaning) {
    LongParam param = added(new LongParam(stage, name, meaning));
    stage.setDefault(param, byDefault);
    return param;
  }

  DoubleParam number(
      String name, double byDefault, String meaning, Function1<Object, Object> check) {
    DoubleParam param = added(new DoubleParam(stage, name, meaning, check));
    stage.setDefault(param, byDefault);
    return param;
  }

  BooleanParam flag(String name, boolean byDefault, String meaning) {
    BooleanParam param = added(new BooleanParam(stage, name, meaning));
    stage.setDefault(param, byDefault);
    return param;
  }

  private <T extends Param<?>> T added(T param) {
    params.add(param);
    return param;
  }

  /** All of them, by name, as Spark lists them. */
  Param<?>[] all() {
    return params.stream()
        .sorted((one, other) -> one.name().compareTo(other.name()))
        .toArray(Param<?>[]::new);
  }
}
