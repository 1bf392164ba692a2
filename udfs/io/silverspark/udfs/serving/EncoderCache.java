package io.silverspark.udfs.serving;

import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of one JVM, each loaded once per device and shared by all tasks.
 *
 * <p>Whoever uses a model holds a {@link Lease}; a model is closed only when nobody does. A model
 * leaves the cache when its directory has new content, when {@value #MAX_IDLE} others were used
 * more recently, or when the JVM ends. Thread-safe: tasks that ask for the same model while it is
 * loading wait for it, others do not.
 */
public final class EncoderCache {
  private static final Logger LOG = LoggerFactory.getLogger(EncoderCache.class);
  private static final int MAX_IDLE = 4;
  private static final EncoderCache SHARED = new EncoderCache();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(SHARED::closeIdle, "encoder-cache-shutdown"));
  }

  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long loads;

  EncoderCache() {}

  /** The cache of this JVM. */
  public static EncoderCache shared() {
    return SHARED;
  }

  /**
   * Borrows a sentence encoder, loading it if need be. The caller closes the lease, not the model.
   *
   * @throws io.silverspark.model.error.UserException if the model or the device is not there
   */
  public Lease<SentenceEncoder> sentenceEncoder(EncodeSpec spec) {
    return sentenceEncoder(ShippedModel.here(spec));
  }

  Lease<SentenceEncoder> sentenceEncoder(ShippedModel model) {
    Key key = Key.of("sentence encoder", model);
    return lease(
        key, SentenceEncoder.class, () -> SentenceEncoder.load(model.location(), key.options()));
  }

  /**
   * Borrows a cross-encoder, loading it if need be. The caller closes the lease, not the model.
   *
   * @throws io.silverspark.model.error.UserException if the model or the device is not there
   */
  public Lease<CrossEncoder> crossEncoder(EncodeSpec spec) {
    return crossEncoder(ShippedModel.here(spec));
  }

  Lease<CrossEncoder> crossEncoder(ShippedModel model) {
    Key key = Key.of("cross-encoder", model);
    return lease(key, CrossEncoder.class, () -> scorer(model.location(), key.options()));
  }

  /** Fails at once if nothing says which class is the score, not at each pair. */
  private static CrossEncoder scorer(String location, EncoderOptions options) {
    CrossEncoder encoder = CrossEncoder.load(location, options);
    try {
      int unused = encoder.matchClass();
      return encoder;
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  /** How many models this JVM has loaded so far. */
  public synchronized long loads() {
    return loads;
  }

  <T extends AutoCloseable> Lease<T> lease(Key key, Class<T> type, Supplier<T> loader) {
    Entry entry = acquire(key);
    try {
      T model = type.cast(entry.model(() -> load(key, loader)));
      return new Lease<>(model, () -> release(entry));
    } catch (RuntimeException | Error e) {
      drop(key, entry);
      throw e;
    }
  }

  private AutoCloseable load(Key key, Supplier<? extends AutoCloseable> loader) {
    long start = System.nanoTime();
    AutoCloseable model = loader.get();
    synchronized (this) {
      loads++;
    }
    LOG.info(
        "loaded={} model={} device={} precision={} ms={}",
        key.kind(),
        key.model(),
        key.options().device(),
        key.options().precision().title(),
        (System.nanoTime() - start) / 1_000_000);
    return model;
  }

  private synchronized Entry acquire(Key key) {
    Entry entry = entries.computeIfAbsent(key, unused -> new Entry());
    entry.leases++;
    entries.keySet().stream().filter(key::isOlderContent).toList().forEach(this::retire);
    return entry;
  }

  private synchronized void release(Entry entry) {
    entry.leases--;
    closeIfUnused(entry);
    List<Key> idle = new ArrayList<>();
    entries.forEach(
        (key, cached) -> {
          if (cached.leases == 0) {
            idle.add(key);
          }
        });
    if (idle.size() > MAX_IDLE) {
      retire(idle.get(0));
    }
  }

  private synchronized void drop(Key key, Entry entry) {
    entries.remove(key, entry);
    entry.retired = true;
    entry.leases--;
    closeIfUnused(entry);
  }

  private void retire(Key key) {
    Entry entry = entries.remove(key);
    entry.retired = true;
    closeIfUnused(entry);
  }

  /**
   * Closes what nobody uses; at shutdown a model still in use is left to the end of the process.
   */
  synchronized void closeIdle() {
    Iterator<Entry> all = entries.values().iterator();
    while (all.hasNext()) {
      Entry entry = all.next();
      if (entry.leases == 0) {
        all.remove();
        entry.retired = true;
        closeIfUnused(entry);
      }
    }
  }

  private static void closeIfUnused(Entry entry) {
    if (entry.retired && entry.leases == 0 && entry.model != null) {
      try {
        entry.model.close();
      } catch (Exception e) {
        LOG.warn("a model could not be closed", e);
      }
      entry.model = null;
    }
  }

  /** What makes two requests the same model. */
  record Key(String kind, String model, EncoderOptions options, String fingerprint) {
    static Key of(String kind, ShippedModel model) {
      EncodeSpec spec = model.spec();
      EncoderOptions options = spec.options(TaskDevice.resolve(spec.device()));
      return new Key(kind, spec.model(), options, model.fingerprint());
    }

    /** Whether the other key names the same model and options with content that is gone. */
    boolean isOlderContent(Key other) {
      return kind.equals(other.kind)
          && model.equals(other.model)
          && options.equals(other.options)
          && !fingerprint.equals(other.fingerprint);
    }
  }

  /** A cached model; leases and retired are guarded by the cache, loading by the entry. */
  private static final class Entry {
    private volatile AutoCloseable model;
    private int leases;
    private boolean retired;

    synchronized AutoCloseable model(Supplier<AutoCloseable> loader) {
      if (model == null) {
        model = loader.get();
      }
      return model;
    }
  }
}
