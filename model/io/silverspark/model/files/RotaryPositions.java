package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rotary positions (Su et al. 2021, arXiv:2104.09864): the angle of a pair of numbers is the
 * position times {@code theta^(-2i/size) / factor}.
 *
 * @param theta base of the angles
 * @param factor by which positions are divided, 1 unless the file scales them linearly
 */
record RotaryPositions(double theta, double factor) {
  private static final List<String> TYPES = List.of("default", "linear");

  /**
   * Reads {@code rope_parameters} or, in older files, {@code rope_theta} and {@code rope_scaling}.
   *
   * @param fallback theta where the file has none
   */
  static RotaryPositions read(JsonObject config, double fallback) {
    return of(config, parameters(config), config.number("rope_theta", fallback, 1, 1e12));
  }

  /**
   * The same for one type of layer.
   *
   * @param layerType key in {@code rope_parameters}
   * @param olderKey key of theta in older files
   * @param scaled whether {@code rope_scaling} of older files holds for this type
   */
  static RotaryPositions ofLayerType(
      JsonObject config, String layerType, String olderKey, double fallback, boolean scaled) {
    double theta = config.number(olderKey, fallback, 1, 1e12);
    Optional<JsonNode> newer = config.get("rope_parameters");
    Optional<JsonNode> own =
        newer.isPresent()
            ? newer.map(all -> all.path(layerType)).filter(JsonNode::isObject)
            : config.get("rope_scaling").filter(scaling -> scaled);
    return of(config, own, theta);
  }

  private static Optional<JsonNode> parameters(JsonObject config) {
    return config.get("rope_parameters").or(() -> config.get("rope_scaling"));
  }

  private static RotaryPositions of(
      JsonObject config, Optional<JsonNode> parameters, double theta) {
    if (parameters.isEmpty()) {
      return new RotaryPositions(theta, 1);
    }
    JsonNode all = parameters.get();
    String key = config.get("rope_parameters").isPresent() ? "rope_parameters" : "rope_scaling";
    JsonNode type = all.has("rope_type") ? all.get("rope_type") : all.path("type");
    if (!(all instanceof ObjectNode own) || !TYPES.contains(type.asText("default"))) {
      throw config.wrong(
          key, "rope_type \"default\" or \"linear\", the only ones supported, and no other");
    }
    JsonObject values = new JsonObject(own, config.where() + ", '" + key + "'");
    if (values.number("partial_rotary_factor", 1, 0, 1) != 1) {
      throw values.wrong("partial_rotary_factor", "1, the only one supported");
    }
    boolean linear = type.asText("default").equals("linear");
    return new RotaryPositions(
        values.number("rope_theta", theta, 1, 1e12),
        linear ? values.number("factor", 1, 1e-6, 1e6) : 1);
  }

  /** As constants of a program. */
  void put(Map<String, Object> constants, String prefix) {
    constants.put(prefix + "theta", EncoderProgram.number(theta));
    constants.put(prefix + "factor", EncoderProgram.number(factor));
  }
}
