package io.silverspark.jobs.stream;

import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a command that reads a stream. */
public final class StreamOptions {
  @Mixin private final FollowOptions follow = new FollowOptions();

  @Option(
      names = "--checkpoint",
      paramLabel = "PATH",
      description = "With --follow: where the progress lies; default _checkpoints in the output.")
  private String checkpoint;

  @Option(
      names = "--skip-changes",
      description = "With --follow: ignores rows that were changed or deleted.")
  private boolean skipChanges;

  /** Whether and how long rows are followed. */
  public FollowOptions follow() {
    return follow;
  }

  /** Refuses options that say nothing beside the others. */
  public void check() {
    follow.check();
    FollowOptions.requireRead("--checkpoint", checkpoint != null, follow.follows(), "--follow");
    FollowOptions.requireRead("--skip-changes", skipChanges, follow.follows(), "--follow");
  }

  /**
   * Directory of the progress; one for each output.
   *
   * @param usual where it lies if the user names none; a catalog has no room for it
   */
  public String checkpoint(Supplier<String> usual) {
    return checkpoint == null ? usual.get() : checkpoint;
  }

  /** Whether changed and deleted rows are ignored instead of ending the stream. */
  public boolean skipsChanges() {
    return skipChanges;
  }
}
