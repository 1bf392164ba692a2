package io.silverspark;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Spark's standalone master and workers as processes of their own on this machine. */
public final class StandaloneProcesses implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";

  private final Path home;
  private final String classPath;
  private final int port;
  private final List<Process> processes = new ArrayList<>();

  private StandaloneProcesses(Path home, String classPath) throws IOException {
    this.home = home;
    this.classPath = classPath;
    this.port = freePort();
  }

  /**
   * Starts a master and waits until it listens.
   *
   * @param home what the processes take for an installation of Spark; has a directory {@code jars}
   * @param classPath of the processes
   */
  public static StandaloneProcesses startMaster(Path home, String classPath) throws IOException {
    StandaloneProcesses cluster = new StandaloneProcesses(home, classPath);
    cluster.start(
        "master",
        "org.apache.spark.deploy.master.Master",
        List.of(),
        List.of("--host", LOOPBACK, "--port", Integer.toString(cluster.port), "--webui-port", "0"));
    try {
      cluster.awaitOpen();
    } catch (IllegalStateException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /**
   * Starts a worker.
   *
   * @param name of its log
   * @param cores that it says it has
   * @param memory such as {@code 1g}
   * @param options of its Java process
   */
  public void addWorker(String name, int cores, String memory, List<String> options)
      throws IOException {
    start(
        name,
        "org.apache.spark.deploy.worker.Worker",
        options,
        List.of(
            "--host",
            LOOPBACK,
            "--cores",
            Integer.toString(cores),
            "--memory",
            memory,
            "--webui-port",
            "0",
            "--work-dir",
            home.resolve("work").toString(),
            master()));
  }

  /** What {@code spark.master} is set to. */
  public String master() {
    return "spark://" + LOOPBACK + ":" + port;
  }

  /** The processes of the executors that run now: the only children of workers. */
  public List<ProcessHandle> executors() {
    return processes.stream().skip(1).flatMap(Process::children).toList();
  }

  /** The driver gives up after three tries, which a master that is still starting would miss. */
  private void awaitOpen() {
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

  private void start(String name, String main, List<String> options, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Path logs = Files.createDirectories(Path.of("target", "cluster-logs"));
    builder.redirectOutput(logs.resolve(name + ".log").toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", LOOPBACK);
    processes.add(builder.start());
  }

  @Override
  public void close() {
    List<ProcessHandle> left = executors();
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    left.forEach(ProcessHandle::destroyForcibly);
  }
}
