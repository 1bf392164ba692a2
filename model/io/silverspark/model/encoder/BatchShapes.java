package io.silverspark.model.encoder;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The distinct shapes of the batches that this process makes while this is open. A program is made
 * ready for each new shape, so a first pass with many is slower than those after it.
 */
public final class BatchShapes implements AutoCloseable {
  /** More distinct shapes than this are not told from each other. */
  public static final int MOST = 4096;

  private static final Set<BatchShapes> OPEN = ConcurrentHashMap.newKeySet();

  private final Set<Shape> shapes = ConcurrentHashMap.newKeySet();

  private BatchShapes() {}

  /**
   * Shape of a batch as a program sees it.
   *
   * @param texts rows
   * @param tokens of the longest text, or more where shapes are rounded up
   */
  public record Shape(int texts, int tokens) {}

  /** Begins to listen, to all models of this process. The caller closes it. */
  public static BatchShapes record() {
    BatchShapes shapes = new BatchShapes();
    OPEN.add(shapes);
    return shapes;
  }

  /** A batch was made. */
  static void made(int texts, int tokens) {
    for (BatchShapes each : OPEN) {
      if (each.shapes.size() < MOST) {
        each.shapes.add(new Shape(texts, tokens));
      }
    }
  }

  /** Number of distinct shapes so far, at most about {@value #MOST}. */
  public int count() {
    return shapes.size();
  }

  /** The shapes so far, those with many tokens first. */
  public List<Shape> distinct() {
    return shapes.stream()
        .sorted(Comparator.comparingInt(Shape::tokens).thenComparingInt(Shape::texts).reversed())
        .toList();
  }

  @Override
  public void close() {
    OPEN.remove(this);
  }
}
