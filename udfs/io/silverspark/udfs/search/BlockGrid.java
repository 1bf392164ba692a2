package io.silverspark.udfs.search;

import io.silverspark.model.mining.BlockedSimilarity;
import io.silverspark.model.mining.TopK;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.PairFunction;
import scala.Tuple2;

/**
 * Blocks of queries against parts of a corpus: each cell of the grid is one task's work, and the
 * results of a row of cells are merged. No row is ever joined with a row, and the outcome does not
 * depend on how either side is cut.
 */
final class BlockGrid {
  private BlockGrid() {}

  /** Rows that travel and are searched together. */
  interface IdBlock extends Serializable {
    /** [rows], distinct. */
    long[] ids();
  }

  /**
   * A part of the corpus that can be searched on its own.
   *
   * @param <Q> kind of queries
   */
  interface Part<Q extends IdBlock> extends Serializable {
    /**
     * Offers rows of this part.
     *
     * @param excludeSelf leaves out the row with a query's own id
     * @param best one for each query, changed
     */
    void search(Q queries, boolean excludeSelf, List<TopK> best);
  }

  /**
   * Searches every part for every block.
   *
   * @param queries blocks that hold the same rows in the same order whenever they are computed
   * @param parts at least one partition; read once for each partition of queries, so stored
   * @return one element for each block of queries
   */
  static <Q extends IdBlock, P extends Part<Q>> JavaRDD<Selections> search(
      JavaRDD<Q> queries, JavaRDD<P> parts, boolean excludeSelf, int k) {
    PairFunction<Tuple2<Q, P>, Long, Selections> byBlock =
        pair -> new Tuple2<>(pair._1().ids()[0], cell(pair._1(), pair._2(), excludeSelf, k));
    return queries
        .cartesian(parts)
        .mapToPair(byBlock)
        .reduceByKey(Selections::merge, Math.max(1, queries.getNumPartitions()))
        .values();
  }

  static <Q extends IdBlock> Selections cell(Q queries, Part<Q> part, boolean excludeSelf, int k) {
    List<TopK> best = BlockedSimilarity.newSelections(queries.ids().length, k);
    part.search(queries, excludeSelf, best);
    return Selections.of(queries.ids(), k, best);
  }

  /** How many partitions give blocks of at most so many rows, most of them full. */
  static int partitions(long rows, int blockRows) {
    return Math.toIntExact(1 + rows * 21 / 20 / blockRows);
  }
}
