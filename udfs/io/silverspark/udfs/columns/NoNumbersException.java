package io.silverspark.udfs.columns;

import io.silverspark.model.error.UserException;
import java.util.Optional;

/**
 * A model that gives NaN or infinity, as after a training that diverged. It is the cause of the
 * {@link UserException} that says so, for whoever goes on without the model.
 */
public final class NoNumbersException extends RuntimeException {
  private final String model;

  private NoNumbersException(String model, String message) {
    super(message);
    this.model = model;
  }

  static UserException refused(String model, String message) {
    return new UserException(message, new NoNumbersException(model, message));
  }

  /** That among the causes of a failure, if it is there. */
  public static Optional<NoNumbersException> in(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof NoNumbersException found) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  /** The reference of the model, as it was loaded. */
  public String model() {
    return model;
  }
}
