package io.silverspark.jobs.doctor;

/**
 * What one check found.
 *
 * @param check what was looked at
 * @param level how bad it is
 * @param found what is there
 * @param remedy what to do about it; empty if all is well
 */
record Finding(String check, Level level, String found, String remedy) {
  /** How bad a finding is. */
  enum Level {
    /** As it should be. */
    OK("ok"),
    /** Works, but slowly or not everywhere. */
    WARNING("warn"),
    /** Something will not work. */
    FAILURE("FAIL");

    private final String word;

    Level(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  static Finding ok(String check, String found) {
    return new Finding(check, Level.OK, found, "");
  }

  static Finding warning(String check, String found, String remedy) {
    return new Finding(check, Level.WARNING, found, remedy);
  }

  static Finding failure(String check, String found, String remedy) {
    return new Finding(check, Level.FAILURE, found, remedy);
  }

  static Finding of(boolean good, String check, String found, String remedy) {
    return good ? ok(check, found) : failure(check, found, remedy);
  }
}
