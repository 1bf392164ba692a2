package io.silverspark.udfs.serving;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to use a model of the {@link EncoderCache} until closed. Closing twice does no harm.
 *
 * @param <T> the kind of model
 */
public final class Lease<T> implements AutoCloseable {
  private final T model;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** A lease of a model that runs {@code release} once when it is closed. */
  public Lease(T model, Runnable release) {
    this.model = model;
    this.release = release;
  }

  /** The model; not to be closed, nor used after this lease is closed. */
  public T model() {
    if (closed.get()) {
      throw new IllegalStateException("the lease on this model is closed");
    }
    return model;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release.run();
    }
  }
}
