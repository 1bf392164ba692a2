package io.silverspark;

import io.silverspark.jobs.Main;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A command as a process of its own, from the class path of the tests, so that it can be killed.
 */
public final class DriverProcess {
  /** Class path of the tests, with absolute entries. */
  public static final String CLASS_PATH =
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(entry -> Path.of(entry).toAbsolutePath().toString())
          .collect(Collectors.joining(File.pathSeparator));

  private DriverProcess() {}

  /**
   * Starts a command, in float32 unless a setting says otherwise, as {@link SparkFixture#context}.
   *
   * @param command such as {@code label}
   * @param settings each {@code key=value}
   * @param environment beside that of this process
   * @param output file that all it prints goes to
   */
  public static Process start(
      String command, List<String> settings, Map<String, String> environment, Path output)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of(command));
    Stream.of(SparkFixture.FLOAT32, settings)
        .flatMap(List::stream)
        .forEach(setting -> arguments.addAll(List.of("--set", setting)));
    ProcessBuilder builder = builder(CLASS_PATH, arguments).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** A command with these arguments, with the flags of this JVM and its outputs in one. */
  public static ProcessBuilder builder(String classPath, List<String> arguments) {
    List<String> line = new ArrayList<>();
    line.add(ProcessHandle.current().info().command().orElseThrow());
    line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    line.addAll(List.of("-Xmx700m", "-cp", classPath, Main.class.getName()));
    line.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder;
  }
}
