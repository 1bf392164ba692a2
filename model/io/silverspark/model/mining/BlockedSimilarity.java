package io.silverspark.model.mining;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Exact nearest neighbours by brute force over one corpus held in memory: the corpus is packed once
 * into transposed panels that fit the cache, each multiplied with blocks of queries, and every
 * query keeps its best k in a {@link TopK}. Memory: 4 bytes per component of the corpus and a few
 * megabytes. Immutable, serialisable in its packed form, and safe to share between threads; one
 * call uses one thread.
 *
 * <p>Scores are always the plain sum over the width, in order. Where the {@link ScoreBlocks} sums
 * in another order, its scores choose a few more than k candidates in this corpus, whose scores are
 * then computed again: the outcome is the same unless more than {@value #SPARE} rows tie with the
 * k-th up to rounding.
 */
public final class BlockedSimilarity implements Serializable {
  private static final int SPARE = 8;

  private final VectorSimilarity similarity;
  private final ScoreBlocks scoreBlocks;
  private final long[] ids;
  private final int width;
  private final ArrayList<float[]> panels;

  private BlockedSimilarity(
      long[] ids, float[][] corpus, VectorSimilarity similarity, ScoreBlocks scoreBlocks) {
    this.similarity = similarity;
    this.scoreBlocks = similarity.isProduct() ? scoreBlocks : new DistanceBlocks(similarity);
    this.ids = ids;
    this.width = corpus.length == 0 ? 0 : corpus[0].length;
    this.panels = new ArrayList<>();
    int columns = this.scoreBlocks.panelColumns();
    for (int start = 0; start < corpus.length; start += columns) {
      panels.add(panel(corpus, start, Math.min(columns, corpus.length - start)));
    }
  }

  /**
   * A corpus whose ids are its row numbers.
   *
   * @param corpus [C, D], copied
   */
  public static BlockedSimilarity of(float[][] corpus, VectorSimilarity similarity) {
    return of(LongStream.range(0, corpus.length).toArray(), corpus, similarity);
  }

  /**
   * A corpus with ids of the caller's.
   *
   * @param ids [C], distinct, copied
   * @param corpus [C, D], copied
   * @throws IllegalArgumentException if the lengths differ, a width differs, or a component is not
   *     finite; the message names the row
   */
  public static BlockedSimilarity of(long[] ids, float[][] corpus, VectorSimilarity similarity) {
    return of(ids, corpus, similarity, ScoreBlocks.plainJava());
  }

  /** As above with another matrix product, which distances do not use. */
  public static BlockedSimilarity of(
      long[] ids, float[][] corpus, VectorSimilarity similarity, ScoreBlocks scoreBlocks) {
    if (ids.length != corpus.length) {
      throw new IllegalArgumentException(ids.length + " ids for " + corpus.length + " vectors");
    }
    return new BlockedSimilarity(ids.clone(), corpus, similarity, scoreBlocks);
  }

  /** Width of the vectors; 0 if the corpus is empty. */
  public int width() {
    return width;
  }

  /** Number of corpus rows. */
  public int size() {
    return ids.length;
  }

  /**
   * The k nearest corpus rows of each query.
   *
   * @param queries [Q, D]
   * @param k at least 1; a smaller corpus gives fewer
   * @return Q lists, best first
   */
  public List<List<Neighbour>> search(float[][] queries, int k) {
    List<TopK> best = newSelections(queries.length, k);
    search(queries, null, best);
    return best.stream().map(TopK::bestFirst).toList();
  }

  /** Empty selections, one for each of a number of queries. */
  public static List<TopK> newSelections(int queries, int k) {
    List<TopK> selections = new ArrayList<>(queries);
    for (int i = 0; i < queries; i++) {
      selections.add(new TopK(k));
    }
    return selections;
  }

  /**
   * Offers this corpus to selections that may already hold rows of other corpora: how blocks of a
   * large corpus are merged.
   *
   * @param queries [Q, D]
   * @param excluded [Q] corpus ids to leave out, or null to leave out none
   * @param best [Q], changed
   */
  public void search(float[][] queries, long[] excluded, List<TopK> best) {
    if (ids.length == 0) {
      return;
    }
    int blockRows = scoreBlocks.queryRows();
    float[][] scores = new float[blockRows][scoreBlocks.panelColumns()];
    float[] block = new float[blockRows * width];
    for (int start = 0; start < queries.length; start += blockRows) {
      int rows = Math.min(blockRows, queries.length - start);
      for (int row = 0; row < rows; row++) {
        prepare("query", start + row, queries[start + row], block, row * width);
      }
      List<TopK> ofBlock = best.subList(start, start + rows);
      if (scoreBlocks.sumsInOrder()) {
        multiply(block, start, excluded, scores, ofBlock, false);
      } else {
        List<TopK> chosen = ofBlock.stream().map(top -> new TopK(top.capacity() + SPARE)).toList();
        multiply(block, start, excluded, scores, chosen, true);
        offerInOrder(block, chosen, ofBlock);
      }
    }
  }

  /**
   * Offers the scores of a block of queries against all panels.
   *
   * @param byPosition whether to offer positions in this corpus instead of its ids
   */
  private void multiply(
      float[] block,
      int firstQuery,
      long[] excluded,
      float[][] scores,
      List<TopK> best,
      boolean byPosition) {
    for (int panel = 0; panel < panels.size(); panel++) {
      int firstColumn = panel * scoreBlocks.panelColumns();
      int columns = panels.get(panel).length / width;
      scoreBlocks.multiply(block, best.size(), panels.get(panel), columns, width, scores);
      for (int row = 0; row < best.size(); row++) {
        offer(
            scores[row],
            firstColumn,
            columns,
            excluded,
            firstQuery + row,
            best.get(row),
            byPosition);
      }
    }
  }

  private void offerInOrder(float[] block, List<TopK> chosen, List<TopK> best) {
    for (int row = 0; row < best.size(); row++) {
      for (Neighbour candidate : chosen.get(row).bestFirst()) {
        int position = (int) candidate.id();
        best.get(row).offer(ids[position], scoreInOrder(block, row * width, position));
      }
    }
  }

  private float scoreInOrder(float[] block, int offset, int position) {
    float[] panel = panels.get(position / scoreBlocks.panelColumns());
    int columns = panel.length / width;
    int column = position % scoreBlocks.panelColumns();
    float sum = 0;
    for (int k = 0; k < width; k++) {
      sum += block[offset + k] * panel[k * columns + column];
    }
    return sum;
  }

  private void offer(
      float[] scores,
      int firstColumn,
      int columns,
      long[] excluded,
      int query,
      TopK best,
      boolean byPosition) {
    float threshold = best.threshold();
    for (int column = 0; column < columns; column++) {
      if (scores[column] >= threshold) {
        long id = ids[firstColumn + column];
        if (excluded == null || excluded[query] != id) {
          best.offer(byPosition ? firstColumn + column : id, scores[column]);
          threshold = best.threshold();
        }
      }
    }
  }

  private float[] panel(float[][] corpus, int start, int columns) {
    float[] panel = new float[width * columns];
    float[] row = new float[width];
    for (int column = 0; column < columns; column++) {
      prepare("corpus row", start + column, corpus[start + column], row, 0);
      for (int k = 0; k < width; k++) {
        panel[k * columns + column] = row[k];
      }
    }
    return panel;
  }

  private void prepare(String what, int row, float[] vector, float[] target, int offset) {
    if (vector.length != width) {
      throw new IllegalArgumentException(
          what + " " + row + " has width " + vector.length + ", the corpus has width " + width);
    }
    try {
      similarity.copyPrepared(vector, target, offset);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          what
              + " "
              + row
              + " "
              + Arrays.toString(Arrays.copyOf(vector, Math.min(4, width)))
              + "...: "
              + e.getMessage(),
          e);
    }
  }
}
