package io.silverspark.model.encoder;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Batches on a GPU: another thread tokenizes the next texts while the device computes, a few
 * batches are queued on it, and their rows come back together. A batch that does not fit into the
 * memory is halved and tried again.
 */
final class GpuBatches implements BatchRunner {
  /** Batches that are queued before the host waits for rows. */
  static final int IN_FLIGHT = 4;

  /** Texts that are tokenized at once. */
  private static final int CHUNK = 8192;

  private final Transformer transformer;
  private final TokenBudget budget;
  private final ExecutorService tokenizing = Executors.newCachedThreadPool(GpuBatches::thread);

  GpuBatches(Transformer transformer, TokenBudget budget) {
    this.transformer = transformer;
    this.budget = budget;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "silverspark-tokenize");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Tokenized texts of similar length.
   *
   * @param positions of the texts among all
   * @param texts tokenized, in the same order
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Chunk(int[] positions, List<TokenizedText> texts) {}

  /**
   * A batch, by places in its chunk.
   *
   * @param chunk that it is of
   * @param places of its texts
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Batch(Chunk chunk, int[] places) {
    List<TokenizedText> texts() {
      return Arrays.stream(places).mapToObj(chunk.texts()::get).toList();
    }

    int[] positions() {
      return Arrays.stream(places).map(place -> chunk.positions()[place]).toArray();
    }

    int longest() {
      return Arrays.stream(places).map(i -> chunk.texts().get(i).length()).max().orElse(1);
    }

    Batch part(int from, int to) {
      return new Batch(chunk, Arrays.copyOfRange(places, from, to));
    }
  }

  /** A batch that is queued on the device. Closing frees it. */
  private record Queued(Batch batch, NDManager scope, NDArray rows) {}

  @Override
  public <T> float[][] rows(
      NDManager manager, List<T> texts, Work<T> work, BatchListener listener) {
    return new Pass<>(manager, texts, work, listener).run();
  }

  /** One call. */
  private final class Pass<T> {
    private final NDManager manager;
    private final List<T> texts;
    private final Work<T> work;
    private final BatchListener listener;
    private final float[][] rows;
    private final List<Queued> queued = new ArrayList<>();
    private long last = System.nanoTime();

    Pass(NDManager manager, List<T> texts, Work<T> work, BatchListener listener) {
      this.manager = manager;
      this.texts = texts;
      this.work = work;
      this.listener = listener;
      this.rows = new float[texts.size()][];
    }

    float[][] run() {
      List<int[]> chunks = chunks();
      TorchEngine.useNativeThreads(1);
      try {
        Future<Chunk> next = chunks.isEmpty() ? null : submit(chunks.get(0));
        for (int i = 1; i <= chunks.size(); i++) {
          Chunk chunk = get(next);
          next = i < chunks.size() ? submit(chunks.get(i)) : null;
          run(chunk);
        }
        NativeWork.run(this::fetch);
        return rows;
      } finally {
        queued.forEach(each -> each.scope().close());
      }
    }

    /** Longest first, so that the first batch shows whether memory suffices. */
    private List<int[]> chunks() {
      int[] order =
          LengthSortedBatches.longestFirst(
              texts.size(), i -> work.length().applyAsInt(texts.get(i)));
      List<int[]> chunks = new ArrayList<>();
      for (int from = 0; from < order.length; from += CHUNK) {
        chunks.add(Arrays.copyOfRange(order, from, Math.min(order.length, from + CHUNK)));
      }
      return chunks;
    }

    private Future<Chunk> submit(int[] positions) {
      List<T> part = Arrays.stream(positions).mapToObj(texts::get).toList();
      return tokenizing.submit(() -> new Chunk(positions, work.tokenize().apply(part)));
    }

    private void run(Chunk chunk) {
      Deque<Batch> waiting = new ArrayDeque<>();
      budget.batches().plan(chunk.texts()).forEach(each -> waiting.add(new Batch(chunk, each)));
      while (!waiting.isEmpty()) {
        Batch batch = waiting.poll();
        NativeWork.run(() -> queue(batch, waiting));
      }
    }

    private void queue(Batch batch, Deque<Batch> waiting) {
      if (queued.size() == IN_FLIGHT) {
        fetch();
      }
      NDManager scope = manager.newSubManager();
      try {
        TokenBatch tokens = transformer.batch(scope, batch.texts());
        queued.add(new Queued(batch, scope, work.forward().apply(scope, tokens)));
      } catch (RuntimeException e) {
        scope.close();
        if (!isOutOfMemory(e)) {
          throw e;
        }
        fetch(); // frees what the batches before it hold
        JniUtils.emptyCudaCache();
        budget.halve(batch.places().length, batch.longest());
        int half = batch.places().length / 2;
        waiting.addFirst(batch.part(half, batch.places().length));
        waiting.addFirst(batch.part(0, half));
      }
    }

    /** Waits for all that is queued and copies its rows. */
    private void fetch() {
      for (Queued each : queued) {
        float[] flat = each.rows().toFloatArray();
        each.scope().close();
        BatchRunner.put(flat, each.batch().positions(), rows);
        long now = System.nanoTime();
        BatchRunner.tell(listener, each.batch().texts(), now - last);
        last = now;
      }
      queued.clear();
    }
  }

  /** PyTorch tells by words alone. */
  private static boolean isOutOfMemory(RuntimeException failure) {
    return failure instanceof EngineException
        && failure.getMessage() != null
        && failure.getMessage().contains("out of memory");
  }

  private static Chunk get(Future<Chunk> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while encoding", e);
    }
  }

  @Override
  public void close() {
    tokenizing.shutdownNow();
  }
}
