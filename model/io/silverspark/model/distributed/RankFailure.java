package io.silverspark.model.distributed;

import io.silverspark.model.error.UserException;

/** What a rank's failure means for the run. */
enum RankFailure {
  /** A mistake that the user can fix; trying again does not help. */
  USER,
  /** The replicas differ; trying again does not help. */
  DRIFT,
  /** Another rank is gone; that one is to blame. */
  LOST,
  /** Anything else; the stage is tried again. */
  OTHER;

  static RankFailure of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UserException) {
        return USER;
      }
      if (cause instanceof ReplicaDriftException) {
        return DRIFT;
      }
      if (cause instanceof RankLostException) {
        return LOST;
      }
    }
    return OTHER;
  }

  /** Whether the run cannot go on. */
  boolean isFinal() {
    return this == USER || this == DRIFT;
  }

  /** The failure as the driver throws it. */
  RuntimeException toException(String message) {
    return this == DRIFT ? new ReplicaDriftException(message) : new UserException(message);
  }
}
