package io.silverspark.udfs.search;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.silverspark.model.mining.TopK;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The nearest rows found so far for a block of queries; {@code 12 * Q * k} bytes.
 *
 * @param queryIds [Q]
 * @param k most neighbours of a query
 * @param counts [Q] how many each query has
 * @param ids [Q * k], best first; those of query q from position {@code q * k}
 * @param scores [Q * k]
 */
@DefaultSerializer(JavaSerializer.class) // not by Kryo, which cannot read records
record Selections(long[] queryIds, int k, int[] counts, long[] ids, float[] scores)
    implements Serializable {

  /** What was selected; drains the selections. */
  static Selections of(long[] queryIds, int k, List<TopK> best) {
    Selections result = empty(queryIds, k);
    for (int query = 0; query < queryIds.length; query++) {
      result.counts[query] = best.get(query).drainTo(result.ids, result.scores, query * k);
    }
    return result;
  }

  private static Selections empty(long[] queryIds, int k) {
    int places = Math.multiplyExact(queryIds.length, k);
    return new Selections(
        queryIds, k, new int[queryIds.length], new long[places], new float[places]);
  }

  private void add(int query, long id, float score) {
    int place = query * k + counts[query]++;
    ids[place] = id;
    scores[place] = score;
  }

  /** The best of both, which hold the same queries and different rows. */
  Selections merge(Selections other) {
    if (!Arrays.equals(queryIds, other.queryIds)) {
      throw new IllegalStateException("blocks of different queries meet");
    }
    Selections result = empty(queryIds, k);
    for (int query = 0; query < queryIds.length; query++) {
      int mine = query * k;
      int theirs = query * k;
      int myEnd = mine + counts[query];
      int theirEnd = theirs + other.counts[query];
      while (result.counts[query] < k && (mine < myEnd || theirs < theirEnd)) {
        if (theirs == theirEnd || (mine < myEnd && isBetter(mine, other, theirs))) {
          result.add(query, ids[mine], scores[mine++]);
        } else {
          result.add(query, other.ids[theirs], other.scores[theirs++]);
        }
      }
    }
    return result;
  }

  /** Higher score first, then smaller id. */
  private boolean isBetter(int mine, Selections other, int theirs) {
    return scores[mine] > other.scores[theirs]
        || (scores[mine] == other.scores[theirs] && ids[mine] < other.ids[theirs]);
  }

  /** Rows (query_id, corpus_id, score, rank). */
  Iterator<Row> rows() {
    return IntStream.range(0, queryIds.length)
        .boxed()
        .flatMap(
            query ->
                IntStream.range(0, counts[query])
                    .mapToObj(
                        rank ->
                            RowFactory.create(
                                queryIds[query],
                                ids[query * k + rank],
                                scores[query * k + rank],
                                rank + 1)))
        .iterator();
  }

  /** Rows (query_id, array of (corpus_id, score)). */
  Iterator<Row> grouped() {
    return IntStream.range(0, queryIds.length)
        .mapToObj(query -> RowFactory.create(queryIds[query], neighbours(query)))
        .iterator();
  }

  private Row[] neighbours(int query) {
    return IntStream.range(query * k, query * k + counts[query])
        .mapToObj(place -> RowFactory.create(ids[place], scores[place]))
        .toArray(Row[]::new);
  }
}
