package io.silverspark;

import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.SparkSessions;
import io.silverspark.model.config.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a Spark session: one application per JVM, local[2], stopped after the last class.
 * Each parameter is a session of its own over it, with its own views and settings.
 */
public final class SparkFixture implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SparkFixture.class);

  /** Float32 unless a test says otherwise, so that numbers do not depend on the processor. */
  static final List<String> FLOAT32 =
      Stream.of("model", "silver", "train", "cross", "pretrain")
          .map(group -> group + ".precision=fp32")
          .toList();

  /**
   * Tables of tests are small: to compile a query takes longer than to run it interpreted, and to
   * plan it again after each stage, or to describe its plan for a UI, longer than to run it. Their
   * one file is read whole, so Delta need not gather statistics to skip files by. Kryo reads
   * neither records nor immutable lists, so it shows what would fail where a cluster has it. The
   * tag cluster and the README's pipeline run compiled, adaptive queries, the latter without Kryo.
   */
  private static final List<String> OVERRIDES =
      List.of(
          "spark.master=local[2]",
          "run.dir=target/spark",
          "spark.conf.spark.sql.shuffle.partitions=2",
          "spark.conf.spark.default.parallelism=2",
          "spark.conf.spark.serializer=org.apache.spark.serializer.KryoSerializer",
          "spark.conf.spark.sql.adaptive.enabled=false",
          "spark.conf.spark.sql.ui.explainMode=simple",
          "spark.conf.spark.databricks.delta.snapshotPartitions=1",
          "spark.conf.spark.databricks.delta.stats.collect=false",
          "spark.conf.spark.databricks.delta.stats.skipping=false",
          "spark.conf.spark.sql.artifact.isolation.enabled=false",
          "spark.conf.spark.sql.codegen.cache.maxEntries=5000",
          "spark.conf.spark.sql.codegen.wholeStage=false",
          "spark.conf.spark.sql.codegen.factoryMode=NO_CODEGEN");

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SparkSession.class;
  }

  @Override
  public SparkSession resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Shared.class, key -> new Shared(), Shared.class)
        .session
        .newSession();
  }

  /** A context for a job, with these {@code key=value} settings and a silent console. */
  public static JobContext context(SparkSession session, String command, String... overrides) {
    return context(session, command, new ByteArrayOutputStream(), overrides);
  }

  /** A context for a job whose console writes all lines to {@code lines}. */
  public static JobContext context(
      SparkSession session, String command, ByteArrayOutputStream lines, String... overrides) {
    Settings settings = AllSettings.reader().read(Optional.empty(), exact(overrides));
    PrintStream stream = new PrintStream(lines, true, StandardCharsets.UTF_8);
    return new JobContext(command, settings, new Console(stream, stream, false), session);
  }

  private static List<String> exact(String... overrides) {
    return Stream.concat(FLOAT32.stream(), Stream.of(overrides)).toList();
  }

  private static final class Shared implements ExtensionContext.Store.CloseableResource {
    private final SparkSession session =
        SparkSessions.open(AllSettings.reader().read(Optional.empty(), settings()), "tests");

    private static List<String> settings() {
      return Stream.of(OVERRIDES, QuietDisk.SETTINGS).flatMap(List::stream).toList();
    }

    @Override
    public void close() {
      session.stop();
    }
  }
}
