package io.silverspark.udfs.search;

import static org.apache.spark.sql.functions.col;

import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.columns.Columns;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Similarity of given pairs of ids. */
public final class VectorPairs {
  private static final StructType RESULT =
      new StructType()
          .add("query_id", DataTypes.LongType, false)
          .add("corpus_id", DataTypes.LongType, false)
          .add("score", DataTypes.FloatType, false);

  private VectorPairs() {}

  /**
   * Scores pairs, with the bits that {@link SemanticSearch} would give them.
   *
   * @param pairs columns {@code query_id} and {@code corpus_id}
   * @param queries columns {@code id} and {@code embedding} of the first of each pair
   * @param corpus the same of the second
   * @param similarity of the vectors as they are
   * @return (query_id, corpus_id, score)
   */
  public static Dataset<Row> scored(
      Dataset<Row> pairs, Dataset<Row> queries, Dataset<Row> corpus, VectorSimilarity similarity) {
    Dataset<Row> left =
        queries.select(col("id").as("left_id"), col("embedding").as("left_embedding"));
    Dataset<Row> right =
        corpus.select(col("id").as("right_id"), col("embedding").as("right_embedding"));
    return pairs
        .select("query_id", "corpus_id")
        .join(left, col("query_id").equalTo(col("left_id")), "left")
        .join(right, col("corpus_id").equalTo(col("right_id")), "left")
        .select("query_id", "corpus_id", "left_embedding", "right_embedding")
        .map((MapFunction<Row, Row>) row -> score(row, similarity), Encoders.row(RESULT));
  }

  private static Row score(Row row, VectorSimilarity similarity) {
    long query = row.getLong(0);
    long corpus = row.getLong(1);
    float score = similarity.between(Columns.vector(row, 2, query), Columns.vector(row, 3, corpus));
    return RowFactory.create(query, corpus, score);
  }
}
