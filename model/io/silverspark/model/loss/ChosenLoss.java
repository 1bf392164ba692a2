package io.silverspark.model.loss;

import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.Similarity;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A loss by the name that a user gives, with its parameters: one of {@link NamedLoss}, or one that
 * wraps another, which the parameter {@code loss} names.
 *
 * @param wrapper around the loss
 * @param loss the inner one, which decides the data
 * @param parameters of both by name
 */
public record ChosenLoss(Wrapper wrapper, NamedLoss loss, Map<String, String> parameters)
    implements LossSpec {
  private static final String INNER = "loss";
  private static final String SPARSE = "Sparse";
  private static final String USUAL_SPARSE = "SparseMultipleNegativesRankingLoss";

  /** Losses that compute another loss several times. */
  public enum Wrapper {
    /** None. */
    NONE(""),
    /** {@link MatryoshkaLoss}. */
    MATRYOSHKA("MatryoshkaLoss"),
    /** {@link AdaptiveLayerLoss}. */
    ADAPTIVE_LAYER("AdaptiveLayerLoss"),
    /** {@link AdaptiveLayerLoss} around {@link MatryoshkaLoss}. */
    MATRYOSHKA_2D("Matryoshka2dLoss"),
    /** {@link SpladeLoss}, for sparse encoders. */
    SPLADE(SpladeLoss.TITLE);

    private final String title;

    Wrapper(String title) {
      this.title = title;
    }

    /** The name in sentence-transformers. */
    public String title() {
      return title;
    }

    private LossRecipe wrap(LossRecipe inner, LossParameters p) {
      return switch (this) {
        case NONE -> inner;
        case MATRYOSHKA -> MatryoshkaLoss.read(inner, p, MatryoshkaLoss.ALL);
        case ADAPTIVE_LAYER -> AdaptiveLayerLoss.read(inner, p);
        case MATRYOSHKA_2D -> AdaptiveLayerLoss.read(MatryoshkaLoss.read(inner, p, 1), p);
        case SPLADE -> SpladeLoss.read(inner, p);
      };
    }

    /** The parameters of the wrapper alone with their defaults, in a fixed order. */
    public Map<String, String> parameters() {
      LossParameters p = new LossParameters(title, Map.of(MatryoshkaLoss.DIMENSIONS, "1"));
      wrap(model -> null, p);
      Map<String, String> all =
          new LinkedHashMap<>(Map.of(INNER, this == SPLADE ? USUAL_SPARSE : ""));
      all.putAll(p.defaults());
      return all;
    }
  }

  /** Copies the parameters. */
  public ChosenLoss {
    parameters = Map.copyOf(parameters);
  }

  /** The wrappers' names. */
  public static List<String> wrapperNames() {
    return Arrays.stream(Wrapper.values()).map(Wrapper::title).filter(t -> !t.isEmpty()).toList();
  }

  /**
   * The loss of a name.
   *
   * @param name of a loss or wrapper, as in sentence-transformers, or short
   * @param parameters as given; not yet checked
   * @throws UserException if there is no such loss, a wrapper has none inside, or one that it
   *     cannot hold
   */
  public static ChosenLoss of(String name, Map<String, String> parameters) {
    Wrapper wrapper =
        Arrays.stream(Wrapper.values())
            .filter(each -> each.title.equals(name))
            .findFirst()
            .orElse(Wrapper.NONE);
    if (wrapper == Wrapper.NONE) {
      return new ChosenLoss(wrapper, NamedLoss.of(name), parameters);
    }
    Map<String, String> others = new LinkedHashMap<>(parameters);
    String inner = others.remove(INNER);
    if (wrapper == Wrapper.SPLADE) {
      return sparse(inner == null ? USUAL_SPARSE : inner.strip(), others);
    }
    if (inner == null) {
      throw new UserException(
          "%s wraps another loss: set loss among its parameters, such as { loss = MultipleNegativesRankingLoss }"
              .formatted(name));
    }
    NamedLoss loss = NamedLoss.of(inner.strip());
    boolean isFixed = wrapper != Wrapper.ADAPTIVE_LAYER && loss == NamedLoss.SOFTMAX;
    if (loss.trainsTwins() || isFixed) {
      throw new UserException(
          "%s does not go with %s, %s"
              .formatted(
                  name,
                  loss.title(),
                  isFixed
                      ? "whose classifier has one width"
                      : "which trains two copies of the model"));
    }
    return new ChosenLoss(wrapper, loss, others);
  }

  private static ChosenLoss sparse(String inner, Map<String, String> parameters) {
    Map<String, String> all =
        new LinkedHashMap<>(
            SpladeLoss.defaults(inner)
                .orElseThrow(
                    () ->
                        new UserException(
                            "SpladeLoss does not go with '%s': set loss among its parameters to one of %s"
                                .formatted(inner, String.join(", ", SpladeLoss.innerNames())))));
    all.putAll(parameters);
    return new ChosenLoss(Wrapper.SPLADE, NamedLoss.of(inner.substring(SPARSE.length())), all);
  }

  /** Whether the loss is for sparse encoders, and for these alone. */
  public boolean isSparse() {
    return wrapper == Wrapper.SPLADE;
  }

  /**
   * How the model's vectors are compared once it has learned by this loss, where the loss decides:
   * as sentence-transformers, losses of the cosine make it the similarity of a sparse encoder.
   */
  public Optional<Similarity> similarity() {
    boolean cosine =
        loss == NamedLoss.COSINE_SIMILARITY || loss == NamedLoss.COSENT || loss == NamedLoss.ANGLE;
    return isSparse() && cosine ? Optional.of(Similarity.COSINE) : Optional.empty();
  }

  @Override
  public String title() {
    return wrapper == Wrapper.NONE
        ? loss.title()
        : wrapper.title + " of " + (isSparse() ? SPARSE : "") + loss.title();
  }

  @Override
  public NamedLoss.Batching batching() {
    return loss.batching();
  }

  @Override
  public SentenceLoss create(LossRecipe.Model model) {
    return read().create(model);
  }

  /**
   * Reads the parameters.
   *
   * @return what makes the loss
   * @throws UserException if a parameter is unknown or its value is not allowed
   */
  public LossRecipe read() {
    LossParameters p =
        new LossParameters(wrapper == Wrapper.NONE ? loss.title() : wrapper.title, parameters);
    try {
      LossRecipe inner = loss.recipe(p);
      LossRecipe recipe =
          wrapper == Wrapper.NONE && loss.mayBeCut()
              ? MatryoshkaLoss.ifAsked(inner, p)
              : wrapper.wrap(inner, p);
      p.requireAllKnown();
      return recipe;
    } catch (UserException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UserException(title() + ": " + e.getMessage(), e);
    }
  }
}
