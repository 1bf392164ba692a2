package io.silverspark.model.training;

import java.util.Arrays;
import java.util.function.IntFunction;

/** The labels of a batch of lists as losses take them. */
final class ListLabels {
  private ListLabels() {}

  /**
   * The number of the query within the batch, then the label, for each document.
   *
   * @param queries of the batch
   * @param labels of the documents of a query
   */
  static float[] of(int[] queries, IntFunction<float[]> labels) {
    float[][] byQuery = Arrays.stream(queries).mapToObj(labels).toArray(float[][]::new);
    float[] batch = new float[2 * Arrays.stream(byQuery).mapToInt(own -> own.length).sum()];
    int next = 0;
    for (int query = 0; query < byQuery.length; query++) {
      for (float label : byQuery[query]) {
        batch[next++] = query;
        batch[next++] = label;
      }
    }
    return batch;
  }
}
