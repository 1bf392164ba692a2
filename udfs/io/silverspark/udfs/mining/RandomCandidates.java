package io.silverspark.udfs.mining;

import io.silverspark.model.mining.HardNegativeMiner;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Texts drawn at random for each anchor, of which easy negatives are chosen. */
final class RandomCandidates {
  private RandomCandidates() {}

  /**
   * Draws texts for each anchor.
   *
   * @param anchors column id
   * @param corpus column id of the texts, distinct
   * @return columns query_id and corpus_id, without repeats; computed when used
   */
  static Dataset<Row> draw(Dataset<Row> anchors, Dataset<Row> corpus, HardNegativeMiner miner) {
    long[] ids =
        corpus.as(Encoders.LONG()).collectAsList().stream()
            .mapToLong(Long::longValue)
            .sorted()
            .toArray();
    Broadcast<long[]> shared =
        JavaSparkContext.fromSparkContext(anchors.sparkSession().sparkContext()).broadcast(ids);
    StructType schema =
        new StructType()
            .add(DistributedHardNegativeMiner.QUERY, DataTypes.LongType)
            .add(DistributedHardNegativeMiner.CORPUS, DataTypes.LongType);
    return anchors.flatMap(
        (FlatMapFunction<Row, Row>) row -> draws(row.getLong(0), shared.value(), miner),
        Encoders.row(schema));
  }

  private static Iterator<Row> draws(long anchor, long[] corpus, HardNegativeMiner miner) {
    return IntStream.of(miner.easyCandidates(anchor, corpus.length))
        .distinct()
        .mapToLong(row -> corpus[row])
        .filter(id -> id != anchor)
        .mapToObj(id -> RowFactory.create(anchor, id))
        .iterator();
  }
}
