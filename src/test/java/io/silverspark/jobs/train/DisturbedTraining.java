package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.StandaloneCluster;
import io.silverspark.jobs.JobRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A training across executors of which one gets a signal after the first checkpoint. */
final class DisturbedTraining {
  private DisturbedTraining() {}

  /** Trains, disturbs, and gives what the user was told. */
  static String run(StandaloneCluster cluster, JobRun run, String signal, Supplier<String> training)
      throws Exception {
    CompletableFuture<String> told = CompletableFuture.supplyAsync(training);
    Path checkpoints = run.directory().resolve("checkpoints");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (!isCommitted(checkpoints)) {
      assertThat(told.isDone() || System.nanoTime() > deadline)
          .as("training runs until it is disturbed")
          .isFalse();
      Thread.sleep(20);
    }
    StandaloneCluster.signal(signal, cluster.executors().get(1));
    return told.get(150, TimeUnit.SECONDS);
  }

  static boolean isCommitted(Path checkpoints) throws IOException {
    if (!Files.exists(checkpoints)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(checkpoints)) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith("checkpoint-"));
    } catch (UncheckedIOException movedIntoPlace) {
      return false; // a folder that is committed while we look: the next look finds it
    }
  }
}
