package io.silverspark.udfs.serving;

import io.silverspark.model.encoder.Precision;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what precision auto means for a job before its tasks start, so that no row depends on
 * which executor computed it. In local mode this machine decides. On a cluster a task a core says
 * what its executor would take, and where they differ all compute in the one that is slow on none.
 */
public final class ExecutorPrecision {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorPrecision.class);

  /** Answers by application and device. */
  private static final Map<String, Precision> DECIDED = new ConcurrentHashMap<>();

  private ExecutorPrecision() {}

  /** The same spec with {@link Precision#AUTO} decided; runs a small job once per application. */
  public static EncodeSpec decide(SparkSession spark, EncodeSpec spec) {
    return spec.precision() == Precision.AUTO
        ? spec.withPrecision(auto(spark.sparkContext(), spec.device()))
        : spec;
  }

  private static Precision auto(SparkContext context, String device) {
    return context.isLocal()
        ? Precision.AUTO.on(device)
        : DECIDED.computeIfAbsent(
            context.applicationId() + "/" + device, key -> asked(context, device));
  }

  private static Precision asked(SparkContext context, String device) {
    int tasks = Math.max(2, context.defaultParallelism());
    List<Precision> answers =
        JavaSparkContext.fromSparkContext(context)
            .parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
            .map(task -> Precision.AUTO.on(TaskDevice.resolve(device)).name())
            .collect()
            .stream()
            .map(Precision::valueOf)
            .toList();
    Precision common = Precision.common(answers);
    if (new TreeSet<>(answers).size() > 1) {
      LOG.warn(
          "executors differ in what precision auto means ({}): all compute in {}",
          new TreeSet<>(answers),
          common.title());
    }
    return common;
  }
}
