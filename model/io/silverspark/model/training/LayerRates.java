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
 *     highest layer and a norm above it have the full rate, the embeddings lie below the lowest
 *     layer. Source: layer-wise decay of ELECTRA (Clark et al. 2020, arXiv:2003.10555)
 * @param head share of the head, above 0
 */
public record LayerRates(int frozenLayers, double decay, double head) implements Serializable {
  /** The same rate for all weights. */
  public static final LayerRates EQUAL = new LayerRates(0, 1, 1);

  private static final Pattern LAYER =
      Pattern.compile("(?:^|\\.)(?:layer|layers|block|albert_layer_groups)\\.(\\d+)\\.");

  /** Above the layers, but a part of the transformer. */
  private static final Pattern LAST_NORM =
      Pattern.compile("^(?:norm|final_norm|encoder\\.final_layer_norm)\\.");

  /** Classifiers, language models, modules after the pooling, losses, a decoder's attention. */
  private static final Pattern HEAD =
      Pattern.compile("^(?:classifier|pooler|head|cls|loss|\\d+)\\.|\\.crossattention\\.");

  /** Twin encoders train a copy of the model besides. */
  private static final String COPY = "copy.";

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
   * Refuses what does not fit a model.
   *
   * @param names of its weights
   * @throws UserException if more layers are frozen than there are
   */
  public void check(Collection<String> names) {
    int layers = layers(names);
    if (frozenLayers > layers) {
      throw new UserException(
          "freezeLayers = %d is not valid: the model has %d layers"
              .formatted(frozenLayers, layers));
    }
  }

  /**
   * The share of each weight in the plan's learning rate.
   *
   * @param names of the weights of model and losses
   * @return by name, in the same order; 0 for a weight that is frozen
   * @throws UserException if more layers are frozen than there are
   */
  Map<String, Double> shares(Collection<String> names) {
    check(names);
    int layers = layers(names);
    Map<String, Double> shares = new LinkedHashMap<>();
    names.forEach(name -> shares.put(name, share(original(name), layers)));
    return shares;
  }

  private double share(String name, int layers) {
    if (HEAD.matcher(name).find()) {
      return head;
    }
    if (LAST_NORM.matcher(name).find()) {
      return 1;
    }
    int layer = layer(name).orElse(-1); // the embeddings lie below layer 0
    boolean frozen = frozenLayers > 0 && layer < frozenLayers;
    return frozen ? 0 : Math.pow(decay, layers - 1 - layer);
  }

  private static int layers(Collection<String> names) {
    return names.stream().mapToInt(name -> layer(original(name)).orElse(-1) + 1).max().orElse(0);
  }

  private static String original(String name) {
    return name.startsWith(COPY) ? name.substring(COPY.length()) : name;
  }

  private static OptionalInt layer(String name) {
    Matcher matcher = LAYER.matcher(name);
    return matcher.find() && !HEAD.matcher(name).find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }
}
