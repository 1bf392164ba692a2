package io.silverspark.model.tracking;

import io.silverspark.model.disk.AtomicWrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * MLflow's file store, the directory {@code mlruns}: experiments, in each its runs. {@code mlflow
 * ui --backend-store-uri} shows it; no server takes part.
 *
 * <p>Source: the layout that MLflow 2 writes.
 *
 * @param directory the store, created if need be
 */
public record MlflowStore(Path directory) {
  private static final String META = "meta.yaml";
  private static final int RUN_ID_DIGITS = 32;
  private static final long FIRST_ID = 100_000_000_000_000_000L;
  private static final long IDS = 900_000_000_000_000_000L;

  /**
   * Opens a run, a new one or one that an earlier process began. The caller closes it.
   *
   * @param experiment name of the experiment, created if need be
   * @param name of the run, as the user interface shows it
   * @param key tells the run from all others: the same key gives the same run
   * @throws UncheckedIOException if the store cannot be written
   */
  public MlflowRun open(String experiment, String name, String key) {
    try {
      Path home = experiment(experiment);
      return MlflowRun.open(home.resolve(runId(key)), home.getFileName().toString(), name);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to the MLflow store " + directory, e);
    }
  }

  /** The id of a key's run: 32 hexadecimal digits. */
  public static String runId(String key) {
    return digest(key).substring(0, RUN_ID_DIGITS);
  }

  private Path experiment(String name) throws IOException {
    Files.createDirectories(directory);
    Optional<Path> known = find(name);
    if (known.isPresent()) {
      return known.get();
    }
    // 18 decimal digits, as MLflow makes them
    String id = String.valueOf(FIRST_ID + Long.remainderUnsigned(number(name), IDS));
    Path home = directory.toAbsolutePath().normalize().resolve(id);
    Files.createDirectories(home);
    long now = System.currentTimeMillis();
    Map<String, String> meta = new LinkedHashMap<>();
    meta.put("artifact_location", quoted(home.toUri().toString().replaceFirst("/$", "")));
    meta.put("creation_time", String.valueOf(now));
    meta.put("experiment_id", quoted(id));
    meta.put("last_update_time", String.valueOf(now));
    meta.put("lifecycle_stage", "active");
    meta.put("name", quoted(name));
    AtomicWrite.text(home.resolve(META), yaml(meta));
    return home;
  }

  private Optional<Path> find(String name) throws IOException {
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (Stream<Path> homes = Files.list(directory.toAbsolutePath().normalize())) {
      for (Path home : homes.sorted().toList()) {
        Path meta = home.resolve(META);
        if (Files.exists(meta)
            && value(Files.readAllLines(meta), "name").filter(name::equals).isPresent()) {
          return Optional.of(home);
        }
      }
    }
    return Optional.empty();
  }

  /** The value of a key in the lines of a flat YAML file. */
  static Optional<String> value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key + ":"))
        .map(line -> unquoted(line.substring(key.length() + 1).strip()))
        .findFirst();
  }

  private static long number(String text) {
    return Long.parseUnsignedLong(digest(text), 0, Long.BYTES * 2, 16);
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static String yaml(Map<String, String> values) {
    StringBuilder text = new StringBuilder();
    values.forEach((key, value) -> text.append(key).append(": ").append(value).append('\n'));
    return text.toString();
  }

  /** In single quotes, where YAML knows no other escape than two of them. */
  static String quoted(String text) {
    return "'" + text.replaceAll("\\p{Cntrl}", " ").replace("'", "''") + "'";
  }

  private static String unquoted(String text) {
    boolean single = text.length() > 1 && text.startsWith("'") && text.endsWith("'");
    return single ? text.substring(1, text.length() - 1).replace("''", "'") : text;
  }
}
