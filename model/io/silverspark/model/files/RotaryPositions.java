package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rotary positions (Su et al. 2021, arXiv:2104.09864): the angle of the i-th pair of numbers is the
 * position times {@code theta^(-2i/size) / divisor_i}. The divisors stretch what a model was
 * trained on to longer texts.
 *
 * <p>Source: transformers 5.18, modeling_rope_utils.py.
 *
 * @param theta base of the angles
 * @param divisors one for each pair of numbers, 1 unless the file scales positions
 * @param amplitude factor of cosines and sines, 1 but for YaRN
 */
record RotaryPositions(double theta, List<Double> divisors, double amplitude) {
  private static final double HIGHEST = 1e12;

  /**
   * Reads {@code rope_parameters} or, in older files, {@code rope_theta} and {@code rope_scaling}.
   *
   * @param size numbers of a head, two for each angle
   * @param fallback theta where the file has none
   */
  static RotaryPositions read(EncoderConfig config, JsonObject keys, int size, double fallback) {
    double theta = keys.number("rope_theta", fallback, 1, HIGHEST);
    return of(
        config, keys, keys.get("rope_parameters").or(() -> keys.get("rope_scaling")), size, theta);
  }

  /** The same for the files of GTE, whose Python code knows one more scaling, {@code ntk}. */
  static RotaryPositions ofGte(EncoderConfig config, JsonObject keys, int size, double fallback) {
    Optional<JsonNode> scaling = keys.get("rope_scaling");
    if (scaling.isEmpty() || !scaling.get().path("type").asText().equals("ntk")) {
      return read(config, keys, size, fallback);
    }
    JsonObject values =
        new JsonObject((ObjectNode) scaling.get(), keys.where() + ", 'rope_scaling'");
    return ntk(values, size, keys.number("rope_theta", fallback, 1, HIGHEST));
  }

  /** Source: kexue.fm/archives/9706, as vLLM computes it for GTE. */
  private static RotaryPositions ntk(JsonObject values, int size, double theta) {
    double factor = factor(values);
    if (values.get("mixed_b").isEmpty()) {
      return new RotaryPositions(theta * factor, same(size, Math.pow(factor, 2.0 / size)), 1);
    }
    double power = values.number("mixed_b", 1, 0, 100);
    double rate = Math.log(factor) / Math.pow(size / 2.0, power);
    List<Double> divisors = new ArrayList<>();
    for (int i = 1; i <= size / 2; i++) {
      divisors.add(Math.exp(rate * Math.pow(i, power)));
    }
    return new RotaryPositions(theta, divisors, 1);
  }

  /**
   * The same for one type of layer.
   *
   * @param layerType key in {@code rope_parameters}
   * @param olderKey key of theta in older files
   * @param scaled whether {@code rope_scaling} of older files holds for this type
   */
  static RotaryPositions ofLayerType(
      EncoderConfig config,
      JsonObject keys,
      int size,
      String layerType,
      String olderKey,
      double fallback,
      boolean scaled) {
    double theta = keys.number(olderKey, fallback, 1, HIGHEST);
    Optional<JsonNode> newer = keys.get("rope_parameters");
    Optional<JsonNode> own =
        newer.isPresent()
            ? newer.map(all -> all.path(layerType)).filter(JsonNode::isObject)
            : keys.get("rope_scaling").filter(scaling -> scaled);
    return of(config, keys, own, size, theta);
  }

