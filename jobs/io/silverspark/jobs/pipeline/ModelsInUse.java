package io.silverspark.jobs.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.config.RetrainSettings;
import io.silverspark.jobs.models.ModelCopy;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.config.Setting;
import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import io.silverspark.model.tracking.MlflowRegistry;
import io.silverspark.model.tracking.UnityCatalogRegistry;
import io.silverspark.model.tracking.UnityCatalogRegistry.Version;
import io.silverspark.udfs.serving.HadoopDirectory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;

/**
 * The registered models of {@code retrain.registry}: a directory for each version, and {@code
 * champion}, the one in use, which is replaced as a whole and last. A kill before that leaves the
 * old one in use, and the next run registers the same version again. The champion knows the tables
 * that it was trained on, so a kill after that is a finished turn.
 *
 * @param directory of the registry
 * @param mlflow where versions are told as well, if anywhere
 * @param unityCatalog where versions and their files are kept as well, if anywhere
 * @param model its name there
 * @param hadoop settings of the file systems that a catalog keeps files on
 */
record ModelsInUse(
    Path directory,
    Optional<MlflowRegistry> mlflow,
    Optional<UnityCatalogRegistry> unityCatalog,
    String model,
    Supplier<Configuration> hadoop) {
  private static final String ALIAS = "champion";
  private static final String NOTE = "registered.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  static ModelsInUse of(JobContext context) {
    return new ModelsInUse(
        context
            .directory()
            .local(RetrainSettings.REGISTRY.key(), context.get(RetrainSettings.REGISTRY)),
        server(context, RetrainSettings.MLFLOW)
            .map(uri -> new MlflowRegistry(uri, token("MLFLOW_TRACKING_TOKEN"))),
        server(context, RetrainSettings.UNITY_CATALOG)
            .map(uri -> new UnityCatalogRegistry(uri, token("MLFLOW_UC_OSS_TOKEN"))),
        context.get(RetrainSettings.MODEL),
        () -> context.spark().sessionState().newHadoopConf());
  }

  private static Optional<URI> server(JobContext context, Setting<String> setting) {
    return Optional.of(context.get(setting)).filter(uri -> !uri.isEmpty()).map(URI::create);
  }

  private static Optional<String> token(String variable) {
    return Optional.ofNullable(System.getenv(variable));
  }

  /** The model in use; empty before the first one. */
  Optional<Path> champion() {
    return Optional.of(inUse()).filter(Files::isDirectory);
  }

  /** A kill while the model in use was replaced must not make the next one the first. */
  private Path inUse() {
    Path inUse = directory.resolve(ALIAS);
    try {
      AtomicWrite.recover(inUse);
      return inUse;
    } catch (IOException e) {
      throw new UserException(
          "%s is missing, and what a killed run left of it cannot be put back: %s"
              .formatted(inUse, e),
          e);
    }
  }

  /** Number of the version in use, 0 before the first one. */
  int version() {
    return note().path("version").asInt();
  }

  /** Versions of the tables that the model in use was trained on, by name. */
  Map<String, Long> tables() {
    Map<String, Long> tables = new TreeMap<>();
    note()
        .path("tables")
        .fields()
        .forEachRemaining(e -> tables.put(e.getKey(), e.getValue().asLong()));
    return tables;
  }

  private JsonNode note() {
    Path note = inUse().resolve(NOTE);
    if (!Files.exists(note)) {
      return JSON.createObjectNode();
    }
    try {
      JsonNode json = JSON.readTree(note.toFile());
      if (!json.path("version").isInt()) {
        throw new UserException(note + " is damaged: version is no whole number");
      }
      return json;
    } catch (IOException e) {
      throw new UserException(note + " is damaged: " + e.getMessage(), e);
    }
  }

  /**
   * Registers a model as the next version and puts it in use.
   *
   * @param files directory of the model
   * @param tables versions of the tables that it was trained on, by name
   * @param facts what is known of it, by name
   * @return number of the version
   * @throws UserException if the registry cannot be written, or a server refuses
   */
  int register(Path files, Map<String, Long> tables, Map<String, String> facts) {
    int version = version() + 1;
    Path kept = directory.resolve("versions").resolve(String.valueOf(version));
    ObjectNode note = JSON.createObjectNode().put("version", version);
    note.set("tables", JSON.valueToTree(new TreeMap<>(tables)));
    note.set("facts", JSON.valueToTree(new TreeMap<>(facts)));
    try {
      write(files, kept, note);
      mlflow.ifPresent(
          registry ->
              registry.alias(
                  model, ALIAS, registry.version(model, kept.toUri().toString(), facts)));
      if (unityCatalog.isPresent()) {
        upload(unityCatalog.get(), kept, new TreeMap<>(facts).toString());
      }
      write(files, directory.resolve(ALIAS), note);
    } catch (IOException e) {
      throw new UserException(
          "retrain.registry = '%s' cannot be written: %s".formatted(directory, e), e);
    }
    return version;
  }

  private void upload(UnityCatalogRegistry catalog, Path kept, String facts) {
    Version version = catalog.version(model, kept.toUri().toString(), facts);
    if (version.ready()) {
      return;
    }
    Configuration settings = new Configuration(hadoop.get());
    catalog.credentials(version).forEach(settings::set);
    try {
      HadoopDirectory.at(version.location(), settings).upload(kept, file -> false);
    } catch (IOException e) {
      throw new UserException(
          "version %d of %s cannot be written to %s: %s"
              .formatted(version.version(), model, version.location(), e.getMessage()),
          e);
    }
    catalog.ready(version);
  }

  private static void write(Path files, Path target, JsonNode note) throws IOException {
    AtomicWrite.directory(
        target,
        copy -> {
          ModelCopy.copy(files, copy);
          Files.writeString(copy.resolve(NOTE), note.toPrettyString() + "\n");
        });
  }
}
