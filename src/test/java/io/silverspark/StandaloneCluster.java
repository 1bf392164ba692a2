package io.silverspark;

import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.run.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * Spark's standalone master and workers as processes of their own on this machine, from the class
 * path of the tests: each worker has as many cores as GPUs that a script invents, and runs one
 * executor. The session of the application is the only one of this JVM.
 */
public final class StandaloneCluster implements AutoCloseable {
  private final Path directory;
  private final StandaloneProcesses processes;
  private final SparkSession session;

  private StandaloneCluster(Path directory, int workers, int cores, List<String> overrides)
      throws IOException {
    this.directory = directory;
    Path home = directory.resolve("home");
    Files.createDirectories(home.resolve("jars"));
    processes = StandaloneProcesses.startMaster(home, DriverProcess.CLASS_PATH);
    try {
      for (int worker = 0; worker < workers; worker++) {
        processes.addWorker("worker-" + worker, cores, "1g", gpus(worker, cores));
      }
      session = open(processes.master(), cores, overrides);
    } catch (IOException | RuntimeException e) {
      processes.close();
      throw e;
    }
  }

  /**
   * Starts a cluster of workers with one core each and an application on it.
   *
   * @param directory for logs and work
   * @param workers each with one executor
   * @param overrides settings of the session
   */
  public static StandaloneCluster start(Path directory, int workers, String... overrides)
      throws IOException {
    return new StandaloneCluster(directory, workers, 1, List.of(overrides));
  }

  /** Starts a cluster of workers with several cores each, whatever this machine has. */
  public static StandaloneCluster startWide(Path directory, int workers, int cores)
      throws IOException {
    return new StandaloneCluster(directory, workers, cores, List.of());
  }

  /** Options of a worker that is told of GPUs, numbered over all workers. */
  private List<String> gpus(int worker, int count) throws IOException {
    String addresses =
        IntStream.range(worker * count, (worker + 1) * count)
            .mapToObj(gpu -> '"' + Integer.toString(gpu) + '"')
            .collect(Collectors.joining(", "));
    Path script = directory.resolve("gpu-" + worker + ".sh");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [" + addresses + "]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return List.of(
        "-Dspark.worker.resource.gpu.amount=" + count,
        "-Dspark.worker.resource.gpu.discoveryScript=" + script);
  }

  private static SparkSession open(String master, int cores, List<String> overrides) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "spark.master=\"" + master + "\"",
                "run.dir=target/cluster",
                "train.ranks=2",
                "spark.conf.spark.driver.host=\"127.0.0.1\"",
                "spark.conf.spark.driver.bindAddress=\"127.0.0.1\"",
                "spark.conf.spark.ui.enabled=false",
                "spark.conf.spark.serializer=org.apache.spark.serializer.KryoSerializer",
                "spark.conf.spark.executor.cores=" + cores,
                "spark.conf.spark.executor.memory=900m",
                "spark.conf.spark.executor.resource.gpu.amount=" + cores,
                "spark.conf.spark.task.resource.gpu.amount=1",
                "spark.conf.spark.sql.shuffle.partitions=2",
                "spark.conf.spark.default.parallelism=2",
                "spark.conf.spark.databricks.delta.snapshotPartitions=2",
                "spark.conf.spark.executor.extraClassPath=\"" + DriverProcess.CLASS_PATH + "\"",
                "spark.conf.spark.executor.extraJavaOptions=\"-XX:+UseSerialGC"
                    + " -XX:TieredStopAtLevel=1 -Dai.djl.offline=true\""));
    settings.addAll(overrides);
    return SparkSessions.open(
        AllSettings.reader().read(Optional.empty(), settings), "cluster tests");
  }

  /** The session of the application. */
  public SparkSession session() {
    return session;
  }

  /** The processes of the executors that run now: the only children of workers. */
  public List<ProcessHandle> executors() {
    return processes.executors();
  }

  /** Sends a signal, such as {@code KILL} or {@code STOP}, to a process. */
  public static void signal(String name, ProcessHandle process)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() {
    session.stop();
    processes.close();
  }
}
