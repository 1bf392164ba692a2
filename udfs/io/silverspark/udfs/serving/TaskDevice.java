package io.silverspark.udfs.serving;

import io.silverspark.model.error.UserException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import scala.jdk.javaapi.CollectionConverters;

/** The device of the current task, or of the driver outside of one. */
public final class TaskDevice {
  private static final String ASSIGNED = "cuda";

  private TaskDevice() {}

  /**
   * Turns {@code cuda} into the GPU that Spark assigned to this task, or to the driver where this
   * is none; other names stay.
   *
   * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
   * @return {@code cpu} or {@code cuda:N}
   * @throws UserException if {@code cuda} is asked for and no GPU was assigned
   */
  public static String resolve(String device) {
    return device.equals(ASSIGNED) ? resolve(device, assignedAddress()) : device;
  }

  /** Whether a device is known within tasks alone, and this is none. */
  static boolean isOfTasks(String device) {
    return device.equals(ASSIGNED) && TaskContext.get() == null && assignedAddress().isEmpty();
  }

  /**
   * The devices of a task that has several replicas of a model.
   *
   * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
   * @param count how many
   * @return {@code cpu} or {@code cuda:N}, one for each replica
   * @throws UserException if fewer GPUs were assigned
   */
  public static List<String> resolve(String device, int count) {
    return resolve(device, count, assignedAddresses());
  }

  static List<String> resolve(String device, int count, List<String> addresses) {
    if (!device.equals(ASSIGNED)) {
      return Collections.nCopies(count, device);
    }
    if (addresses.size() < count) {
      throw new UserException(
          "device = 'cuda' needs %d GPUs assigned by Spark and this task has %d: set spark.executor.resource.gpu.amount to the GPUs of an executor"
              .formatted(count, addresses.size()));
    }
    return addresses.stream().limit(count).map(address -> ASSIGNED + ":" + address).toList();
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
    return assignedAddresses().stream().findFirst();
  }

  private static List<String> assignedAddresses() {
    return Optional.ofNullable(TaskContext.get())
        .map(TaskContext::resourcesJMap)
        .or(TaskDevice::ofDriver)
        .map(resources -> resources.get("gpu"))
        .map(ResourceInformation::addresses)
        .map(List::of)
        .orElse(List.of());
  }

  private static Optional<Map<String, ResourceInformation>> ofDriver() {
    return DriverContext.get().map(context -> CollectionConverters.asJava(context.resources()));
  }
}
