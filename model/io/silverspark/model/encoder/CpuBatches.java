package io.silverspark.model.encoder;

import ai.djl.ndarray.NDManager;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Batches on a CPU: threads that take them from one list, each with one native thread: measured
 * faster than one thread that lets OpenMP split every operation. With one worker the calling thread
 * does the work.
 */
final class CpuBatches implements BatchRunner {
  private static final AtomicInteger THREADS = new AtomicInteger();

  private final Transformer transformer;
  private final LengthSortedBatches limits;
  private final int workers;
  private final ExecutorService pool;

  CpuBatches(Transformer transformer, LengthSortedBatches limits, int workers) {
    this.transformer = transformer;
    this.limits = limits;
    this.workers = workers;
    this.pool = workers == 1 ? null : Executors.newFixedThreadPool(workers, CpuBatches::thread);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "silverspark-encode-" + THREADS.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public <T> float[][] rows(
      NDManager manager, List<T> texts, Work<T> work, BatchListener listener) {
    List<TokenizedText> tokenized = work.tokenize().apply(texts);
    List<int[]> batches = limits.plan(tokenized);
    float[][] rows = new float[tokenized.size()][];
    forEach(
        batches.size(),
        i -> {
          long started = System.nanoTime();
          int[] positions = batches.get(i);
          try (NDManager scope = manager.newSubManager()) {
            List<TokenizedText> batch = Arrays.stream(positions).mapToObj(tokenized::get).toList();
            float[] flat =
                work.forward().apply(scope, transformer.batch(scope, batch)).toFloatArray();
            BatchRunner.put(flat, positions, rows);
            BatchRunner.tell(listener, batch, System.nanoTime() - started);
          }
        });
    return rows;
  }

  /**
   * Runs the work for 0, 1, ... count - 1 and waits for all. The first failure stops the rest and
   * is thrown.
   */
  void forEach(int count, IntConsumer work) {
    if (pool == null || count == 1) {
      runAll(new AtomicInteger(), count, work);
      return;
    }
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < Math.min(workers, count); i++) {
      running.add(pool.submit(() -> runAll(next, count, work)));
    }
    join(running, next, count);
  }

  private static void runAll(AtomicInteger next, int count, IntConsumer work) {
    TorchEngine.useNativeThreads(1);
    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
      int number = i;
      NativeWork.run(() -> work.accept(number));
    }
  }

  private static void join(List<Future<?>> running, AtomicInteger next, int count) {
    RuntimeException failure = null;
    for (Future<?> future : running) {
      try {
        future.get();
      } catch (ExecutionException e) {
        next.set(count);
        failure = failure == null ? asRuntime(e.getCause()) : failure;
      } catch (InterruptedException e) {
        next.set(count);
        Thread.currentThread().interrupt();
        failure = new IllegalStateException("interrupted while encoding", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static RuntimeException asRuntime(Throwable cause) {
    return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(cause);
  }

  @Override
  public void close() {
    if (pool != null) {
      pool.shutdownNow();
    }
  }
}
