package io.silverspark.model.sampling;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * Several data sets laid end to end, each with a sampler of its own: example i of a set has the
 * index i plus the sizes of the sets before it.
 *
 * @param samplers one per data set
 * @param sizes number of examples of each
 */
record ConcatenatedSets(List<BatchSampler> samplers, List<Integer> sizes) {
  ConcatenatedSets {
    samplers = List.copyOf(samplers);
    sizes = List.copyOf(sizes);
    if (samplers.isEmpty() || samplers.size() != sizes.size()) {
      throw new IllegalArgumentException(
          "each data set needs one sampler, found %d sets and %d samplers"
              .formatted(sizes.size(), samplers.size()));
    }
  }

  /** The batches of one epoch by data set, in the order of its own sampler. */
  List<List<int[]>> batches(int epoch) {
    List<List<int[]>> all = new ArrayList<>();
    int start = 0;
    for (int set = 0; set < sizes.size(); set++) {
      all.add(new Moved(samplers.get(set).batches(epoch), start));
      start += sizes.get(set);
    }
    return all;
  }

  /** Batches whose examples count from another number; computed when asked for. */
  private static final class Moved extends AbstractList<int[]> implements RandomAccess {
    private final List<int[]> batches;
    private final int first;

    Moved(List<int[]> batches, int first) {
      this.batches = batches;
      this.first = first;
    }

    @Override
    public int[] get(int index) {
      return Arrays.stream(batches.get(index)).map(example -> first + example).toArray();
    }

    @Override
    public int size() {
      return batches.size();
    }
  }

  /**
   * Batches of several sets in an order that is given as numbers.
   *
   * @param all batches by set
   * @param sets the set of each batch, in order of use
   * @return each set's batches in their own order; computed when asked for
   */
  static List<int[]> inOrder(List<List<int[]>> all, int[] sets) {
    int[] taken = new int[all.size()];
    int[] batches = Arrays.stream(sets).map(set -> taken[set]++).toArray();
    return new AbstractList<>() {
      @Override
      public int[] get(int index) {
        return all.get(sets[index]).get(batches[index]);
      }

      @Override
      public int size() {
        return sets.length;
      }
    };
  }

  /** The samplers in one line. */
  String description() {
    return samplers.stream().map(BatchSampler::description).toList().toString();
  }
}
