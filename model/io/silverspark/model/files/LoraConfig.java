package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a LoRA adapter is made of: beside a linear layer with the weight W stand A [rank, in] and B
 * [out, rank], and the layer computes {@code x W' + (alpha / rank) * dropout(x) A' B'}. W keeps its
 * values, A and B are trained. Source: Hu et al. 2021, arXiv:2106.09685; names and defaults are
 * those of PEFT's LoraConfig.
 *
 * @param rank of the product B A, {@code r}; 0: no adapter
 * @param alpha numerator of the scale, {@code lora_alpha}, above 0
 * @param dropout probability for the adapter's inputs while training, at least 0 and below 1
 * @param targetModules {@code target_modules}: linear layers by their name in transformers, or by
 *     its end after a dot ({@code query}, {@code attention.self.query}); {@code all-linear} alone:
 *     all of the layers; empty: queries and values, see {@link #DEFAULT_MODULES}
 * @param basePrecision how W is kept while the adapter is trained; no part of the adapter's files
 */
public record LoraConfig(
    int rank, double alpha, double dropout, List<String> targetModules, BasePrecision basePrecision)
    implements Serializable {
  /** All weights are trained, none beside them. */
  public static final LoraConfig NONE = new LoraConfig(0, 8, 0, List.of());

  /** {@code target_modules} for every linear layer of the encoder. */
  public static final String ALL_LINEAR = "all-linear";

  /**
   * What gets an adapter where nothing is named: queries and values, as PEFT has it for the
   * architectures that it knows, or the one matrix that holds both.
   */
  public static final List<String> DEFAULT_MODULES =
      List.of(
          "query",
          "value",
          "q_lin",
          "v_lin",
          "q_proj",
          "v_proj",
          "query_proj",
          "value_proj",
          "q",
          "v",
          "Wqkv",
          "qkv_proj");

  /** How the weights of linear layers are kept in memory below an adapter. */
  public enum BasePrecision {
    /** As they are, 4 bytes a weight. */
    FP32,
    /** Rounded to bfloat16, 2 bytes a weight. */
    BF16,
    /**
     * Rounded to whole numbers of 8 bits with one scale per output row, so that the largest weight
     * of a row is 127: 1 byte a weight. Source: Dettmers et al. 2022, arXiv:2208.07339, vector-wise
     * quantisation.
     */
    INT8;

    /** The name in settings: {@code bf16}. */
    public String title() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A linear layer that gets an adapter.
   *
   * @param name in transformers, such as {@code encoder.layer.0.attention.self.query}
   * @param weight name of its weight in {@link ModelFiles#weights()}
   * @param out rows of the weight
   * @param in columns of the weight
   */
  public record Module(String name, String weight, long out, long in) {
    /** The adapter's A [rank, in] in {@link LoraAdapter#weights()}. */
    public String a() {
      return a(weight);
    }

    /** The name of A beside a weight. */
    public static String a(String weight) {
      return weight.replaceFirst("weight$", "lora_A.weight");
    }

    /** The adapter's B [out, rank]. */
    public String b() {
      return b(weight);
    }

    /** The name of B beside a weight. */
    public static String b(String weight) {
      return weight.replaceFirst("weight$", "lora_B.weight");
    }
  }

  /** The same with a base that stays in float32. */
  public LoraConfig(int rank, double alpha, double dropout, List<String> targetModules) {
    this(rank, alpha, dropout, targetModules, BasePrecision.FP32);
  }

  /**
   * Checks the ranges and copies the list.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public LoraConfig {
    targetModules = List.copyOf(targetModules);
    if (rank < 0 || !(alpha > 0) || !(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "rank must be 0 or more, alpha above 0, dropout at least 0 and below 1; found %s, %s, %s"
              .formatted(rank, alpha, dropout));
    }
  }

  /** Whether there is an adapter. */
  public boolean present() {
    return rank > 0;
  }

  /** One line for people. */
  public String summary() {
    return "rank %d, alpha %s, dropout %s%s%s"
        .formatted(
            rank,
            alpha,
            dropout,
            targetModules.isEmpty() ? "" : ", on " + String.join(", ", targetModules),
            basePrecision == BasePrecision.FP32 ? "" : ", base kept in " + basePrecision.title());
  }

  /** What B A is multiplied by: alpha / rank. */
  public double scale() {
    return alpha / rank;
  }

  /**
   * The layers of an encoder that get an adapter, each once.
   *
   * @throws UserException if a name of the list fits none
   */
  public List<Module> modules(EncoderConfig config) {
    List<Module> all = linear(config);
    boolean named = !targetModules.isEmpty();
    if (targetModules.equals(List.of(ALL_LINEAR))) {
      return all;
    }
    List<String> wanted = named ? targetModules : DEFAULT_MODULES;
    for (String name : targetModules) {
      if (all.stream().noneMatch(module -> fits(module, name))) {
        throw new UserException(
            "lora.modules names '%s', which is no linear layer of a %s encoder, expected %s or %s"
                .formatted(
                    name,
                    config.modelType(),
                    all.stream()
                        .map(LoraConfig::lastName)
                        .distinct()
                        .collect(Collectors.joining(", ")),
                    ALL_LINEAR));
      }
    }
    List<Module> found =
        all.stream().filter(module -> wanted.stream().anyMatch(n -> fits(module, n))).toList();
    if (found.isEmpty()) {
      throw new UserException(
          "an adapter needs linear layers: a %s model has none".formatted(config.modelType()));
    }
    return found;
  }

  /** {@code target_modules} as it is written: names that PEFT finds the same layers by. */
  List<String> writtenModules(EncoderConfig config) {
    List<Module> found = modules(config);
    if (targetModules.equals(List.of(ALL_LINEAR))) {
      return found.stream().map(Module::name).toList(); // PEFT's all-linear takes a pooler too
    }
    return (targetModules.isEmpty() ? DEFAULT_MODULES : targetModules)
        .stream().filter(name -> found.stream().anyMatch(module -> fits(module, name))).toList();
  }

  private static boolean fits(Module module, String name) {
    return module.name().equals(name) || module.name().endsWith("." + name);
  }

  private static String lastName(Module module) {
    return module.name().substring(module.name().lastIndexOf('.') + 1);
  }

  private static List<Module> linear(EncoderConfig config) {
    WeightNames names = new WeightNames(config.architecture());
    return config.program().layers().stream()
        .flatMap(List::stream)
        .filter(slot -> slot.present() && slot.linear() && slot.shape().length == 2)
        .map(
            slot ->
                new Module(
                    names.fileBody(slot.name()).replaceFirst("\\.weight$", ""),
                    slot.name(),
                    slot.shape()[0],
                    slot.shape()[1]))
        .distinct() // layers of ALBERT share theirs
        .toList();
  }
}
