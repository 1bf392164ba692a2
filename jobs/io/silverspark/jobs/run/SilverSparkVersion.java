package io.silverspark.jobs.run;

/** The version of this library, as in pom.xml; a test keeps the two equal. */
public final class SilverSparkVersion {
  /** Such as {@code 0.1.0}. */
  public static final String CURRENT = "0.1.0";

  private SilverSparkVersion() {}
}
