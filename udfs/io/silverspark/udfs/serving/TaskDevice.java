package io.silverspark.udfs.serving;

import io.silverspark.model.error.UserException;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The device of the current task. */
public final class TaskDevice {
  private static final String ASSIGNED = "cuda";

  private TaskDevice() {}

  /**
   * Turns {@code cuda} into the GPU that Spark assigned to this task; other names stay.
   *
   * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
   * @return {@code cpu} or {@code cuda:N}
   * @throws UserException if {@code cuda} is asked for and no GPU was assigned
   */
  public static String resolve(String device) {
    return device.equals(ASSIGNED) ? resolve(device, assignedAddress()) : device;
  }

  static String resolve(String device, Optional<String> address) {
    if (!device.equals(ASSIGNED)) {
      return device;
    }
    String gpu =
        address.orElseThrow(
            () ->
                new UserException(
                    "device = 'cuda' needs a GPU assigned by Spark and this task has none: set"
                        + " spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount,"
                        + " or name the GPU as cuda:N, or set cpu"));
    return ASSIGNED + ":" + gpu;
  }

  private static Optional<String> assignedAddress() {
    return Optional.ofNullable(TaskContext.get())
        .map(task -> task.resourcesJMap().get("gpu"))
        .map(ResourceInformation::addresses)
        .filter(addresses -> addresses.length > 0)
        .map(addresses -> addresses[0]);
  }
}
