package io.silverspark.jobs.run;

/**
 * Says that a command was stopped (SIGTERM, SIGINT) while its process ends. Spark stops at the same
 * moment, so the command itself fails with what comes of that, which is not the cause.
 */
final class StopNotice {
  private final Thread hook;

  private StopNotice(Thread hook) {
    this.hook = hook;
  }

  /**
   * Watches until closed.
   *
   * @param tell called once, in a thread of its own, if the process is stopped
   */
  static StopNotice watch(Runnable tell) {
    Thread hook = new Thread(tell, "stop-notice");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException alreadyStopping) {
      return new StopNotice(null);
    }
    return new StopNotice(hook);
  }

  /** Whether the process is ending. */
  static boolean isStopping() {
    Thread probe = new Thread(() -> {}, "stop-probe");
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException stopping) {
      return true;
    }
  }

  /** Ends the watch. */
  void close() {
    if (hook == null) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stopping) {
      // The hook is telling, or has told.
    }
  }
}
