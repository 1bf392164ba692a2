package io.silverspark.udfs.columns;

import io.silverspark.model.error.UserException;

/** A model that gives NaN or infinity, as after a training that diverged. */
public final class NoNumbersException extends UserException {
  private final String model;

  NoNumbersException(String model, String message) {
    super(message);
    this.model = model;
  }

  /** The reference of the model, as it was loaded. */
  public String model() {
    return model;
  }
}
