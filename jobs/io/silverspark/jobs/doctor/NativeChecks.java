package io.silverspark.jobs.doctor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.GpuCard;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.Processor;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.TorchEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The native libraries, by using them. */
final class NativeChecks {
  private static final String NO_TORCH =
      "Put silverspark-VERSION-dependencies.jar on the class path of driver and executors (--jars);"
          + " it holds the libraries of the platform it was built on. The directory they unpack to"
          + " must be writable: set run.cacheDir. Alpine's musl is not supported; use a glibc"
          + " image.";

  /** Of a component in fp32, for vectors of length 1; TF32 and other orders of sums stay below. */
  private static final double LARGEST_DIFFERENCE = 1e-3;

  private NativeChecks() {}

  static List<Check> all() {
    return List.of(
        new Check("PyTorch", NO_TORCH, context -> List.of(product())),
        new Check("GPU", NO_TORCH, context -> List.of(gpu(context))),
        new Check("precision", NO_TORCH, context -> List.of(precision(context))),
        new Check("model", "Check model.base. " + NO_TORCH, context -> List.of(encoded(context))));
  }

  private static Finding product() {
    try (NDManager manager = TorchEngine.open("cpu")) { // the GPU has checks of its own
      NDArray left = manager.create(new float[] {1, 2, 3, 4}, new ai.djl.ndarray.types.Shape(2, 2));
      float[] found = left.matMul(left).toFloatArray();
      boolean right = java.util.Arrays.equals(found, new float[] {7, 10, 15, 22});
      return Finding.of(
          right,
          "PyTorch",
          "%s, DJL %s, %s, a product is %s"
              .formatted(
                  Engine.getEngine("PyTorch").getVersion(),
                  Engine.getDjlVersion(),
                  threads(),
                  right ? "right" : "wrong"),
          NO_TORCH);
    }
  }

  private static String threads() {
    return JniUtils.getNumThreads() + " threads an operation";
  }

  private static Finding gpu(JobContext context) {
    int seen = Engine.getEngine("PyTorch").getGpuCount();
    String device = context.get(ModelSettings.DEVICE);
    boolean wanted = !device.equals("cpu");
    boolean card = Files.exists(Path.of("/proc/driver/nvidia/version"));
    String found =
        "PyTorch sees %d, model.device = %s%s"
            .formatted(seen, device, card ? ", an NVIDIA driver is loaded" : "");
    if (seen > 0) {
      String cards =
          IntStream.range(0, seen)
              .mapToObj(gpu -> GpuCard.of(gpu).map(GpuCard::toString).orElse("cuda:" + gpu))
              .collect(Collectors.joining(", "));
      return Finding.ok("GPU", found + ", " + cards + "; benchmark-suite measures it");
    }
    String natives =
        "Build with the CUDA natives in place of the CPU ones (docs: Tuning for GPU), check that"
            + " nvidia-smi works on this machine, or set model.device = cpu.";
    if (wanted) {
      return Finding.failure("GPU", found, natives);
    }
    return card ? Finding.warning("GPU", found, natives) : Finding.ok("GPU", found);
  }

  /** What auto means on this machine, and how 8-bit products are summed here. */
  private static Finding precision(JobContext context) {
    Processor processor = Processor.current();
    String device = context.get(ModelSettings.DEVICE);
    String onCpu = "auto is %s on this CPU".formatted(Precision.AUTO.on("cpu").title());
    String onGpu =
        device.equals("cpu") || Engine.getEngine("PyTorch").getGpuCount() == 0
            ? ""
            : ", %s on %s".formatted(Precision.AUTO.on(device).title(), device);
    String int8 =
        processor.hasVnni()
            ? "int8 sums in 32 bits (VNNI)"
            : "int8 sums in 16 bits, weights are scaled so that no sum is cut";
    return Finding.ok("precision", onCpu + onGpu + "; " + int8);
  }

  /** On the device that jobs will use: {@code cuda} is the first GPU of the driver. */
  private static Finding encoded(JobContext context) {
    String reference = context.get(ModelSettings.BASE);
    EncoderOptions options = ModelOptions.ofBase(context);
    long started = System.nanoTime();
    float[] vector = vector(reference, options);
    String found =
        String.format(
            Locale.ROOT,
            "%s: tokenizer and encoder work on %s, %d components, %.1f s with loading",
            reference,
            options.device(),
            vector.length,
            (System.nanoTime() - started) / 1e9);
    float norm = length(vector);
    if (!(norm > 0) || Float.isInfinite(norm)) {
      return Finding.failure(
          "model", found, "The weights give no number: load another model.base.");
    }
    if (options.device().equals("cpu")) {
      return Finding.ok("model", found);
    }
    return sameAsOnCpu(
        options.device(),
        found,
        vector(reference, options.withPrecision(Precision.FP32)),
        vector(reference, options.withPrecision(Precision.FP32).withDevice("cpu")));
  }

  /**
   * A GPU whose numbers differ from those of a CPU, both in fp32, is as broken as one that fails.
   */
  static Finding sameAsOnCpu(String device, String found, float[] there, float[] onCpu) {
    double difference = 0;
    for (int i = 0; i < onCpu.length; i++) {
      difference = Math.max(difference, Math.abs((double) there[i] - onCpu[i]));
    }
    double bound = LARGEST_DIFFERENCE * Math.max(1, length(onCpu));
    return Finding.of(
        difference <= bound,
        "model",
        String.format(Locale.ROOT, "%s; fp32 differs from the CPU by %.1e", found, difference),
        "%s gives other numbers than the CPU (allowed: %.1e). Check that natives, JNI library and driver fit each other (docs: Tuning for GPU), or set model.device = cpu."
            .formatted(device, bound));
  }

  private static float[] vector(String reference, EncoderOptions options) {
    try (SentenceEncoder encoder = SentenceEncoder.load(reference, options)) {
      return encoder.encode(List.of("Is anybody there?"))[0];
    }
  }

  private static float length(float[] vector) {
    double sum = 0;
    for (float component : vector) {
      sum += (double) component * component;
    }
    return (float) Math.sqrt(sum);
  }
}