  private static RotaryPositions of(
      EncoderConfig config,
      JsonObject keys,
      Optional<JsonNode> parameters,
      int size,
      double theta) {
    if (keys.number("partial_rotary_factor", 1, 0, 1) != 1) {
      throw keys.wrong("partial_rotary_factor", "1, the only one supported");
    }
    if (parameters.isEmpty()) {
      return new RotaryPositions(theta, same(size, 1), 1);
    }
    String key = keys.get("rope_parameters").isPresent() ? "rope_parameters" : "rope_scaling";
    JsonNode all = parameters.get();
    String type =
        (all.has("rope_type") ? all.get("rope_type") : all.path("type")).asText("default");
    if (!(all instanceof ObjectNode own)
        || !List.of("default", "linear", "llama3", "yarn").contains(type)) {
      throw keys.wrong(
          key,
          "rope_type \"default\", \"linear\", \"llama3\" or \"yarn\", the only ones supported");
    }
    JsonObject values = new JsonObject(own, keys.where() + ", '" + key + "'");
    if (values.number("partial_rotary_factor", 1, 0, 1) != 1) {
      throw values.wrong("partial_rotary_factor", "1, the only one supported");
    }
    double base = values.number("rope_theta", theta, 1, HIGHEST);
    double trained =
        values.number(
            "original_max_position_embeddings",
            keys.number("original_max_position_embeddings", config.maxPositions(), 1, HIGHEST),
            1,
            HIGHEST);
    return switch (type) {
      case "linear" -> new RotaryPositions(base, same(size, factor(values)), 1);
      case "llama3" -> new RotaryPositions(base, llama(values, size, base, trained), 1);
      case "yarn" -> {
        double factor =
            values.get("factor").isEmpty() ? config.maxPositions() / trained : factor(values);
        yield new RotaryPositions(
            base, yarn(values, size, base, trained, factor), yarnAmplitude(values, factor));
      }
      default -> new RotaryPositions(base, same(size, 1), 1);
    };
  }

  private static List<Double> same(int size, double divisor) {
    Double[] divisors = new Double[size / 2];
    Arrays.fill(divisors, divisor);
    return List.of(divisors);
  }

  private static double factor(JsonObject values) {
    return values.number("factor", 1, 1e-6, 1e6);
  }

  /** Long waves are divided, short ones stay, those between are mixed. */
  private static List<Double> llama(JsonObject values, int size, double theta, double trained) {
    double factor = factor(values);
    double low = values.number("low_freq_factor", 1, 1e-6, 1e6);
    double high = values.number("high_freq_factor", 4, 1e-6, 1e6);
    List<Double> divisors = new ArrayList<>();
    for (int i = 0; i < size / 2; i++) {
      double wave = 2 * Math.PI * Math.pow(theta, 2.0 * i / size);
      double smooth = (trained / wave - low) / (high - low);
      if (wave < trained / high) {
        divisors.add(1.0);
      } else if (wave > trained / low) {
        divisors.add(factor);
      } else {
        divisors.add(1 / ((1 - smooth) / factor + smooth));
      }
    }
    return divisors;
  }

  /** Peng et al. 2023, arXiv:2309.00071. */
  private static List<Double> yarn(
      JsonObject values, int size, double theta, double trained, double factor) {
    double low = turning(values.number("beta_fast", 32, 1e-6, 1e6), size, theta, trained);
    double high = turning(values.number("beta_slow", 1, 1e-6, 1e6), size, theta, trained);
    if (values.flag("truncate", true)) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, size - 1);
    high += low == high ? 0.001 : 0;
    List<Double> divisors = new ArrayList<>();
    for (int i = 0; i < size / 2; i++) {
      double ramp = Math.min(1, Math.max(0, (i - low) / (high - low)));
      divisors.add(1 / (ramp / factor + 1 - ramp));
    }
    return divisors;
  }

  /** The pair of numbers that turns so often within the trained length. */
  private static double turning(double turns, int size, double theta, double trained) {
    return size * Math.log(trained / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
  }

  private static double yarnAmplitude(JsonObject values, double factor) {
    if (values.get("attention_factor").isPresent()) {
      return values.number("attention_factor", 1, 0, 1e6);
    }
    double scale = values.number("mscale", 0, 0, 1e6);
    double whole = values.number("mscale_all_dim", 0, 0, 1e6);
    return scale > 0 && whole > 0
        ? amplitude(factor, scale) / amplitude(factor, whole)
        : amplitude(factor, 1);
  }

  private static double amplitude(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  /** As constants of a program. */
  void put(Map<String, Object> constants, String prefix) {
    constants.put(prefix + "theta", EncoderProgram.number(theta));
    constants.put(
        prefix + "divisors", divisors.stream().map(EncoderProgram::number).toList().toString());
    constants.put(prefix + "amplitude", EncoderProgram.number(amplitude));
  }
}
