package io.silverspark.model.tracking;

import io.silverspark.model.disk.AtomicWrite;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One run of an {@link MlflowStore}: {@code meta.yaml}, {@code params/NAME}, {@code metrics/NAME}
 * with lines of time, value and step, {@code tags/NAME} and an empty {@code artifacts}.
 */
public final class MlflowRun implements RunTracker {
  private static final int RUNNING = 1;
  private static final int FINISHED = 3;
  private static final int FAILED = 4;
  private static final int LOCAL_SOURCE = 4;
  private static final int LONGEST_PARAMETER = 6000; // characters that MLflow accepts

  private final Path directory;
  private final String experimentId;
  private final String name;
  private final long started;
  private final Map<String, BufferedWriter> metrics = new TreeMap<>();
  private boolean ended;

  private MlflowRun(Path directory, String experimentId, String name, long started) {
    this.directory = directory;
    this.experimentId = experimentId;
    this.name = name;
    this.started = started;
  }

  static MlflowRun open(Path directory, String experimentId, String name) throws IOException {
    for (String part : List.of("params", "metrics", "tags", "artifacts")) {
      Files.createDirectories(directory.resolve(part));
    }
    Path meta = directory.resolve("meta.yaml");
    List<String> known = Files.exists(meta) ? Files.readAllLines(meta) : List.of();
    MlflowRun run =
        new MlflowRun(
            directory,
            experimentId,
            MlflowStore.value(known, "run_name").orElse(name),
            MlflowStore.value(known, "start_time")
                .map(Long::parseLong)
                .orElse(System.currentTimeMillis()));
    run.meta(RUNNING, false);
    run.tag("mlflow.runName", run.name);
    run.tag("mlflow.user", System.getProperty("user.name", "unknown"));
    run.tag("mlflow.source.name", "SilverSpark");
    run.tag("mlflow.source.type", "LOCAL");
    return run;
  }

  /** The run's id, the name of its directory. */
  public String id() {
    return directory.getFileName().toString();
  }

  /** A note on the run that can be searched for. */
  public void tag(String tag, String value) {
    write("tags", tag, value);
  }

  @Override
  public void parameters(Map<String, String> values) {
    values.forEach(
        (parameter, value) ->
            write(
                "params",
                parameter,
                value.length() > LONGEST_PARAMETER
                    ? value.substring(0, LONGEST_PARAMETER)
                    : value));
  }

  @Override
  public void scalar(String metric, long step, double value) {
    if (!Double.isFinite(value)) {
      return;
    }
    try {
      BufferedWriter file = metrics.get(metric);
      if (file == null) {
        Path path = file("metrics", metric);
        file = Files.newBufferedWriter(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        metrics.put(metric, file);
      }
      file.write(System.currentTimeMillis() + " " + value + " " + step + "\n");
      file.flush();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void resumeAt(long step) {
    try {
      closeMetrics();
      Path home = directory.resolve("metrics");
      try (Stream<Path> files = Files.walk(home)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          cut(file, step);
        }
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Keeps the lines of earlier steps; a line that a kill cut short goes too. */
  private static void cut(Path file, long step) throws IOException {
    List<String> kept =
        Files.readAllLines(file).stream()
            .filter(
                line -> {
                  String[] parts = line.split(" ");
                  return parts.length == 3 && Long.parseLong(parts[2]) < step;
                })
            .toList();
    if (kept.isEmpty()) {
      Files.delete(file); // MLflow expects a line in each file
    } else {
      AtomicWrite.text(file, String.join("\n", kept) + "\n");
    }
  }

  @Override
  public void finish(Status status) {
    try {
      meta(status == Status.FINISHED ? FINISHED : FAILED, true);
      ended = true;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void meta(int status, boolean over) throws IOException {
    Map<String, String> meta = new LinkedHashMap<>();
    String artifacts = directory.resolve("artifacts").toUri().toString().replaceFirst("/$", "");
    meta.put("artifact_uri", MlflowStore.quoted(artifacts));
    meta.put("end_time", over ? String.valueOf(System.currentTimeMillis()) : "null");
    meta.put("entry_point_name", "''");
    meta.put("experiment_id", MlflowStore.quoted(experimentId));
    meta.put("lifecycle_stage", "active");
    meta.put("run_id", MlflowStore.quoted(id()));
    meta.put("run_name", MlflowStore.quoted(name));
    meta.put("run_uuid", MlflowStore.quoted(id()));
    meta.put("source_name", "''");
    meta.put("source_type", String.valueOf(LOCAL_SOURCE));
    meta.put("source_version", "''");
    meta.put("start_time", String.valueOf(started));
    meta.put("status", String.valueOf(status));
    meta.put("tags", "[]");
    meta.put("user_id", MlflowStore.quoted(System.getProperty("user.name", "unknown")));
    AtomicWrite.text(directory.resolve("meta.yaml"), MlflowStore.yaml(meta));
  }

  private void write(String kind, String key, String value) {
    try {
      AtomicWrite.text(file(kind, key), value);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** MLflow allows letters, digits and {@code _-. /}; a slash makes a directory. */
  private Path file(String kind, String key) throws IOException {
    String safe = key.replaceAll("[^\\w\\-. /]", "_").replace("..", "__").replaceAll("^/+", "");
    Path file = directory.resolve(kind).resolve(safe);
    Files.createDirectories(file.getParent());
    return file;
  }

  private UncheckedIOException failure(IOException cause) {
    return new UncheckedIOException("cannot write the MLflow run " + directory, cause);
  }

  private void closeMetrics() throws IOException {
    for (BufferedWriter file : metrics.values()) {
      file.close();
    }
    metrics.clear();
  }

  @Override
  public void close() {
    if (!ended) {
      finish(Status.FAILED);
    }
    try {
      closeMetrics();
    } catch (IOException e) {
      throw failure(e);
    }
  }
}
