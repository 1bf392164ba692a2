package io.silverspark.model.hub;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Splits of data sets of the Hugging Face Hub as Parquet files of the local cache, downloaded when
 * they are not there. A data set's own Parquet files count, in the places that the Hub's library
 * looks for; where it has none, those that the Hub keeps of it on its branch {@code
 * refs/convert/parquet}.
 */
public final class HubDatasets {
  private static final Logger LOG = LoggerFactory.getLogger(HubDatasets.class);
  private static final String CONVERTED = "refs/convert/parquet";
  private static final String DEFAULT = "default";
  private static final Pattern SHARDS = Pattern.compile("-of-(\\d+)(?:-\\w+)?\\.parquet$");

  private final HubAccess access;
  private final HubFiles files;

  /**
   * Data sets of one Hub.
   *
   * @param access where it is and where its files are kept
   */
  public HubDatasets(HubAccess access) {
    this(access, HubFiles.PAUSE);
  }

  /** With another pause between attempts. */
  HubDatasets(HubAccess access, Duration pause) {
    this.access = access;
    this.files = new HubFiles(access, pause);
  }

  /**
   * The Parquet files of a split, in the order of their shards.
   *
   * @param id the data set and its revision
   * @param configuration subset of the data set; empty: the default one, or the only one
   * @param split such as {@code train} or {@code validation_matched}
   * @return files of the cache; do not write into them
   * @throws UserException if the Hub does not have or show the data set, it has no such files, the
   *     network or the disk fails, or HF_HUB_OFFLINE is set and they are not in the cache
   */
  public List<Path> parquet(HubId id, Optional<String> configuration, String split) {
    Optional<List<Path>> own = find(id, configuration, split);
    if (own.isPresent()) {
      return own.get();
    }
    HubId converted = id.at(CONVERTED);
    if (id.revision().isPresent()) {
      throw lacking(id, configuration, split, listed(id));
    }
    return find(converted, configuration, split)
        .orElseThrow(
            () ->
                access.offline()
                    ? HubErrors.offline(id, access.cache())
                    : lacking(converted, configuration, split, listed(converted)));
  }

  private Optional<List<Path>> find(HubId id, Optional<String> configuration, String split) {
    CachedRepository cached = new CachedRepository(access.cache(), id);
    RepositoryListing listing;
    if (access.offline()) {
      return offline(id, configuration, split, cached);
    }
    try {
      listing = files.listing(id);
    } catch (IOException e) {
      Optional<List<Path>> known = offline(id, configuration, split, cached);
      if (known.isEmpty()) {
        throw HubErrors.unreachable(id, access, e);
      }
      LOG.warn("data set={} {} cannot be reached ({})", id, access.endpoint(), e.toString());
      return known;
    } catch (UserException e) {
      if (id.wanted().equals(CONVERTED)) {
        return Optional.empty(); // the Hub converts no private data sets
      }
      throw e;
    }
    List<String> paths = choose(listing.files(), configuration, split);
    if (paths.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path snapshot = cached.snapshot(listing.commit());
      List<String> missing =
          paths.stream()
              .filter(path -> !Files.exists(HubFiles.inside(snapshot, path, id)))
              .toList();
      files.fetch(id, missing, listing.commit(), cached);
      cached.remember(id.wanted(), listing.commit());
      return Optional.of(paths.stream().map(snapshot::resolve).toList());
    } catch (IOException e) {
      throw HubErrors.cache(access.cache(), e);
    }
  }

  /**
   * What the cache holds; a split whose download was cut off has fewer shards than its name says.
   */
  private Optional<List<Path>> offline(
      HubId id, Optional<String> configuration, String split, CachedRepository cached) {
    Optional<Path> snapshot = cached.find(id);
    if (snapshot.isEmpty()) {
      if (id.wanted().equals(CONVERTED) || id.revision().isEmpty()) {
        return Optional.empty();
      }
      throw HubErrors.offline(id, access.cache());
    }
    try (Stream<Path> tree = Files.walk(snapshot.get())) {
      List<String> paths =
          choose(
              tree.filter(Files::isRegularFile)
                  .map(file -> snapshot.get().relativize(file).toString().replace('\\', '/'))
                  .toList(),
              configuration,
              split);
      return paths.isEmpty() || !isWhole(paths)
          ? Optional.empty()
          : Optional.of(paths.stream().map(snapshot.get()::resolve).toList());
    } catch (IOException e) {
      throw HubErrors.cache(access.cache(), e);
    }
  }

  /** Whether there are as many shards as the name of the first one says. */
  private static boolean isWhole(List<String> paths) {
    Matcher matcher = SHARDS.matcher(paths.get(0));
    return !matcher.find() || Integer.parseInt(matcher.group(1)) == paths.size();
  }

  /**
   * The files of a split: {@code CONFIGURATION/SPLIT-*.parquet}, {@code
   * CONFIGURATION/SPLIT/*.parquet}, or the same below {@code data/} or at the root where no
   * configuration is asked for.
   */
  static List<String> choose(List<String> paths, Optional<String> configuration, String split) {
    String shard = Pattern.quote(split) + "(-[\\w-]+|/[^/]+)?\\.parquet";
    List<String> folders =
        configuration
            .map(name -> List.of(name + "/", "data/" + name + "/"))
            .orElse(List.of("", "data/", DEFAULT + "/"));
    for (String folder : folders) {
      Pattern pattern = Pattern.compile(Pattern.quote(folder) + shard);
      List<String> found = paths.stream().filter(pattern.asMatchPredicate()).sorted().toList();
      if (!found.isEmpty()) {
        return found;
      }
    }
    if (configuration.isPresent()) {
      return List.of();
    }
    Pattern only = Pattern.compile("([^/]+)/" + shard);
    List<String> found = paths.stream().filter(only.asMatchPredicate()).sorted().toList();
    boolean isOne = found.stream().map(path -> path.split("/")[0]).distinct().count() == 1;
    return isOne ? found : List.of();
  }

  private List<String> listed(HubId id) {
    try {
      return access.offline() ? List.of() : files.listing(id).files();
    } catch (IOException | UserException e) {
      return List.of();
    }
  }

  private UserException lacking(
      HubId id, Optional<String> configuration, String split, List<String> paths) {
    if (access.offline()) {
      return HubErrors.offline(id, access.cache());
    }
    String there =
        paths.stream()
            .filter(path -> path.endsWith(".parquet"))
            .map(path -> path.replaceFirst("(-\\d+-of-\\d+.*|/\\d+)?\\.parquet$", ""))
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .limit(12)
            .collect(Collectors.joining(", "));
    return new UserException(
        "%s has no Parquet files of split '%s'%s; found %s"
            .formatted(
                id.words(),
                split,
                configuration.map(name -> " in configuration '" + name + "'").orElse(""),
                there.isEmpty() ? "none" : there));
  }
}
