package io.silverspark.udfs.columns;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * Maps an iterator a buffer at a time, lazily: nothing is read before it is asked for, and at most
 * one buffer is held.
 *
 * @param <A> what comes in
 * @param <B> what goes out
 */
public final class RowBatches<A, B> implements Iterator<B> {
  private final Iterator<A> rows;
  private final int size;
  private final Function<List<A>, ? extends Iterable<B>> transform;
  private Iterator<B> ready = Collections.emptyIterator();

  /**
   * @param rows what comes in, read as it is asked for
   * @param size most rows of a buffer
   * @param transform what a buffer becomes
   */
  public RowBatches(
      Iterator<A> rows, int size, Function<List<A>, ? extends Iterable<B>> transform) {
    this.rows = rows;
    this.size = size;
    this.transform = transform;
  }

  @Override
  public boolean hasNext() {
    while (!ready.hasNext() && rows.hasNext()) {
      List<A> buffer = new ArrayList<>(size);
      while (buffer.size() < size && rows.hasNext()) {
        buffer.add(rows.next());
      }
      ready = transform.apply(buffer).iterator();
    }
    return ready.hasNext();
  }

  @Override
  public B next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.next();
  }
}
