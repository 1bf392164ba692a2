package io.silverspark.model.shards;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.error.UserException;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The shards of a data set, in their order. It is written last: shards that no manifest names do
 * not count.
 *
 * @param version of the format, {@link #VERSION}
 * @param identity digest of all that the rows depend on: tables, settings and tokenizer
 * @param layout what each example consists of
 * @param shards at least one
 */
public record ShardManifest(int version, String identity, ExampleLayout layout, List<Shard> shards)
    implements Serializable {
  /** The version that is written and read. */
  public static final int VERSION = 2;

  /** Name of the manifest's file. */
  public static final String FILE = "shards.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  /**
   * One file of consecutive examples.
   *
   * @param file name within the directory of the manifest
   * @param rows examples
   * @param bytes of the file
   * @param crc32c checksum of its bytes, in hexadecimal
   * @param labels those that tell what the labels are like, see {@link LabelSummary}
   */
  public record Shard(String file, int rows, long bytes, String crc32c, List<LabelSummary> labels)
      implements Serializable {
    /** Copies the list. */
    public Shard {
      labels = List.copyOf(labels);
    }
  }

  /**
   * A label of a shard. There are all that occur, up to 256; of more those that matter when labels
   * are checked: the smallest, the largest, the first that is no whole number, and what is not
   * finite. Of lists there are all labels of a few queries: the one with the smallest label and the
   * first ones with several documents, with different labels and with one that is not finite.
   *
   * @param label the number
   * @param example the first one that has it, or the query; counted within the shard
   * @param often 1, or 2 if several examples have it
   */
  public record LabelSummary(float label, int example, int often) implements Serializable {}

  /** Copies the list. */
  public ShardManifest {
    shards = List.copyOf(shards);
  }

  /**
   * A manifest of this version.
   *
   * @throws IllegalArgumentException if there is no shard
   */
  public static ShardManifest of(String identity, ExampleLayout layout, List<Shard> shards) {
    if (shards.isEmpty()) {
      throw new IllegalArgumentException("a data set has one shard or more");
    }
    return new ShardManifest(VERSION, identity, layout, shards);
  }

  /** Number of examples. */
  public int rows() {
    return shards.stream().mapToInt(Shard::rows).reduce(0, Math::addExact);
  }

  /** Bytes of all shards. */
  public long bytes() {
    return shards.stream().mapToLong(Shard::bytes).sum();
  }

  /** Sizes and checksums in one line, to tell one data set from another. */
  public String fingerprint() {
    int hash = shards.stream().map(Shard::crc32c).collect(Collectors.toList()).hashCode();
    return "examples=%d columns=%d labels=%d shards=%d hash=%08x"
        .formatted(rows(), layout.columns(), layout.labels(), shards.size(), hash);
  }

  /** The content of the file. */
  public String json() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest cannot be written", e);
    }
  }

  /**
   * Reads a manifest.
   *
   * @param json content of the file
   * @param where the file, for messages
   * @throws UserException if it is no manifest of this version
   */
  public static ShardManifest read(String json, String where) {
    ShardManifest manifest;
    try {
      manifest = JSON.readValue(json, ShardManifest.class);
    } catch (JsonProcessingException | RuntimeException e) {
      throw new UserException(
          "%s is not a list of shards (%s); delete its directory"
              .formatted(where, e.getMessage().lines().findFirst().orElse("")),
          e);
    }
    if (manifest.version != VERSION || manifest.shards.isEmpty()) {
      throw new UserException(
          "%s has version %d and %d shards, expected version %d and at least 1; delete its directory"
              .formatted(where, manifest.version, manifest.shards.size(), VERSION));
    }
    return manifest;
  }
}
