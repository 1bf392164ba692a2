package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Another loss on the embeddings of earlier layers too, so that layers may be cut off: the loss of
 * the last layer, the mean of the losses of earlier ones, and for each of these the
 * Kullback-Leibler divergence of its embeddings' softmax from that of the last layer's.
 *
 * <ul>
 *   <li>columns [B, (1 + n) D]: the embedding of the last layer, then those of the n layers that
 *       {@link #layers()} names, side by side; layer 0 is the output of the embedding tables
 *   <li>labels: those of the inner loss
 * </ul>
 *
 * <p>With {@link MatryoshkaLoss} inside this is Matryoshka2dLoss: layers and components may be cut.
 *
 * <p>Source: Li et al. 2024, arXiv:2402.14776 (2D Matryoshka Sentence Embeddings), section 3, as in
 * sentence-transformers. Differs: goes with the losses in mini-batches too; the last layer's
 * softmax passes no gradient, as there.
 *
 * @param inner any loss but the tension losses; closed with this one
 * @param modelLayers number of layers of the model, at least 1
 * @param layersPerStep earlier layers that are drawn for each batch; below 1 or not below {@code
 *     modelLayers} for all; default 1
 * @param lastLayerWeight of the last layer's loss, 0 or more; default 1
 * @param priorLayersWeight of the mean of the other losses, 0 or more; default 1
 * @param klDivWeight of each divergence, 0 or more; default 1
 * @param klTemperature of both softmaxes; 0 for no divergence; default 0.3
 * @param layerWeighting of the earlier layers; default uniform
 */
public record AdaptiveLayerLoss(
    SentenceLoss inner,
    int modelLayers,
    int layersPerStep,
    double lastLayerWeight,
    double priorLayersWeight,
    double klDivWeight,
    double klTemperature,
    LayerWeighting layerWeighting)
    implements SentenceLoss {

  /** How much layer i counts, from 0. */
  public enum LayerWeighting {
    /** 1. */
    UNIFORM {
      @Override
      double of(int layer) {
        return 1;
      }
    },
    /** {@code 1 / (1 + ln(1 + i))}. */
    LOG {
      @Override
      double of(int layer) {
        return 1 / (1 + Math.log(1.0 + layer));
      }
    },
    /** {@code 1 / (1 + i)}. */
    LINEAR {
      @Override
      double of(int layer) {
        return 1 / (1.0 + layer);
      }
    };

    abstract double of(int layer);
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if there is no layer, a weight or the temperature is negative
   */
  public AdaptiveLayerLoss {
    LossParameter.requirePositive("number of layers", modelLayers);
    LossParameter.requireNotNegative("last layer weight", lastLayerWeight);
    LossParameter.requireNotNegative("prior layers weight", priorLayersWeight);
    LossParameter.requireNotNegative("kl div weight", klDivWeight);
    LossParameter.requireNotNegative("kl temperature", klTemperature);
  }

  /** With the defaults. */
  public AdaptiveLayerLoss(SentenceLoss inner, int modelLayers) {
    this(inner, modelLayers, 1, 1, 1, 1, 0.3, LayerWeighting.UNIFORM);
  }

  static LossRecipe read(LossRecipe inner, LossParameters p) {
    int layers = p.wholeNumber("nLayersPerStep", 1, -1);
    double last = p.notNegative("lastLayerWeight", 1);
    double prior = p.notNegative("priorLayersWeight", 1);
    double weight = p.notNegative("klDivWeight", 1);
    double temperature = p.notNegative("klTemperature", 0.3);
    LayerWeighting weighting = p.oneOf("layerWeighting", LayerWeighting.UNIFORM);
    return model ->
        new AdaptiveLayerLoss(
            inner.create(model),
            model.layers(),
            layers,
            last,
            prior,
            weight,
            temperature,
            weighting);
  }

  @Override
  public LossInputs inputs() {
    return inner.inputs();
  }

  @Override
  public OptionalInt miniBatchSize() {
    return inner.miniBatchSize();
  }

  /** All layers but the last. */
  @Override
  public List<Integer> layers() {
    return IntStream.range(0, modelLayers).boxed().toList();
  }

  @Override
  public SentenceLoss ofStep(long seed) {
    List<Integer> drawn = layers();
    if (layersPerStep > 0 && layersPerStep < modelLayers) {
      List<Integer> all = layers().stream().collect(Collectors.toList());
      Collections.shuffle(all, new Random(seed));
      drawn = List.copyOf(all.subList(0, layersPerStep));
    }
    return new Step(this, drawn, seed);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    return new Step(this, layers(), 0).compute(columns, labels);
  }

  /**
   * The loss on the layers of one step.
   *
   * @param whole its parameters
   * @param layers that were drawn
   * @param seed of what the inner loss draws
   */
  private record Step(AdaptiveLayerLoss whole, List<Integer> layers, long seed)
      implements SentenceLoss {
    @Override
    public LossInputs inputs() {
      return whole.inputs();
    }

    @Override
    public OptionalInt miniBatchSize() {
      return whole.miniBatchSize();
    }

    @Override
    public NDArray compute(NDList columns, NDArray labels) {
      int blocks = layers.size() + 1;
      NDList[] byLayer = new NDList[blocks];
      for (int block = 0; block < blocks; block++) {
        byLayer[block] = new NDList();
      }
      for (NDArray column : columns) {
        NDList parts = column.split(blocks, 1);
        for (int block = 0; block < blocks; block++) {
          byLayer[block].add(parts.get(block));
        }
      }
      NDArray sum = weighted(byLayer[0], labels, 0, whole.lastLayerWeight);
      NDArray wanted = whole.klTemperature > 0 ? scaled(byLayer[0]).stopGradient() : null;
      for (int i = 1; i < blocks; i++) {
        double weight = whole.layerWeighting.of(layers.get(i - 1)) * whole.priorLayersWeight;
        sum = sum.add(weighted(byLayer[i], labels, i, weight / layers.size()));
        if (wanted != null) {
          NDArray divergence = divergence(wanted, scaled(byLayer[i]));
          sum = sum.add(divergence.mul((float) (whole.klTemperature * whole.klDivWeight)));
        }
      }
      return sum;
    }

    private NDArray weighted(NDList columns, NDArray labels, int block, double weight) {
      SentenceLoss inner = whole.inner.ofStep(seed * 31 + block);
      return inner.compute(columns, labels).mul((float) weight);
    }

    /** The embeddings of all columns by the temperature: [C * B, D]. */
    private NDArray scaled(NDList columns) {
      NDArray rows = columns.size() == 1 ? columns.get(0) : NDArrays.concat(columns, 0);
      return rows.div(whole.klTemperature);
    }

    private static NDArray divergence(NDArray wanted, NDArray found) {
      NDArray difference = wanted.logSoftmax(1).sub(found.logSoftmax(1));
      return wanted.softmax(1).mul(difference).sum(new int[] {1}).mean();
    }
  }

  @Override
  public Map<String, NDArray> parameters() {
    return inner.parameters();
  }

  @Override
  public String description() {
    return "AdaptiveLayerLoss[%s, layersPerStep=%d, lastLayerWeight=%s, priorLayersWeight=%s, klDivWeight=%s, klTemperature=%s, %s]"
        .formatted(
            inner.description(),
            layersPerStep,
            lastLayerWeight,
            priorLayersWeight,
            klDivWeight,
            klTemperature,
            layerWeighting);
  }

  @Override
  public void close() {
    inner.close();
  }
}
