package io.silverspark.udfs.serving;

import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelReference;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * A model as executors come by it. A directory of the driver goes out with the tasks; an executor
 * that sees the same directory with the same content reads it there, the others fetch a copy once.
 * All other references every executor opens for itself.
 *
 * @param spec which model, and how it is fed
 * @param content fingerprint of the directory; null if there is no copy
 * @param copy of the directory; null if executors open the reference for themselves
 */
public record ShippedModel(EncodeSpec spec, String content, Broadcast<ShippedDirectory> copy)
    implements Serializable {

  /** What was sent and is still in use, by application and content. */
  private static final Map<String, SoftReference<Broadcast<ShippedDirectory>>> SENT =
      new ConcurrentHashMap<>();

  /** A model of the driver, for the executors of a session; decides its precision. */
  public static ShippedModel of(SparkSession spark, EncodeSpec asked) {
    EncodeSpec spec = ExecutorPrecision.decide(spark, asked);
    SparkContext context = spark.sparkContext();
    Optional<Path> directory = directory(spec.model());
    if (context.isLocal() || directory.isEmpty()) {
      return here(spec);
    }
    Path whole = whole(directory.get());
    String content = ModelFingerprint.of(whole.toString());
    return new ShippedModel(spec, content, send(context, whole, content));
  }

  /** The directory; of an adapter whose base lies on the driver alone, the merged model. */
  static Path whole(Path directory) {
    if (ModelReference.adapterBase(directory).isEmpty()) {
      return directory;
    }
    Path merged = ShippedDirectory.place("merged-" + ModelFingerprint.of(directory.toString()));
    if (!Files.isDirectory(merged)) {
      ModelDirectory.write(ModelDirectory.read(directory), merged, "# Merged adapter\n");
    }
    return merged;
  }

  /** A model of the driver, for the executors of the active session, if there is one. */
  public static ShippedModel of(EncodeSpec spec) {
    return DriverContext.session().map(session -> of(session, spec)).orElseGet(() -> here(spec));
  }

  /** A model that this process opens by its reference. */
  static ShippedModel here(EncodeSpec spec) {
    return new ShippedModel(spec, null, null);
  }

  private static Broadcast<ShippedDirectory> send(
      SparkContext context, Path directory, String content) {
    SoftReference<Broadcast<ShippedDirectory>> sent =
        SENT.compute(
            context.applicationId() + "/" + content,
            (key, before) ->
                before != null && before.get() != null
                    ? before
                    : new SoftReference<>(
                        JavaSparkContext.fromSparkContext(context)
                            .broadcast(ShippedDirectory.of(directory))));
    Broadcast<ShippedDirectory> copy = sent.get();
    return copy == null ? send(context, directory, content) : copy;
  }

  private static Optional<Path> directory(String reference) {
    try {
      return Optional.of(Path.of(reference)).filter(Files::isDirectory);
    } catch (InvalidPathException notAPath) {
      return Optional.empty();
    }
  }

  /** Tells whether the model still has the content it had. */
  String fingerprint() {
    return copy == null ? ModelFingerprint.of(spec.model()) : content;
  }

  /** What this process opens; fetches the directory if need be. */
  String location() {
    if (copy == null || isHere()) {
      return spec.model();
    }
    Path fetched = ShippedDirectory.place(content);
    return (Files.isDirectory(fetched) ? fetched : copy.value().path()).toString();
  }

  private boolean isHere() {
    try {
      return directory(spec.model()).isPresent()
          && ModelFingerprint.of(spec.model()).equals(content);
    } catch (UncheckedIOException unreadable) {
      return false;
    }
  }
}
