package io.silverspark.model.encoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradient checkpointing: of a forward pass only the input of each layer is kept. The backward pass
 * runs each layer again, recorded, from the last to the first, so that what one layer needs for its
 * gradient lives at a time, and not what all of them need.
 *
 * <p>Losses and what lies above the transformer are recorded as always, over hidden states that
 * begin a graph of their own: {@link #backward} goes on from the gradients that arrived there. It
 * is called once after each backward pass of a loss.
 *
 * <p>Each layer of each pass has a seed of its own, so that dropout draws the same masks again.
 * Source: Chen et al. 2016, arXiv:1604.06174; {@code torch.utils.checkpoint}.
 */
public final class RecomputedLayers {
  /** PyTorch has one generator of random numbers for all CPU threads of a process. */
  public static final Object GENERATOR = new Object();

  private static final long SEEDS = 1L << 31;

  private boolean enabled;
  private boolean required;
  private Step step;

  RecomputedLayers() {}

  /** Whether from now on the passes that are recorded keep the inputs of the layers only. */
  public void enable(boolean wanted) {
    enabled = wanted;
  }

  /** As {@link #enable} for good, for weights that are made for one layer at a time. */
  void require() {
    required = true;
  }

  /** Whether the next step runs layers again. */
  public boolean isEnabled() {
    return enabled || required;
  }

  /**
   * Cuts the weights of a step from what they were made of.
   *
   * @param scope owns the result
   * @param program with the methods {@code cut}, {@code train_embed} and {@code train_layer}
   * @param weights as recorded
   * @param layers of the program
   * @param adapters how many of the weights, the last ones, are adapters
   * @return what the passes use, {@code weights} itself unless {@link #isEnabled enabled}
   */
  RecordedWeights cut(
      NDManager scope, TorchProgram program, RecordedWeights weights, int layers, int adapters) {
    if (!isEnabled() || layers == 0) {
      return weights;
    }
    step = new Step(scope, program, weights, layers, weights.layers().size() - adapters);
    return step.cut;
  }

  /** Whether passes go layer by layer. */
  boolean isOpen() {
    return step != null;
  }

  /**
   * Runs the encoder layer by layer with dropout.
   *
   * @param scope owns the result
   * @param batch padded rows
   * @param wanted numbers of the hidden states that the loss uses beside the last
   * @return all hidden states; while recording, the last and the wanted ones gather gradients
   */
  NDList states(NDManager scope, TokenBatch batch, List<Integer> wanted) {
    return step.forward(scope, batch, wanted);
  }

  /**
   * Takes the gradients that arrived at the hidden states through the layers to the weights. Does
   * nothing if there are none.
   *
   * @param parent holds the gradients between the layers
   */
  public void backward(NDManager parent) {
    if (step != null) {
      Step last = step;
      step = null;
      try (NDManager scope = parent.newSubManager()) {
        last.backward(scope);
      }
    }
  }

  /** One forward pass; state i is the input of layer i. */
  private record Pass(TokenBatch batch, long seed, NDList states) {}

  /** A weight as it was made, and the copy without history that the layers run on. */
  private record Cut(int slot, NDArray made, NDArray leaf) {}

  private static final class Step {
    private final TorchProgram program;
    private final int layers;
    private final RecordedWeights cut;
    private final List<Cut> embeddings;
    private final List<Cut> weights;
    private final int withoutAdapters;
    private final List<Pass> passes = new ArrayList<>();

    Step(
        NDManager scope,
        TorchProgram program,
        RecordedWeights made,
        int layers,
        int withoutAdapters) {
      this.program = program;
      this.layers = layers;
      this.withoutAdapters = withoutAdapters;
      List<NDArray> e = cut(scope, "e", made.embeddings());
      List<NDArray> p = new ArrayList<>(cut(scope, "p", made.layers()));
      embeddings = cuts(scope, "e", made.embeddings(), e);
      weights = cuts(scope, "p", made.layers(), p);
      cut = new RecordedWeights(e, p, made.wordIds(), made.fixed());
    }

    /** What was not computed, such as a weight that needs no cast, stays as it is. */
    private List<NDArray> cut(NDManager scope, String list, List<NDArray> made) {
      return TorchProgram.asList(
          list, program.runRecorded(scope, "cut", TorchProgram.asList(list, made)));
    }

    private List<Cut> cuts(NDManager scope, String list, List<NDArray> made, List<NDArray> leaves) {
      boolean[] computed =
          program
              .runRecorded(scope, "computed", TorchProgram.asList(list, made))
              .singletonOrThrow()
              .toBooleanArray();
      List<Cut> cuts = new ArrayList<>();
      for (int i = 0; i < computed.length; i++) {
        if (computed[i]) {
          leaves.get(i).setRequiresGradient(true);
          cuts.add(new Cut(i, made.get(i), leaves.get(i)));
        }
      }
      return cuts;
    }

    NDList forward(NDManager scope, TokenBatch batch, List<Integer> wanted) {
      boolean recorded = JniUtils.isGradMode();
      Pass pass = new Pass(batch, seed(scope), new NDList());
      try (Autograd pause = Autograd.pause()) {
        pass.states.add(embed(scope, pass));
        for (int i = 0; i < layers; i++) {
          pass.states.add(layer(scope, pass, i, pass.states.get(i)));
        }
      }
      if (recorded) {
        passes.add(pass);
        pass.states.get(layers).setRequiresGradient(true);
        wanted.forEach(state -> pass.states.get(state).setRequiresGradient(true));
      }
      return pass.states;
    }

    /** Depends on what was seeded before, as the masks of a pass at once do. */
    private static long seed(NDManager scope) {
      try (NDManager host = scope.newSubManager(Device.cpu())) {
        return host.randomInteger(0, SEEDS, new Shape(1), DataType.INT64).getLong();
      }
    }

    private NDArray embed(NDManager scope, Pass pass) {
      TokenBatch batch = pass.batch;
      return seeded(
          scope,
          pass.seed,
          "train_embed",
          cut.embeddings(),
          batch.ids(),
          batch.typeIds(),
          batch.lengths());
    }

    private NDArray layer(NDManager scope, Pass pass, int layer, NDArray input) {
      return seeded(
          scope,
          pass.seed + 1 + layer,
          "train_layer",
          cut.embeddings(),
          cut.layers(),
          input,
          pass.batch.lengths(),
          layer);
    }

    private NDArray seeded(NDManager scope, long seed, String method, Object... arguments) {
      synchronized (GENERATOR) {
        JniUtils.setSeed(seed);
        return program.runRecorded(scope, method, arguments).singletonOrThrow();
      }
    }

    /** Later passes come first, as in one graph, so that sums are rounded alike. */
    void backward(NDManager scope) {
      List<NDArray> arriving = new ArrayList<>();
      for (Pass pass : passes) {
        NDArray last = pass.states.get(layers);
        arriving.add(last.getGradient());
        last.close();
      }
      int first = firstTrained();
      for (int i = layers - 1; i >= Math.max(0, first); i--) {
        for (int pass = passes.size() - 1; pass >= 0; pass--) {
          arriving.set(pass, throughLayer(scope, passes.get(pass), i, arriving.get(pass)));
        }
        toMade(i);
      }
      try (Autograd tape = Autograd.record()) {
        for (int pass = passes.size() - 1; pass >= 0 && first < 0; pass--) {
          try (NDManager inner = scope.newSubManager()) {
            tape.backward(embed(inner, passes.get(pass)), arriving.get(pass));
          }
        }
        embeddings.forEach(weight -> tape.backward(weight.made, weight.leaf.getGradient()));
      }
    }

    /** What a layer's leaves gathered goes on to what they were made of, and is freed. */
    private void toMade(int layer) {
      int slots = withoutAdapters / layers;
      try (Autograd tape = Autograd.record()) {
        for (Cut weight : weights) {
          if (weight.slot / slots == layer) {
            tape.backward(weight.made, weight.leaf.getGradient());
            NDArray freed = weight.leaf.stopGradient();
            cut.layers().set(weight.slot, TorchProgram.asList("p", List.of(freed)).get(0));
            weight.leaf.close();
          }
        }
      }
    }

    private NDArray throughLayer(NDManager scope, Pass pass, int layer, NDArray arriving) {
      NDArray state = pass.states.get(layer);
      try (NDManager inner = scope.newSubManager();
          Autograd tape = Autograd.record()) {
        NDArray input = state.stopGradient();
        input.attach(inner);
        input.setRequiresGradient(true);
        tape.backward(layer(inner, pass, layer, input), arriving);
        arriving.close();
        NDArray gradient = input.getGradient();
        NDArray sum = state.hasGradient() ? gradient.add(state.getGradient()) : gradient;
        sum.attach(scope);
        state.close();
        return sum;
      }
    }

    /** The lowest layer with a trained weight, below which no gradient is needed; -1: all. */
    private int firstTrained() {
      if (cut.embeddings().stream().anyMatch(NDArray::hasGradient)) {
        return -1;
      }
      int layer = 0;
      while (layer < layers
          && !isTrained(cut.layers().subList(0, withoutAdapters), layer)
          && !isTrained(cut.layers().subList(withoutAdapters, cut.layers().size()), layer)) {
        layer++;
      }
      return layer;
    }

    private boolean isTrained(List<NDArray> all, int layer) {
      int slots = all.size() / layers;
      return all.subList(slots * layer, slots * (layer + 1)).stream()
          .anyMatch(NDArray::hasGradient);
    }
  }
}
