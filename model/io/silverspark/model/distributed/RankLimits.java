package io.silverspark.model.distributed;

import java.time.Duration;

/**
 * How long the driver waits.
 *
 * @param join for all ranks, once the first has come
 * @param heartbeat for a heartbeat of each rank
 * @param step for the next optimizer step
 */
public record RankLimits(Duration join, Duration heartbeat, Duration step) {
  private static final int BEATS = 4;

  /** How often a rank sends a heartbeat. */
  Duration beat() {
    return heartbeat.dividedBy(BEATS);
  }
}
