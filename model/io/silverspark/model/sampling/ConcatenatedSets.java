package io.silverspark.model.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
      int first = start;
      all.add(
          samplers.get(set).batches(epoch).stream()
              .map(batch -> Arrays.stream(batch).map(example -> first + example).toArray())
              .toList());
      start += sizes.get(set);
    }
    return all;
  }

  /** The samplers in one line. */
  String description() {
    return samplers.stream().map(BatchSampler::description).toList().toString();
  }
}
