package io.silverspark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.python.Py4JServer;

/** Runs Python programs of {@code src/test/python} whose PySpark uses the session of this JVM. */
public final class PySpark {
  private PySpark() {}

  /** Runs a program and waits; the default session of this JVM must be open. */
  public static Python.Finished run(String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(Path.of("src/test/python", script).toString()));
    command.addAll(List.of(arguments));
    Py4JServer server = new Py4JServer(new SparkConf());
    server.start();
    try {
      return Python.run(
          command,
          Map.of(
              "PYSPARK_GATEWAY_PORT", String.valueOf(server.getListeningPort()),
              "PYSPARK_GATEWAY_SECRET", server.secret()));
    } finally {
      server.shutdown();
    }
  }
}
