package io.silverspark.jobs.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.jobs.config.RetrainSettings;
import io.silverspark.jobs.models.ModelCopy;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import io.silverspark.model.tracking.MlflowRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The registered models of {@code retrain.registry}: a directory for each version, and {@code
 * champion}, the one in use, which is replaced as a whole and last. A kill before that leaves the
 * old one in use, and the next run registers the same version again.
 *
 * @param directory of the registry
 * @param mlflow where versions are told as well, if anywhere
 * @param model its name there
 */
record ModelsInUse(Path directory, Optional<MlflowRegistry> mlflow, String model) {
  private static final String ALIAS = "champion";
  private static final String NOTE = "registered.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  static ModelsInUse of(JobContext context) {
    String server = context.get(RetrainSettings.MLFLOW);
    return new ModelsInUse(
        context
            .directory()
            .local(RetrainSettings.REGISTRY.key(), context.get(RetrainSettings.REGISTRY)),
        server.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new MlflowRegistry(
                    URI.create(server),
                    Optional.ofNullable(System.getenv("MLFLOW_TRACKING_TOKEN")))),
        context.get(RetrainSettings.MODEL));
  }

  /** The model in use; empty before the first one. */
  Optional<Path> champion() {
    return Optional.of(directory.resolve(ALIAS)).filter(Files::isDirectory);
  }

  /** Number of the version in use, 0 before the first one. */
  int version() {
    Path note = directory.resolve(ALIAS).resolve(NOTE);
    try {
      return Files.exists(note) ? JSON.readTree(note.toFile()).required("version").asInt() : 0;
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(note + " is damaged: " + e.getMessage(), e);
    }
  }

  /**
   * Registers a model as the next version and puts it in use.
   *
   * @param files directory of the model
   * @param facts what is known of it, by name
   * @return number of the version
   * @throws UserException if the registry cannot be written, or the MLflow server refuses
   */
  int register(Path files, Map<String, String> facts) {
    int version = version() + 1;
    Path kept = directory.resolve("versions").resolve(String.valueOf(version));
    JsonNode note =
        JSON.createObjectNode()
            .put("version", version)
            .set("facts", JSON.valueToTree(new TreeMap<>(facts)));
    try {
      write(files, kept, note);
      mlflow.ifPresent(
          registry ->
              registry.alias(
                  model, ALIAS, registry.version(model, kept.toUri().toString(), facts)));
      write(files, directory.resolve(ALIAS), note);
    } catch (IOException e) {
      throw new UserException(
          "retrain.registry = '%s' cannot be written: %s".formatted(directory, e), e);
    }
    return version;
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
