package io.silverspark.model.checkpoint;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of one run in one directory, of which the last two are kept.
 *
 * <p>A checkpoint is a directory {@code checkpoint-00000120} with {@code tensors.safetensors},
 * {@code state.json} and {@code checksums.json}. It is written under a temporary name and renamed
 * when it is whole, so a kill at any moment leaves the ones before. One that is damaged all the
 * same is passed over with a warning.
 */
public final class CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final Pattern NAME = Pattern.compile("checkpoint-\\d{8}");
  private static final String TEMPORARY = ".incomplete-";
  private static final String TENSORS = "tensors.safetensors";
  private static final String STATE = "state.json";
  private static final String CHECKSUMS = "checksums.json";
  private static final int KEPT = 2;

  private final Path directory;
  private final Commit commit;
  private final ObjectMapper json = new ObjectMapper();

  /** Decides whether a checkpoint that is whole becomes one of the store. */
  @FunctionalInterface
  public interface Commit {
    /**
     * Called with each checkpoint before it gets its name.
     *
     * @param files directory of the checkpoint
     * @param name of the checkpoint in the store
     * @throws IOException if it must not be one
     */
    void accept(Path files, String name) throws IOException;
  }

  /**
   * A store in a directory of its own.
   *
   * @param directory made with the first checkpoint; only one run may use it at a time
   */
  public CheckpointStore(Path directory) {
    this(directory, (files, name) -> {});
  }

  /**
   * A store whose checkpoints somebody else must agree to.
   *
   * @param directory made with the first checkpoint
   * @param commit may copy the checkpoint, and refuses it by throwing
   */
  public CheckpointStore(Path directory, Commit commit) {
    this.directory = directory;
    this.commit = commit;
  }

  /** Writes a checkpoint and deletes all but the last two. */
  public void write(Checkpoint checkpoint) {
    String name = "checkpoint-%08d".formatted(checkpoint.state().step());
    try {
      Path temporary = newDirectory();
      Safetensors.write(temporary.resolve(TENSORS), checkpoint.tensors(), Map.of());
      json.writeValue(temporary.resolve(STATE).toFile(), stateJson(checkpoint));
      json.writeValue(temporary.resolve(CHECKSUMS).toFile(), checksums(temporary));
      commit.accept(temporary, name);
      adopt(temporary, name);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "checkpoint " + name + " cannot be written in " + directory, e);
    }
  }

  /**
   * Takes in a checkpoint that another store wrote, and deletes all but the last two.
   *
   * @param files its directory, on the file system of this store; moved
   * @param name that the other store gave to it
   * @throws IOException if it cannot be moved
   */
  public void adopt(Path files, String name) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(name + " is not the name of a checkpoint");
    }
    delete(directory.resolve(name));
    AtomicWrite.rename(files, directory.resolve(name));
    deleteOld();
  }

  /** An empty directory on the file system of this store, for a checkpoint to {@link #adopt}. */
  public Path newDirectory() throws IOException {
    Files.createDirectories(directory);
    return Files.createDirectory(directory.resolve(TEMPORARY + UUID.randomUUID()));
  }

  /** The newest checkpoint that is whole; newer damaged ones are named in the log. */
  public Optional<Checkpoint> latest() {
    return newest().map(this::readWhole);
  }

  /** Directory of the newest checkpoint that is whole. */
  public Optional<Path> newest() {
    for (Path candidate : newestFirst()) {
      try {
        requireWhole(candidate);
        return Optional.of(candidate);
      } catch (IOException | RuntimeException e) {
        LOG.warn("checkpoint {} is damaged and skipped: {}", candidate, e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Deletes every checkpoint, once the trained model is saved. */
  public void clear() {
    try {
      for (Path checkpoint : newestFirst()) {
        delete(checkpoint);
      }
      deleteTemporary();
    } catch (IOException e) {
      throw new UncheckedIOException("checkpoints cannot be deleted in " + directory, e);
    }
  }

  private void requireWhole(Path checkpoint) throws IOException {
    Map<String, String> expected =
        json.readValue(checkpoint.resolve(CHECKSUMS).toFile(), new TypeReference<>() {});
    Map<String, String> found = checksums(checkpoint);
    if (!found.equals(expected)) {
      throw new IOException("checksums " + found + " are not " + expected);
    }
  }

  private Checkpoint readWhole(Path checkpoint) {
    try {
      return read(checkpoint);
    } catch (IOException e) {
      throw new UncheckedIOException("checkpoint " + checkpoint + " cannot be read", e);
    }
  }

  private Checkpoint read(Path checkpoint) throws IOException {
    ObjectNode state = (ObjectNode) json.readTree(checkpoint.resolve(STATE).toFile());
    return new Checkpoint(
        json.convertValue(state.get("run"), new TypeReference<Map<String, String>>() {}),
        new TrainingState(
            state.get("step").asInt(),
            state.get("epoch").asInt(),
            state.get("batch").asInt(),
            state.get("bestScore").isNull()
                ? OptionalDouble.empty()
                : OptionalDouble.of(state.get("bestScore").asDouble()),
            state.get("bestStep").asInt(),
            state.get("withoutGain").asInt(),
            lossScale(state)),
        Safetensors.read(checkpoint.resolve(TENSORS)));
  }

  /** Empty also for a checkpoint from before there was a scale. */
  private static Optional<LossScale> lossScale(ObjectNode state) {
    return state.has("lossScale")
        ? Optional.of(
            new LossScale(
                state.get("lossScale").asDouble(), state.get("lossScaleFiniteSteps").asInt()))
        : Optional.empty();
  }

  private ObjectNode stateJson(Checkpoint checkpoint) {
    TrainingState state = checkpoint.state();
    ObjectNode node = json.createObjectNode();
    node.put("step", state.step()).put("epoch", state.epoch()).put("batch", state.batch());
    if (state.bestScore().isPresent()) {
      node.put("bestScore", state.bestScore().getAsDouble());
    } else {
      node.putNull("bestScore");
    }
    node.put("bestStep", state.bestStep()).put("withoutGain", state.withoutGain());
    state
        .lossScale()
        .ifPresent(
            scale ->
                node.put("lossScale", scale.value())
                    .put("lossScaleFiniteSteps", scale.finiteSteps()));
    node.set("run", json.valueToTree(checkpoint.run()));
    return node;
  }

  private static Map<String, String> checksums(Path checkpoint) throws IOException {
    return Map.of(
        TENSORS, checksum(checkpoint.resolve(TENSORS)), STATE, checksum(checkpoint.resolve(STATE)));
  }

  /** Length and CRC-32C: guards against torn and truncated files, not against forgery. */
  private static String checksum(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[1 << 16];
    long length = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        crc.update(buffer, 0, read);
        length += read;
      }
    }
    return "%d bytes, crc32c %08x".formatted(length, crc.getValue());
  }

  private List<Path> newestFirst() {
    if (!Files.exists(directory)) {
      return List.of();
    }
    if (!Files.isDirectory(directory)) {
      throw new UserException(
          "checkpoint directory '%s' is a file; needs a directory".formatted(directory));
    }
    try (Stream<Path> children = Files.list(directory)) {
      return children
          .filter(child -> NAME.matcher(child.getFileName().toString()).matches())
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + directory, e);
    }
  }

  private void deleteOld() throws IOException {
    List<Path> all = newestFirst();
    for (Path old : all.subList(Math.min(KEPT, all.size()), all.size())) {
      delete(old);
    }
    deleteTemporary();
  }

  private void deleteTemporary() throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> left;
    try (Stream<Path> children = Files.list(directory)) {
      left =
          children.filter(child -> child.getFileName().toString().startsWith(TEMPORARY)).toList();
    }
    for (Path each : left) {
      try {
        delete(each);
      } catch (IOException | UncheckedIOException e) {
        // Whoever still writes there fails by it and removes the rest.
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    List<Path> leavesFirst;
    try (Stream<Path> paths = Files.walk(tree)) {
      leavesFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : leavesFirst) {
      Files.delete(path);
    }
  }
}
