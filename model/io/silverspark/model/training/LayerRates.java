package io.silverspark.model.training;

import io.silverspark.model.error.UserException;
import java.io.Serializable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How fast each part of a model learns, as a share of the plan's learning rate. From below: the
 * embeddings, the layers of the transformer, and the head: pooling modules, classifiers, language
 * models and the parameters of losses.
 *
 * @param frozenLayers the embeddings and so many layers keep their weights; 0: all are trained
 * @param decay share of a layer in the rate of the layer above it, above 0 and at most 1; the
 *     highest layer has the full rate, the embeddings lie below the lowest one. Source: layer-wise
 *     decay of ELECTRA (Clark et al. 2020, arXiv:2003.10555)
 * @param head share of the head, above 0
 */
public record LayerRates(int frozenLayers, double decay, double head) implements Serializable {
  /** The same rate for all weights. */
  public static final LayerRates EQUAL = new LayerRates(0, 1, 1);

  private static final Pattern LAYER =
      Pattern.compile("(?:^|\\.)(?:layer|layers|block)\\.(\\d+)\\.");

  /** Twin encoders train a copy of the model besides. */
  private static final String COPY = "copy.";

  /** The attention of an auto-encoder's decoder to its sentence is fresh in every layer. */
  private static final String DECODER = "crossattention.";

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public LayerRates {
    if (frozenLayers < 0 || !(decay > 0 && decay <= 1) || !(head > 0)) {
      throw new IllegalArgumentException(
          "frozenLayers must be 0 or more, decay above 0 and at most 1, head above 0; found %s, %s, %s"
              .formatted(frozenLayers, decay, head));
    }
  }

  /**
   * The share of each weight in the plan's learning rate.
   *
   * @param names of the weights in the order of the model: embeddings, layers, head
   * @return by name, in the same order; 0 for a weight that is frozen
   * @throws UserException if more layers are frozen than there are, or nothing is left to train
   */
  Map<String, Double> shares(Collection<String> names) {
    int layers = 0;
    for (String name : names) {
      layers = Math.max(layers, layer(name).orElse(-1) + 1);
    }
    if (frozenLayers > layers) {
      throw new UserException(
          "freezeLayers = %d is not valid: the model has %d layers"
              .formatted(frozenLayers, layers));
    }
    Map<String, Double> shares = new LinkedHashMap<>();
    boolean inLayers = false;
    for (String name : names) {
      OptionalInt layer = layer(name);
      inLayers |= layer.isPresent();
      if (layer.isPresent()) {
        shares.put(
            name, layer.getAsInt() < frozenLayers ? 0 : power(layers - 1 - layer.getAsInt()));
      } else if (!inLayers) {
        shares.put(name, frozenLayers > 0 ? 0 : power(layers));
      } else {
        Double original = name.startsWith(COPY) ? shares.get(name.substring(COPY.length())) : null;
        shares.put(name, original == null ? head : original);
      }
    }
    if (shares.values().stream().allMatch(share -> share == 0)) {
      throw new UserException(
          "freezeLayers = %d leaves nothing to train: the model has %d layers and no head"
              .formatted(frozenLayers, layers));
    }
    return shares;
  }

  private double power(int below) {
    return Math.pow(decay, below);
  }

  private static OptionalInt layer(String name) {
    Matcher matcher = LAYER.matcher(name);
    return matcher.find() && !name.contains(DECODER)
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }
}
