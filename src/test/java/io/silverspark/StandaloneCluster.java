package io.silverspark;

import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.run.SparkSessions;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * Spark's standalone master and workers as processes of their own on this machine, from the class
 * path of the tests: each worker has one core and one GPU that a script invents, and runs one
 * executor. The session of the application is the only one of this JVM.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String CLASS_PATH =
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(each -> Path.of(each).toAbsolutePath().toString())
          .collect(Collectors.joining(File.pathSeparator));

  private final List<Process> processes = new ArrayList<>();
  private final Path directory;
  private final SparkSession session;

  private StandaloneCluster(Path directory, int workers, List<String> overrides)
      throws IOException {
    this.directory = directory;
    Files.createDirectories(directory.resolve("home/jars"));
    int port = freePort();
    String master = "spark://" + LOOPBACK + ":" + port;
    try {
      start("master", "org.apache.spark.deploy.master.Master", List.of(), masterArguments(port));
      awaitOpen(port);
      for (int worker = 0; worker < workers; worker++) {
        start(
            "worker-" + worker,
            "org.apache.spark.deploy.worker.Worker",
            gpu(worker),
            workerArguments(master));
      }
      session = open(master, overrides);
    } catch (IOException | RuntimeException e) {
      processes.forEach(Process::destroyForcibly);
      throw e;
    }
  }

  /**
   * Starts a cluster and an application on it.
   *
   * @param directory for logs and work
   * @param workers each with one executor
   * @param overrides settings of the session
   */
  public static StandaloneCluster start(Path directory, int workers, String... overrides)
      throws IOException {
    return new StandaloneCluster(directory, workers, List.of(overrides));
  }

  private static List<String> masterArguments(int port) {
    return List.of("--host", LOOPBACK, "--port", Integer.toString(port), "--webui-port", "0");
  }

  private List<String> workerArguments(String master) {
    String work = directory.resolve("work").toString();
    return List.of(
        "--host",
        LOOPBACK,
        "--cores",
        "1",
        "--memory",
        "1g",
        "--webui-port",
        "0",
        "--work-dir",
        work,
        master);
  }

  /** The driver gives up after three tries, which a master that is still starting would miss. */
  private static void awaitOpen(int port) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (System.nanoTime() < deadline) {
      try (Socket socket = new Socket(LOOPBACK, port)) {
        return;
      } catch (IOException notYet) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    }
    throw new IllegalStateException("the master does not start, see its log");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Options of a worker that is told of one GPU, with the worker's number as its address. */
  private List<String> gpu(int worker) throws IOException {
    Path script = directory.resolve("gpu-" + worker + ".sh");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"" + worker + "\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return List.of(
        "-Dspark.worker.resource.gpu.amount=1",
        "-Dspark.worker.resource.gpu.discoveryScript=" + script);
  }

  private void start(String name, String main, List<String> options, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.addAll(List.of("-cp", CLASS_PATH, main));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Path logs = Files.createDirectories(Path.of("target", "cluster-logs"));
    builder.redirectOutput(logs.resolve(name + ".log").toFile());
    builder.environment().put("SPARK_HOME", directory.resolve("home").toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", LOOPBACK);
    processes.add(builder.start());
  }

  private static SparkSession open(String master, List<String> overrides) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "spark.master=\"" + master + "\"",
                "run.dir=target/cluster",
                "train.ranks=2",
                "spark.conf.spark.driver.host=\"127.0.0.1\"",
                "spark.conf.spark.driver.bindAddress=\"127.0.0.1\"",
                "spark.conf.spark.ui.enabled=false",
                "spark.conf.spark.executor.cores=1",
                "spark.conf.spark.executor.memory=900m",
                "spark.conf.spark.executor.resource.gpu.amount=1",
                "spark.conf.spark.task.resource.gpu.amount=1",
                "spark.conf.spark.sql.shuffle.partitions=2",
                "spark.conf.spark.default.parallelism=2",
                "spark.conf.spark.databricks.delta.snapshotPartitions=2",
                "spark.conf.spark.executor.extraClassPath=\"" + CLASS_PATH + "\"",
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
    return processes.stream().skip(1).flatMap(Process::children).toList();
  }

  /** Sends a signal, such as {@code KILL} or {@code STOP}, to a process. */
  public static void signal(String name, ProcessHandle process)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    session.stop();
    List<ProcessHandle> left = executors();
    for (Process process : processes) {
      process.destroy();
    }
    for (Process process : processes) {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    left.forEach(ProcessHandle::destroyForcibly);
  }
}
