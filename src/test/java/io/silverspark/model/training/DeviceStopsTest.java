package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.encoder.SentenceEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a GPU would stop for, counted by PyTorch's profiler on a CPU: a number that the host takes
 * out of an array of the device ends the queue of its work.
 */
class DeviceStopsTest {
  private static final int STEPS = 4;

  /** Forward, backward and update of two layers in a few passes; three times that is a fault. */
  private static final int MOST_OPERATIONS = 2000;

  @TempDir private Path folder;

  @Test
  void step_ofTraining_readsNoNumberBackFromTheDevice() throws IOException {
    List<Operation> operations;
    try (SentenceEncoder encoder = SmallRun.encoder(0.1f)) {
      TrainingSet set = SmallRun.set(encoder);
      train(encoder, set); // the first steps make programs ready
      Path trace = folder.resolve("trace.json");
      JniUtils.startProfile(false, false, false);
      try {
        train(encoder, set);
      } finally {
        JniUtils.stopProfile(trace.toString());
      }
      operations = operations(trace);
    }

    List<Operation> updates = named(operations, "aten::_fused_adamw_");
    assertThat(updates).as("of decayed weights and others").hasSize(2 * STEPS);
    // PyTorch's update reads the count of steps for each weight on a CPU, and never on a GPU.
    assertThat(named(operations, "aten::item"))
        .as("numbers taken from the device")
        .allMatch(item -> updates.stream().anyMatch(update -> update.holds(item)));
    assertThat(named(operations, "aten::is_nonzero")).isEmpty();
    assertThat(operations.size() / STEPS).as("operations of a step").isLessThan(MOST_OPERATIONS);
  }

  private static List<Operation> named(List<Operation> operations, String name) {
    return operations.stream().filter(each -> each.name().equals(name)).toList();
  }

  private static void train(SentenceEncoder encoder, TrainingSet set) {
    TrainingPlan plan = TrainingPlan.builder().maxSteps(STEPS).build();
    SmallRun.trainer(encoder, plan).reportSteps(STEPS).train(set, set.shuffled(8, 1));
  }

  /**
   * What ran.
   *
   * @param thread that it ran on
   * @param begin in microseconds
   * @param end in microseconds
   */
  private record Operation(String name, String thread, double begin, double end) {
    boolean holds(Operation other) {
      return thread.equals(other.thread) && begin <= other.begin && other.end <= end;
    }
  }

  private static List<Operation> operations(Path trace) throws IOException {
    List<Operation> operations = new ArrayList<>();
    JsonNode root = new ObjectMapper().readTree(trace.toFile());
    for (JsonNode event : root.isArray() ? root : root.get("traceEvents")) {
      if (event.path("name").asText().startsWith("aten::")) {
        double begin = event.get("ts").asDouble();
        operations.add(
            new Operation(
                event.get("name").asText(),
                event.get("tid").asText(),
                begin,
                begin + event.get("dur").asDouble()));
      }
    }
    return operations;
  }
}
