package io.silverspark.jobs.doctor;

import ai.djl.util.Utils;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.run.CacheDirectory;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.udfs.serving.HadoopModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;

/** Places where files are written, and what the Hub's settings say. */
final class StorageChecks {
  private static final long LEAST_FREE = 2L << 30;

  private StorageChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(
            "run.dir",
            "Set run.dir to a directory that may be written.",
            context -> List.of(runDirectory(context))),
        new Check(
            "temporary directory",
            "Set -Djava.io.tmpdir to a directory that may be written.",
            context ->
                List.of(
                    writable(
                        "temporary directory", Path.of(System.getProperty("java.io.tmpdir"))))),
        new Check(
            "cache",
            "Set run.cacheDir to a directory that may be written.",
            context -> List.of(writable("cache", CacheDirectory.of(context.settings())))),
        new Check(
            "native libraries' cache",
            "Set run.cacheDir, or DJL_CACHE_DIR, to a directory that may be written.",
            context -> List.of(writable("native libraries' cache", Utils.getCacheDir()))),
        new Check("Hugging Face", "", StorageChecks::hub));
  }

  private static Finding runDirectory(JobContext context) throws IOException {
    String given = context.get(RunSettings.DIR);
    if (!HadoopModels.isRemote(given)) {
      return writable("run.dir", context.directory().local());
    }
    org.apache.hadoop.fs.Path directory = new org.apache.hadoop.fs.Path(given);
    FileSystem files = directory.getFileSystem(context.spark().sessionState().newHadoopConf());
    boolean absent = !files.exists(directory);
    org.apache.hadoop.fs.Path trial =
        new org.apache.hadoop.fs.Path(directory, ".silverspark-" + UUID.randomUUID());
    files.create(trial).close();
    files.delete(trial, false);
    if (absent) {
      files.delete(directory, true);
    }
    return Finding.ok("run.dir", given + ": a file was written and removed");
  }

  /** Tries it in the nearest directory that is there, and leaves nothing behind. */
  private static Finding writable(String check, Path directory) throws IOException {
    Path there = directory.toAbsolutePath();
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    Path trial = Files.createTempFile(there, ".silverspark", ".trial");
    Files.delete(trial);
    long free = Files.getFileStore(there).getUsableSpace();
    String found = "%s, %s free".formatted(directory, MachineChecks.size(free));
    return free < LEAST_FREE
        ? Finding.warning(
            check,
            found,
            "Make room: a model with checkpoints takes gigabytes; or set %s elsewhere."
                .formatted(check.startsWith("run") ? "run.dir" : "run.cacheDir"))
        : Finding.ok(check, found);
  }

  /** Never shows a token. */
  private static List<Finding> hub(JobContext context) {
    Map<String, String> environment = System.getenv();
    String home =
        environment.getOrDefault(
            "HF_HUB_CACHE",
            environment.getOrDefault(
                "HF_HOME",
                Path.of(System.getProperty("user.home"), ".cache/huggingface").toString()));
    String found =
        "cache %s%s, %s, %s, endpoint %s"
            .formatted(
                home,
                Files.isDirectory(Path.of(home)) ? "" : " (not there yet)",
                environment.getOrDefault("HF_HUB_OFFLINE", "0").equals("1") ? "offline" : "online",
                environment.containsKey("HF_TOKEN") ? "with a token" : "without a token",
                environment.getOrDefault("HF_ENDPOINT", "https://huggingface.co"));
    return List.of(Finding.ok("Hugging Face", found));
  }
}
