package io.silverspark.udfs.ml;

import io.silverspark.udfs.columns.PairScoring;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Scores pairs of texts with a cross-encoder, as a stage of a pipeline: one float from 0 to 1 per
 * row.
 */
public final class PairScorer extends EncodingStage<PairScorer> {
  private final Param<String> firstCol;
  private final Param<String> secondCol;
  private final Param<String> matchClass;

  /** A stage with a uid of its own. */
  public PairScorer() {
    this(Identifiable$.MODULE$.randomUID("pairScorer"));
  }

  /** A stage with a given uid. */
  public PairScorer(String uid) {
    super(uid, "score");
    this.firstCol =
        new Param<>(this, "firstCol", "column of first texts", ParamChecks.notBlank("firstCol"));
    this.secondCol =
        new Param<>(this, "secondCol", "column of second texts", ParamChecks.notBlank("secondCol"));
    this.matchClass =
        new Param<>(
            this,
            "matchClass",
            "name or number of the class whose probability is the score; empty = the one that the"
                + " model's id2label names, such as entailment");
    setDefault(matchClass, "");
    setDefault(firstCol, "first_text");
    setDefault(secondCol, "second_text");
  }

  @Override
  PairScorer self() {
    return this;
  }

  /** Adds the output column; lazy. */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    return PairScoring.scorePairs(
        dataset.toDF(),
        getFirstCol(),
        getSecondCol(),
        getOutputCol(),
        spec().withMatchClass(getMatchClass()));
  }

  /**
   * The schema with the output column.
   *
   * @throws io.silverspark.model.error.UserException if an input column is missing or of another
   *     type, or the output column exists
   */
  @Override
  public StructType transformSchema(StructType schema) {
    ParamChecks.requireText(this, schema, getFirstCol());
    ParamChecks.requireText(this, schema, getSecondCol());
    ParamChecks.requireFree(this, schema, getOutputCol());
    return schema.add(getOutputCol(), DataTypes.FloatType, true);
  }

  /** For {@code Pipeline.load} and {@link #load}. */
  public static MLReader<PairScorer> read() {
    return new StageReader<>();
  }

  /** Loads what {@code save} wrote. */
  public static PairScorer load(String path) {
    return read().load(path);
  }

  /** Column of first texts; default first_text. */
  public Param<String> firstCol() {
    return firstCol;
  }

  /** Column of second texts; default second_text. */
  public Param<String> secondCol() {
    return secondCol;
  }

  /** Class whose probability is the score; default empty, the one that the names tell. */
  public Param<String> matchClass() {
    return matchClass;
  }

  /** The value of {@link #firstCol()}. */
  public String getFirstCol() {
    return getOrDefault(firstCol);
  }

  /** The value of {@link #secondCol()}. */
  public String getSecondCol() {
    return getOrDefault(secondCol);
  }

  /** Sets {@link #firstCol()}. */
  public PairScorer setFirstCol(String value) {
    set(firstCol, value);
    return this;
  }

  /** Sets {@link #secondCol()}. */
  public PairScorer setSecondCol(String value) {
    set(secondCol, value);
    return this;
  }

  /** The value of {@link #matchClass()}. */
  public String getMatchClass() {
    return getOrDefault(matchClass);
  }

  /** Sets {@link #matchClass()}. */
  public PairScorer setMatchClass(String value) {
    set(matchClass, value);
    return this;
  }
}
