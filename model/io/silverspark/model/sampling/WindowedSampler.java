package io.silverspark.model.sampling;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Examples too many to be held at once, in windows of consecutive ones: in each epoch the windows
 * come in random order, and another sampler divides the examples of each into batches. What that
 * sampler promises, such as batches without equal texts, holds for every batch, since no batch
 * crosses windows; the last batch of a window may be smaller.
 *
 * <p>Only the batches of one window are in memory. The order depends on seed and epoch alone.
 * Source: shard shuffling of MosaicML StreamingDataset and WebDataset; there a buffer of examples
 * moves along, here windows do not overlap.
 */
public final class WindowedSampler implements BatchSampler {
  private static final long WINDOW_STRIDE = 0xD1B54A32D192ED03L;

  private final List<Window> windows;
  private final long seed;
  private final OfWindow ofWindow;
  private final Map<Integer, int[]> ends = new ConcurrentHashMap<>();

  /**
   * Consecutive examples.
   *
   * @param start number of the first one
   * @param size how many, at least 1
   */
  public record Window(int start, int size) {}

  /** Makes the sampler of a window, as often as it is needed. */
  @FunctionalInterface
  public interface OfWindow {
    /**
     * The sampler of a window.
     *
     * @param window its examples count from 0 in the result
     * @param seed of its order
     */
    BatchSampler sampler(Window window, long seed);
  }

  private WindowedSampler(List<Window> windows, long seed, OfWindow ofWindow) {
    this.windows = List.copyOf(windows);
    this.seed = seed;
    this.ofWindow = ofWindow;
  }

  /**
   * A sampler over windows; over a single one that window's own sampler with the same seed.
   *
   * @param windows laid end to end, at least one
   * @param seed the same seed gives the same batches in every epoch
   * @param ofWindow makes the sampler of each
   */
  public static BatchSampler over(List<Window> windows, long seed, OfWindow ofWindow) {
    return windows.size() == 1
        ? ofWindow.sampler(windows.get(0), seed)
        : new WindowedSampler(windows, seed, ofWindow);
  }

  @Override
  public List<int[]> batches(int epoch) {
    int[] order = Permutation.of(windows.size(), Permutation.random(~seed, epoch));
    return new Batches(epoch, order, ends.computeIfAbsent(epoch, unused -> ends(epoch, order)));
  }

  /** The number of batches up to the end of each window, in order of use. */
  private int[] ends(int epoch, int[] order) {
    int[] ends = new int[order.length];
    int end = 0;
    for (int i = 0; i < order.length; i++) {
      end = Math.addExact(end, ofWindow(order[i]).batches(epoch).size());
      ends[i] = end;
    }
    return ends;
  }

  private BatchSampler ofWindow(int window) {
    return ofWindow.sampler(windows.get(window), seed + (window + 1) * WINDOW_STRIDE);
  }

  @Override
  public String description() {
    Window last = windows.get(windows.size() - 1);
    return "windowed windows=%d examples=%d seed=%d first=%s"
        .formatted(windows.size(), last.start() + last.size(), seed, ofWindow(0).description());
  }

  /** The batches of an epoch, those of the window last asked for in memory. */
  private final class Batches extends AbstractList<int[]> implements RandomAccess {
    private final int epoch;
    private final int[] order;
    private final int[] ends;
    private int loaded = -1;
    private List<int[]> batches;

    Batches(int epoch, int[] order, int[] ends) {
      this.epoch = epoch;
      this.order = order;
      this.ends = ends;
    }

    @Override
    public int[] get(int index) {
      if (index < 0 || index >= size()) {
        throw new IndexOutOfBoundsException("batch " + index + " of " + size());
      }
      int place = 0;
      while (ends[place] <= index) {
        place++;
      }
      if (place != loaded) {
        batches = ofWindow(order[place]).batches(epoch);
        loaded = place;
      }
      int start = windows.get(order[place]).start();
      int[] batch = batches.get(index - (place == 0 ? 0 : ends[place - 1]));
      return Arrays.stream(batch).map(example -> start + example).toArray();
    }

    @Override
    public int size() {
      return ends[ends.length - 1];
    }
  }
}
