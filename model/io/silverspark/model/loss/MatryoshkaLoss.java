package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import io.silverspark.model.error.UserException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;

/**
 * Another loss on the first components of the embeddings too, so that embeddings may be cut to
 * these widths: the weighted sum of the loss at each width, each scaled to length 1.
 *
 * <ul>
 *   <li>columns and labels: those of the inner loss; a teacher's embeddings, which the model's must
 *       reach, are cut as well, those of a guide and scores are not
 * </ul>
 *
 * <p>Include the full width, or it is not trained.
 *
 * <p>Source: Kusupati et al. 2022, arXiv:2205.13147, equation 1, as in sentence-transformers.
 *
 * @param inner any loss without parameters of its own; closed with this one
 * @param dimensions widths, above 0, at most D
 * @param weights one for each width, 0 or more; default 1 each
 * @param dimensionsPerStep widths that are drawn for each batch; below 1 or not below their number
 *     for all; default all
 */
public record MatryoshkaLoss(
    SentenceLoss inner, List<Integer> dimensions, List<Double> weights, int dimensionsPerStep)
    implements SentenceLoss {
  /** Every width in every batch. */
  static final int ALL = -1;

  static final String DIMENSIONS = "matryoshkaDims";

  /**
   * Checks the numbers and copies the lists.
   *
   * @throws IllegalArgumentException if there is no width, a width is not above 0, weights differ
   *     in number, or the inner loss has parameters of a fixed width
   */
  public MatryoshkaLoss {
    dimensions = List.copyOf(dimensions);
    weights = List.copyOf(weights);
    if (dimensions.isEmpty() || dimensions.stream().anyMatch(width -> width <= 0)) {
      throw new IllegalArgumentException(
          "matryoshka dimensions must be one or more numbers above 0, found " + dimensions);
    }
    if (weights.size() != dimensions.size()) {
      throw new IllegalArgumentException(
          "%d matryoshka dimensions have %d weights".formatted(dimensions.size(), weights.size()));
    }
    weights.forEach(weight -> LossParameter.requireNotNegative("matryoshka weight", weight));
    if (inner.parameters().values().stream().anyMatch(array -> array.getShape().dimension() > 1)) {
      throw new IllegalArgumentException(
          inner.inputs().lossName()
              + " has a layer of its own of one width and cannot be used at several");
    }
  }

  /** Every width in every batch. */
  public MatryoshkaLoss(SentenceLoss inner, List<Integer> dimensions, List<Double> weights) {
    this(inner, dimensions, weights, ALL);
  }

  /** Every width counts the same. */
  public MatryoshkaLoss(SentenceLoss inner, List<Integer> dimensions) {
    this(inner, dimensions, Collections.nCopies(dimensions.size(), 1.0));
  }

  /**
   * The widths that parameters of a loss ask for.
   *
   * @param parameters of any loss, by name
   * @return as given; empty without {@code matryoshkaDims}
   * @throws io.silverspark.model.error.UserException if they are no whole numbers above 0
   */
  public static List<Integer> dimensions(Map<String, String> parameters) {
    return new LossParameters("loss", parameters).wholeNumbers(DIMENSIONS);
  }

  /** The inner loss, wrapped where the parameter {@code matryoshkaDims} is given. */
  static LossRecipe ifAsked(LossRecipe inner, LossParameters p) {
    if (p.wholeNumbers(DIMENSIONS).isEmpty()) {
      for (String name : List.of("matryoshkaWeights", "nDimsPerStep")) {
        if (p.isGiven(name)) {
          throw new IllegalArgumentException(name + " needs matryoshkaDims");
        }
      }
      p.numbers("matryoshkaWeights");
      p.wholeNumber("nDimsPerStep", ALL, ALL);
      return inner;
    }
    return read(inner, p, ALL);
  }

  static LossRecipe read(LossRecipe inner, LossParameters p, int defaultPerStep) {
    List<Integer> dimensions = p.wholeNumbers(DIMENSIONS);
    List<Double> given = p.numbers("matryoshkaWeights");
    int perStep = p.wholeNumber("nDimsPerStep", defaultPerStep, ALL);
    if (dimensions.isEmpty()) {
      throw new IllegalArgumentException(
          "matryoshkaDims is missing: give the widths, such as [384, 128, 64]");
    }
    if (p.isGiven("projectionDim")) {
      throw new IllegalArgumentException(
          "projectionDim does not go with matryoshkaDims: a projection has one width");
    }
    List<Double> weights = given.isEmpty() ? Collections.nCopies(dimensions.size(), 1.0) : given;
    if (weights.size() != dimensions.size()) {
      throw new IllegalArgumentException(
          "matryoshkaDims has %d numbers, matryoshkaWeights %d"
              .formatted(dimensions.size(), weights.size()));
    }
    return model -> new MatryoshkaLoss(inner.create(model), dimensions, weights, perStep);
  }

  @Override
  public LossInputs inputs() {
    return inner.inputs();
  }

  @Override
  public OptionalInt miniBatchSize() {
    return inner.miniBatchSize();
  }

  @Override
  public List<Integer> layers() {
    return inner.layers();
  }

  @Override
  public SentenceLoss ofStep(long seed) {
    SentenceLoss ofStep = inner.ofStep(seed);
    if (dimensionsPerStep < 1 || dimensionsPerStep >= dimensions.size()) {
      return ofStep == inner ? this : new MatryoshkaLoss(ofStep, dimensions, weights, ALL);
    }
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < dimensions.size(); i++) {
      places.add(i);
    }
    Collections.shuffle(places, new Random(seed));
    List<Integer> drawn = places.subList(0, dimensionsPerStep);
    return new MatryoshkaLoss(
        ofStep,
        drawn.stream().map(dimensions::get).toList(),
        drawn.stream().map(weights::get).toList());
  }

  @Override
  public String description() {
    String drawn = dimensionsPerStep == ALL ? "" : ", dimensionsPerStep=" + dimensionsPerStep;
    return "MatryoshkaLoss[inner=%s, dimensions=%s, weights=%s%s]"
        .formatted(inner.description(), dimensions, weights, drawn);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    long full = columns.get(0).getShape().get(1);
    NDArray sum = null;
    for (int i = 0; i < dimensions.size(); i++) {
      int width = dimensions.get(i);
      if (width > full) {
        throw new UserException(
            "matryoshka dimension %d is wider than the model's embeddings: at most %d"
                .formatted(width, full));
      }
      NDList cut = new NDList();
      columns.forEach(column -> cut.add(Cosine.unitRows(cut(column, width))));
      NDArray loss = inner.compute(cut, cutLabels(labels, columns.size(), width, full));
      NDArray weighted = loss.mul(weights.get(i).floatValue()); // a double makes it float64
      sum = sum == null ? weighted : sum.add(weighted);
    }
    return sum;
  }

  /** Targets of another width than the model's stay whole; the inner loss says what is wrong. */
  private NDArray cutLabels(NDArray labels, int columns, int width, long full) {
    if (inner.inputs().labelKind() != LabelKind.EMBEDDING) {
      return labels;
    }
    long given = labels.getShape().get(1);
    if (given == full) {
      return cut(labels, width);
    }
    if (given != full * columns) {
      return labels;
    }
    NDList cut = new NDList();
    labels.split(columns, 1).forEach(target -> cut.add(cut(target, width)));
    return NDArrays.concat(cut, 1);
  }

  private static NDArray cut(NDArray rows, int width) {
    return rows.get(new NDIndex(":, 0:" + width));
  }

  @Override
  public void close() {
    inner.close();
  }
}
