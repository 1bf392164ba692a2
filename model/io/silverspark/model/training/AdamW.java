package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.encoder.TorchProgram;
import io.silverspark.model.files.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * AdamW over all weights that are trained, in a native call a step for each decay and learning
 * rate, with clipping by the global norm.
 *
 * <p>Decay comes first, {@code p *= 1 - lr * decay}, then {@code p -= lr / (1 - b1^t) * m /
 * (sqrt(v) / sqrt(1 - b2^t) + eps)}. Biases and weights of norms are not decayed, told by their
 * names as the Trainer of Hugging Face transformers tells them. Source: Loshchilov and Hutter 2019,
 * arXiv:1711.05101; the update is PyTorch's own {@code _fused_adamw_}.
 *
 * <p>While open, the weights require gradients, which backward passes add up; {@link #step} uses
 * them and sets them to zero. {@link #close()} frees the moments and gradients, not the weights.
 */
final class AdamW implements AutoCloseable {
  private static final Pattern NOT_DECAYED =
      Pattern.compile(
          "bias|layernorm|rmsnorm|(?:^|[._])(?:norm\\d?|ln)(?:$|\\.)", Pattern.CASE_INSENSITIVE);

  private final NDManager manager;
  private final TorchProgram program;
  private final Settings settings;
  private final Map<String, NDArray> parameters;
  private final List<Group> groups;
  private final List<NDArray> gradients;
  private final NDArray time;

  /**
   * Constants of the update.
   *
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param epsilon added to the root of the second moment
   * @param weightDecay of the weights that are decayed
   * @param layers learning rates by depth
   */
  record Settings(
      double beta1, double beta2, double epsilon, double weightDecay, LayerRates layers) {}

  private AdamW(NDManager manager, Map<String, NDArray> weights, Settings settings) {
    Map<String, Double> shares = settings.layers().shares(weights.keySet());
    this.manager = manager;
    this.settings = settings;
    this.parameters = new LinkedHashMap<>(weights);
    this.parameters.keySet().removeIf(name -> shares.get(name) == 0);
    this.program =
        TorchProgram.load(
            manager,
            AdamW.class,
            "adamw.torchscript",
            "AdamW",
            Map.of("epsilon", GradientClip.EPSILON));
    parameters.values().forEach(parameter -> parameter.setRequiresGradient(true));
    Map<Double, Group> decayed = new LinkedHashMap<>();
    Map<Double, Group> plain = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) -> {
          boolean isPlain = NOT_DECAYED.matcher(name).find();
          (isPlain ? plain : decayed)
              .computeIfAbsent(
                  shares.get(name), share -> new Group(isPlain ? 0 : settings.weightDecay(), share))
              .add(manager, name, parameter);
        });
    this.groups = Stream.of(decayed, plain).flatMap(each -> each.values().stream()).toList();
    List<NDArray> all = new ArrayList<>();
    groups.forEach(group -> all.addAll(group.gradients));
    this.gradients = TorchProgram.asList("g", all);
    this.time = manager.create(new float[] {0});
    zeroGradients();
  }

  /**
   * Starts with moments of zero.
   *
   * @param parent decides the device; holds the moments in a sub-manager
   * @param weights by name; the gradients of those that are trained are set to zero
   * @param settings constants of the update
   * @return the optimizer; the caller closes it before the weights
   */
  static AdamW over(NDManager parent, Map<String, NDArray> weights, Settings settings) {
    NDManager manager = parent.newSubManager();
    try {
      return new AdamW(manager, weights, settings);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** The gradients as they are now, for a reducer to replace in place. */
  List<NDArray> gradients() {
    return gradients;
  }

  /**
   * Root of the sum of squares over all gradients.
   *
   * @param kept owns the result
   * @return a scalar of the device
   */
  NDArray norm(NDManager kept) {
    return program.runWith(kept, "norm", gradients).singletonOrThrow();
  }

  /**
   * How gradients of a norm are clipped.
   *
   * @param scope owns the result
   * @param norm as they came, a scalar
   * @param scale what they were multiplied by
   * @return what the gradients are divided by, and 1 if the norm is not finite, else 0; scalars
   */
  NDList limit(NDManager scope, NDArray norm, GradientClip clip, double scale) {
    return program.runWith(scope, "limit", norm, clip.maxNorm(), scale);
  }

  /**
   * Updates weights and moments and sets the gradients to zero; gradients that are not finite leave
   * weights, moments and the count of steps as they were. Nothing is read back from the device.
   *
   * @param kept owns the result
   * @param learningRate of this step
   * @param clip limit of the norm
   * @param scale what the gradients were multiplied by; above 1 for float16 alone
   * @return the {@link #norm} of the gradients as they came
   */
  NDArray step(NDManager kept, double learningRate, GradientClip clip, double scale) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray norm = norm(kept);
      NDList limit = limit(scope, norm, clip, scale);
      NDArray divisor = limit.get(0);
      NDArray overflow = limit.get(1);
      program.runWith(scope, "advance", time, overflow);
      for (Group group : groups) {
        program.runWith(
            scope,
            "step",
            group.weights,
            group.gradients,
            group.first,
            group.second,
            time,
            learningRate * group.share,
            settings.beta1(),
            settings.beta2(),
            settings.epsilon(),
            group.weightDecay,
            divisor,
            overflow);
      }
      zeroGradients();
      return norm;
    }
  }

  private void zeroGradients() {
    try (NDManager scope = manager.newSubManager()) {
      program.run(scope, "zero", gradients);
    }
  }

  /** Copies the moments and the step count, by name. */
  Map<String, TensorData> state() {
    Map<String, TensorData> state = new LinkedHashMap<>();
    state.put("step", HostCopy.of(time));
    for (Group group : groups) {
      for (int i = 0; i < group.names.size(); i++) {
        state.put("first_moment/" + group.names.get(i), HostCopy.of(group.first.get(i)));
        state.put("second_moment/" + group.names.get(i), HostCopy.of(group.second.get(i)));
      }
    }
    return state;
  }

  /**
   * Takes over moments and step count.
   *
   * @param state from {@link #state()} of an optimizer over the same weights
   * @throws IllegalArgumentException if a moment is missing or has another shape
   */
  void restore(Map<String, TensorData> state) {
    HostCopy.restore("step", state, time);
    for (Group group : groups) {
      for (int i = 0; i < group.names.size(); i++) {
        HostCopy.restore("first_moment/" + group.names.get(i), state, group.first.get(i));
        HostCopy.restore("second_moment/" + group.names.get(i), state, group.second.get(i));
      }
    }
  }

  @Override
  public void close() {
    parameters.values().forEach(parameter -> parameter.setRequiresGradient(false));
    program.close();
    manager.close();
  }

  /**
   * Weights that share decay and learning rate. Aliases without gradient stand in for the weights.
   */
  private static final class Group {
    private final double weightDecay;
    private final double share;
    private final List<String> names = new ArrayList<>();
    private final List<NDArray> weights = new ArrayList<>();
    private final List<NDArray> gradients = new ArrayList<>();
    private final List<NDArray> first = new ArrayList<>();
    private final List<NDArray> second = new ArrayList<>();

    Group(double weightDecay, double share) {
      this.weightDecay = weightDecay;
      this.share = share;
    }

    void add(NDManager manager, String name, NDArray parameter) {
      names.add(name);
      weights.add(owned(manager, "p", parameter.stopGradient()));
      gradients.add(owned(manager, "g", zeroGradient(manager, parameter)));
      first.add(owned(manager, "m", manager.zeros(parameter.getShape())));
      second.add(owned(manager, "v", manager.zeros(parameter.getShape())));
    }

    /** PyTorch makes a gradient in the first backward pass and then adds to that array. */
    private static NDArray zeroGradient(NDManager manager, NDArray parameter) {
      try (NDManager scope = manager.newSubManager();
          NDArray zero = scope.create(0f);
          Autograd tape = Autograd.record()) {
        tape.backward(zero.mul(parameter).sum());
      }
      return parameter.getGradient();
    }

    private static NDArray owned(NDManager manager, String list, NDArray array) {
      array.attach(manager);
      return TorchProgram.asList(list, List.of(array)).get(0);
    }
  }
}
