package io.silverspark.model.sampling;

import io.silverspark.model.error.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Batches of at least two classes with at least two texts of a class each: for losses that make
 * triplets of the texts of a batch.
 *
 * <p>Every class is shuffled and cut into twos; rounds over the classes in random order take one of
 * each until none is left. Left out of an epoch are the odd text of a class, other ones in each
 * epoch, and what would make a batch of one class, at the end when one class has many more texts
 * than all others. A class with a single text is never used.
 *
 * <p>Source: the group-by-label sampler of sentence-transformers; the batches of classes and texts
 * of Hermans et al. 2017, arXiv:1703.07737, with two texts of each class.
 */
public final class GroupByLabelSampler implements BatchSampler {
  private static final int SMALLEST_BATCH = 4;

  private final float[] labels;
  private final int batchSize;
  private final long seed;

  /**
   * A sampler over labelled texts.
   *
   * @param labels the class of each text; copied
   * @param batchSize texts a batch, at least 4
   * @param seed the same seed gives the same batches in every epoch
   * @throws UserException if {@code batchSize} is below 4, or fewer than two classes have two texts
   */
  public GroupByLabelSampler(float[] labels, int batchSize, long seed) {
    if (batchSize < SMALLEST_BATCH) {
      throw new UserException(
          "the batch size must be 4 or more to hold two texts each of two classes, found "
              + batchSize);
    }
    this.labels = labels.clone();
    this.batchSize = batchSize;
    this.seed = seed;
    if (byLabel().values().stream().filter(texts -> texts.size() > 1).count() < 2) {
      throw new UserException(
          "batches grouped by label need two classes or more with two texts each");
    }
  }

  private Map<Float, List<Integer>> byLabel() {
    Map<Float, List<Integer>> byLabel = new TreeMap<>();
    for (int i = 0; i < labels.length; i++) {
      byLabel.computeIfAbsent(labels[i], label -> new ArrayList<>()).add(i);
    }
    return byLabel;
  }

  @Override
  public List<int[]> batches(int epoch) {
    SplittableRandom random = Permutation.random(seed, epoch);
    List<List<int[]>> classes =
        byLabel().values().stream().map(texts -> twos(texts, random)).toList();
    List<int[]> batches = new ArrayList<>();
    List<int[]> current = new ArrayList<>();
    int size = 0;
    for (int[] unit : inRounds(classes, random)) {
      if (size + unit.length > batchSize) {
        addBatch(batches, current);
        current = new ArrayList<>();
        size = 0;
      }
      current.add(unit);
      size += unit.length;
    }
    addBatch(batches, current);
    return batches;
  }

  private static List<int[]> twos(List<Integer> texts, SplittableRandom random) {
    int[] order = Permutation.of(texts.size(), random);
    List<int[]> units = new ArrayList<>();
    for (int i = 0; i + 1 < order.length; i += 2) {
      units.add(new int[] {texts.get(order[i]), texts.get(order[i + 1])});
    }
    return units;
  }

  private static List<int[]> inRounds(List<List<int[]>> classes, SplittableRandom random) {
    List<int[]> units = new ArrayList<>();
    boolean found = true;
    for (int round = 0; found; round++) {
      found = false;
      for (int next : Permutation.of(classes.size(), random)) {
        List<int[]> own = classes.get(next);
        if (round < own.size()) {
          units.add(own.get(round));
          found = true;
        }
      }
    }
    return units;
  }

  private void addBatch(List<int[]> batches, List<int[]> units) {
    int[] batch = units.stream().flatMapToInt(Arrays::stream).toArray();
    boolean mixed = Arrays.stream(batch).anyMatch(text -> labels[text] != labels[batch[0]]);
    if (mixed) {
      batches.add(batch);
    }
  }

  @Override
  public String description() {
    return "group-by-label examples=%d batchSize=%d seed=%d labels=%08x"
        .formatted(labels.length, batchSize, seed, Arrays.hashCode(labels));
  }
}
