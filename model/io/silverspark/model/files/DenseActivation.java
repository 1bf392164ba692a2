package io.silverspark.model.files;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Functions without weights that may follow a Dense module, each with PyTorch's own defaults. */
public enum DenseActivation {
  /** The input itself. */
  IDENTITY("linear.Identity"),
  /** Hyperbolic tangent; what a Dense module has unless it says otherwise. */
  TANH("activation.Tanh"),
  /** The larger of 0 and the input. */
  RELU("activation.ReLU"),
  /** {@link #RELU} that ends at 6. */
  RELU6("activation.ReLU6"),
  /** Exact, by the error function. */
  GELU("activation.GELU"),
  /** Input times its sigmoid. */
  SILU("activation.SiLU"),
  /** Input times tanh of its softplus. */
  MISH("activation.Mish"),
  /** 1 / (1 + e^-x). */
  SIGMOID("activation.Sigmoid"),
  /** Slope 0.01 below 0. */
  LEAKY_RELU("activation.LeakyReLU"),
  /** e^x - 1 below 0. */
  ELU("activation.ELU"),
  /** Scaled {@link #ELU}. */
  SELU("activation.SELU"),
  /** As {@link #ELU} at alpha 1. */
  CELU("activation.CELU"),
  /** Logarithm of 1 + e^x. */
  SOFTPLUS("activation.Softplus"),
  /** x / (1 + |x|). */
  SOFTSIGN("activation.Softsign"),
  /** Cut to -1 to 1. */
  HARDTANH("activation.Hardtanh"),
  /** Piecewise linear {@link #SIGMOID}. */
  HARDSIGMOID("activation.Hardsigmoid"),
  /** Piecewise {@link #SILU}. */
  HARDSWISH("activation.Hardswish");

  private static final String PACKAGE = "torch.nn.modules.";

  private final String pythonName;

  DenseActivation(String pythonName) {
    this.pythonName = pythonName;
  }

  /** As Dense configurations write it, such as {@code torch.nn.modules.activation.Tanh}. */
  String className() {
    return PACKAGE + pythonName;
  }

  private String simpleName() {
    return pythonName.substring(pythonName.lastIndexOf('.') + 1);
  }

  /** The function of a class name, also in the short form {@code torch.nn.Tanh}. */
  static Optional<DenseActivation> ofClass(String name) {
    return Arrays.stream(values())
        .filter(
            each -> name.equals(each.className()) || name.equals("torch.nn." + each.simpleName()))
        .findFirst();
  }

  static List<String> simpleNames() {
    return Arrays.stream(values()).map(DenseActivation::simpleName).toList();
  }
}
