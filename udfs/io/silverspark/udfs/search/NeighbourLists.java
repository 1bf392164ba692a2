package io.silverspark.udfs.search;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What a {@link NeighbourSearch} found; computed when used, and again each time it is used. */
public final class NeighbourLists {
  static final String QUERY = "query_id";
  static final String CORPUS = "corpus_id";
  static final String SCORE = "score";
  private static final StructType NEIGHBOUR =
      new StructType()
          .add(CORPUS, DataTypes.LongType, false)
          .add(SCORE, DataTypes.FloatType, false);

  private final SparkSession spark;
  private final JavaRDD<Selections> blocks;

  NeighbourLists(SparkSession spark, JavaRDD<Selections> blocks) {
    this.spark = spark;
    this.blocks = blocks;
  }

  /** One row per neighbour: {@link SemanticSearch#RESULT}, rank from 1. */
  public Dataset<Row> rows() {
    return spark.createDataFrame(blocks.flatMap(Selections::rows), SemanticSearch.RESULT);
  }

  /**
   * One row per query, without another shuffle.
   *
   * @param name of the column of neighbours
   * @return (query_id, array of (corpus_id, score), best first)
   */
  public Dataset<Row> grouped(String name) {
    StructType schema =
        new StructType()
            .add(QUERY, DataTypes.LongType, false)
            .add(name, DataTypes.createArrayType(NEIGHBOUR, false), false);
    return spark.createDataFrame(blocks.flatMap(Selections::grouped), schema);
  }
}
