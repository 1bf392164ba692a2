package io.silverspark.model.mining;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * A wished-for distribution of similarity: shares of equal bins over 0 to 1. The cross-encoder's
 * labels follow similarity loosely, so this steers the label distribution of silver pairs before
 * any is labelled; without it, most random pairs score near 0 and most neighbours high.
 *
 * @param shares one per bin, lowest scores first; 0 or more, scaled to sum 1
 */
public record ScoreDensity(List<Double> shares) implements Serializable {
  /**
   * Scales the shares.
   *
   * @throws IllegalArgumentException if there is no bin, a share is negative, or all are 0
   */
  public ScoreDensity {
    double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
    if (!(sum > 0) || shares.stream().anyMatch(share -> !(share >= 0))) {
      throw new IllegalArgumentException(
          "shares must be 0 or more with at least one above 0, got " + shares);
    }
    shares = shares.stream().map(share -> share / sum).toList();
  }

  /** The same share for each of a number of bins. */
  public static ScoreDensity uniform(int bins) {
    return new ScoreDensity(Collections.nCopies(bins, 1.0));
  }

  /**
   * A Gaussian kernel density estimate of given scores, integrated over the bins: as the histogram,
   * and smooth where scores are few. Bandwidth by Scott's rule, as in scipy.stats.gaussian_kde;
   * what falls outside 0 to 1 counts to the outermost bins. The sampling by density of Thakur et
   * al. 2021, arXiv:2010.08240, section 3.1.
   *
   * @param scores at least one
   * @param bins at least 1
   */
  public static ScoreDensity estimated(float[] scores, int bins) {
    double bandwidth = Math.max(scottBandwidth(scores), 1e-3);
    NormalDistribution kernel = new NormalDistribution(null, 0, bandwidth);
    double[] below = new double[bins + 1];
    below[bins] = 1;
    for (int edge = 1; edge < bins; edge++) {
      for (float score : scores) {
        below[edge] += kernel.cumulativeProbability((double) edge / bins - score) / scores.length;
      }
    }
    return new ScoreDensity(
        IntStream.range(0, bins)
            .mapToObj(bin -> Math.max(0, below[bin + 1] - below[bin]))
            .toList());
  }

  private static double scottBandwidth(float[] scores) {
    double mean = 0;
    for (float score : scores) {
      mean += (double) score / scores.length;
    }
    double squares = 0;
    for (float score : scores) {
      squares += (score - mean) * (score - mean);
    }
    double deviation = Math.sqrt(squares / Math.max(1, scores.length - 1));
    return deviation * Math.pow(scores.length, -0.2);
  }

  /** The bin of a score; scores outside 0 to 1 count to the outermost bins. */
  public int bin(float score) {
    int bins = shares.size();
    return Math.max(0, Math.min(bins - 1, (int) Math.floor((double) score * bins)));
  }

  /**
   * How many to take from each bin: near {@code total * share}, never more than are there; what a
   * poor bin cannot give is shared among the others in proportion.
   *
   * @param available candidates of each bin
   * @param total how many to take in all
   * @return one count per bin; they sum to the smaller of {@code total} and all available
   */
  public int[] quotas(int[] available, int total) {
    int bins = shares.size();
    if (available.length != bins) {
      throw new IllegalArgumentException(available.length + " counts for " + bins + " bins");
    }
    int[] taken = new int[bins];
    int left = (int) Math.min(total, Arrays.stream(available).asLongStream().sum());
    while (left > 0) {
      int given = distribute(available, taken, left);
      left -= given;
    }
    return taken;
  }

  /** One round over the bins that still have candidates, largest remainder first. */
  private int distribute(int[] available, int[] taken, int left) {
    List<Integer> open = new ArrayList<>();
    double openShare = 0;
    for (int bin = 0; bin < taken.length; bin++) {
      if (taken[bin] < available[bin]) {
        open.add(bin);
        openShare += shares.get(bin);
      }
    }
    double total = openShare;
    double[] wish = new double[taken.length];
    for (int bin : open) {
      wish[bin] = total > 0 ? left * shares.get(bin) / total : (double) left / open.size();
    }
    int given = 0;
    for (int bin : open) {
      int step = Math.min((int) wish[bin], available[bin] - taken[bin]);
      taken[bin] += step;
      given += step;
    }
    if (given == 0) {
      open.sort(Comparator.comparingDouble((Integer bin) -> -wish[bin]).thenComparing(bin -> bin));
      for (int bin : open.subList(0, Math.min(left, open.size()))) {
        taken[bin]++;
        given++;
      }
    }
    return given;
  }
}
