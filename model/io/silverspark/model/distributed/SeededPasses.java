package io.silverspark.model.distributed;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.silverspark.model.encoder.RecomputedLayers;
import java.util.function.Supplier;

/**
 * Forward passes of one replica whose dropout depends on its seed alone, whatever the other
 * replicas of the process do at the same time.
 *
 * <p>PyTorch has one generator of random numbers for all CPU threads of a process: CPU replicas
 * that draw take turns through their forward passes. Every GPU has a generator of its own, but DJL
 * can only seed all of them at once: the replicas meet, the first one seeds, and each skips as many
 * draws as there are replicas before it.
 */
final class SeededPasses {
  private final LocalRanks group;
  private final int place;
  private long seed;
  private boolean takesTurns;

  SeededPasses(LocalRanks group, int place) {
    this.group = group;
    this.place = place;
    this.takesTurns = group.size() > 1;
  }

  /** Called by all replicas before a pass. */
  void seed(long value, NDManager manager) {
    seed = value;
    if (group.size() == 1) {
      JniUtils.setSeed(seed);
    } else if (manager.getDevice().isGpu()) {
      takesTurns = false;
      group.meet();
      if (place == 0) {
        JniUtils.setSeed(seed);
      }
      group.meet();
      for (int before = 0; before < place; before++) {
        draw(manager);
      }
    }
  }

  /** Runs a pass, or lets it be: a replica without rows has none. */
  <T> T run(Supplier<T> pass, NDManager manager) {
    if (!takesTurns) {
      return pass.get();
    }
    synchronized (RecomputedLayers.GENERATOR) {
      JniUtils.setSeed(seed);
      T result = pass.get();
      takesTurns = hasDrawn(manager);
      return result;
    }
  }

  /** A model without dropout draws nothing, so its replicas need no turns. */
  private boolean hasDrawn(NDManager manager) {
    float next = draw(manager);
    JniUtils.setSeed(seed);
    return draw(manager) != next;
  }

  private static float draw(NDManager manager) {
    try (NDManager scope = manager.newSubManager()) {
      return scope.randomUniform(0, 1, new Shape(1)).getFloat();
    }
  }
}
