package io.silverspark.udfs.serving;

import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** The application of this process. */
final class DriverContext {
  private DriverContext() {}

  /** That of the active session, or else of the default one; empty on executors. */
  static Optional<SparkContext> get() {
    return session().map(SparkSession::sparkContext);
  }

  /** The active session, or else the default one; empty on executors. */
  static Optional<SparkSession> session() {
    var active = SparkSession.getActiveSession();
    var session = active.isDefined() ? active : SparkSession.getDefaultSession();
    return session.isDefined() ? Optional.of(session.get()) : Optional.empty();
  }
}
