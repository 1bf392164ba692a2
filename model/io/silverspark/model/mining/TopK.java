package io.silverspark.model.mining;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the k best of a stream of scored ids in a heap whose root is the worst kept one: O(log k)
 * for an accepted id, one comparison for a refused one. The order is {@link Neighbour#BEST_FIRST},
 * so the outcome does not depend on the order of the offers. Not thread-safe.
 */
public final class TopK {
  private final float[] scores;
  private final long[] ids;
  private int size;

  /**
   * An empty selection.
   *
   * @param k how many to keep
   * @throws IllegalArgumentException if {@code k} is below 1
   */
  public TopK(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got " + k);
    }
    this.scores = new float[k];
    this.ids = new long[k];
  }

  /** How many are kept at most. */
  public int capacity() {
    return scores.length;
  }

  /**
   * The score below which an offer is refused: the worst kept one, or minus infinity if not full.
   */
  public float threshold() {
    return size < scores.length ? Float.NEGATIVE_INFINITY : scores[0];
  }

  /** Offers one scored id; each id may be offered once. */
  public void offer(long id, float score) {
    if (size < scores.length) {
      siftUp(size++, id, score);
    } else if (isWorse(scores[0], ids[0], score, id)) {
      siftDown(id, score);
    }
  }

  /** Everything kept, best first. */
  public List<Neighbour> bestFirst() {
    List<Neighbour> result = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      result.add(new Neighbour(ids[i], scores[i]));
    }
    result.sort(Neighbour.BEST_FIRST);
    return result;
  }

  /**
   * Moves everything kept, best first, to arrays of the caller's; nothing is kept afterwards.
   *
   * @param offset first position in both
   * @return how many there were
   */
  public int drainTo(long[] targetIds, float[] targetScores, int offset) {
    int count = size;
    while (size > 0) {
      size--;
      targetIds[offset + size] = ids[0];
      targetScores[offset + size] = scores[0];
      if (size > 0) {
        siftDown(ids[size], scores[size]);
      }
    }
    return count;
  }

  private static boolean isWorse(float score, long id, float otherScore, long otherId) {
    return score < otherScore || (score == otherScore && id > otherId);
  }

  private void siftUp(int position, long id, float score) {
    while (position > 0) {
      int parent = (position - 1) / 2;
      if (!isWorse(score, id, scores[parent], ids[parent])) {
        break;
      }
      move(parent, position);
      position = parent;
    }
    place(position, id, score);
  }

  private void siftDown(long id, float score) {
    int position = 0;
    for (int child = 1; child < size; child = 2 * position + 1) {
      if (child + 1 < size
          && isWorse(scores[child + 1], ids[child + 1], scores[child], ids[child])) {
        child++;
      }
      if (!isWorse(scores[child], ids[child], score, id)) {
        break;
      }
      move(child, position);
      position = child;
    }
    place(position, id, score);
  }

  private void move(int from, int to) {
    scores[to] = scores[from];
    ids[to] = ids[from];
  }

  private void place(int position, long id, float score) {
    scores[position] = score;
    ids[position] = id;
  }
}
