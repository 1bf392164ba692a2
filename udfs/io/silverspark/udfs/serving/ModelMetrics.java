package io.silverspark.udfs.serving;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * What the models of this JVM have done, as a source of Spark's metrics system named {@code
 * silverspark}: whatever sink is configured (Prometheus, JMX, Graphite, CSV) sees the counters
 * {@code texts}, {@code batches}, {@code tokens}, {@code paddedTokens}, {@code modelNanos} and the
 * gauges {@code paddingShare} and {@code textsPerModelSecond}. A local run has one JVM, a cluster
 * one source per executor.
 */
public final class ModelMetrics implements Source {
  private static final ModelMetrics SHARED = new ModelMetrics();

  private final MetricRegistry registry = new MetricRegistry();
  private final Counter texts = registry.counter("texts");
  private final Counter batches = registry.counter("batches");
  private final Counter tokens = registry.counter("tokens");
  private final Counter paddedTokens = registry.counter("paddedTokens");
  private final Counter modelNanos = registry.counter("modelNanos");
  private SparkEnv registeredIn;

  private ModelMetrics() {
    registry.register("paddingShare", (Gauge<Double>) this::paddingShare);
    registry.register("textsPerModelSecond", (Gauge<Double>) this::textsPerModelSecond);
  }

  /** The metrics of this JVM, known to the metrics system of the Spark that runs in it now. */
  static ModelMetrics shared() {
    SHARED.register();
    return SHARED;
  }

  private synchronized void register() {
    SparkEnv here = SparkEnv.get();
    if (here != null && here != registeredIn) {
      here.metricsSystem().registerSource(this);
      registeredIn = here;
    }
  }

  void ran(int count, long real, long padded, long nanos) {
    texts.inc(count);
    batches.inc();
    tokens.inc(real);
    paddedTokens.inc(padded);
    modelNanos.inc(nanos);
  }

  private double paddingShare() {
    long all = paddedTokens.getCount();
    return all == 0 ? 0 : 1 - (double) tokens.getCount() / all;
  }

  private double textsPerModelSecond() {
    long nanos = modelNanos.getCount();
    return nanos == 0 ? 0 : texts.getCount() * 1e9 / nanos;
  }

  @Override
  public String sourceName() {
    return "silverspark";
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }
}
