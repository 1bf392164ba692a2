package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.silverspark.model.error.UserException;
import java.util.Locale;
import java.util.Map;

/**
 * Distillation of embeddings by a distance, for a student of any width: mean over columns and batch
 * of the distance between the student's embedding, where asked for projected to the teacher's
 * width, and the teacher's.
 *
 * <ul>
 *   <li>columns: one or more, each [B, D]
 *   <li>labels: the teacher's embedding of the example [B, T], which every column must reach, or
 *       one for each column, side by side [B, N * T]; see {@link
 *       io.silverspark.model.training.TrainingSet#labelledBy}
 *   <li>parameters, with a projection: {@code projection.weight} [T, D] and {@code projection.bias}
 *       [T], trained with the encoder and thrown away afterwards
 * </ul>
 *
 * <p>Without a projection student and teacher have the same width. {@link MSELoss} is this loss by
 * {@link Metric#MSE}.
 *
 * <p>Source: Kim et al. 2023, arXiv:2301.12005, section 4.2 (embedding matching), as in
 * sentence-transformers.
 */
public final class EmbedDistillLoss implements SentenceLoss {
  private final String name;
  private final Metric metric;
  private final LinearLayer projection; // null: none

  /** How far the student is from its teacher. */
  public enum Metric {
    /** Mean over the components of the squared difference. */
    MSE {
      @Override
      NDArray mean(NDArray student, NDArray teacher) {
        return student.sub(teacher).square().mean();
      }
    },
    /** Length of the difference. */
    L2 {
      @Override
      NDArray mean(NDArray student, NDArray teacher) {
        return student.sub(teacher).norm(new int[] {1}, false).mean();
      }
    },
    /** One minus the cosine. */
    COSINE {
      @Override
      NDArray mean(NDArray student, NDArray teacher) {
        return Cosine.pairwise(student, teacher).neg().add(1).mean();
      }
    };

    /** Mean over the batch: [B, T] and [B, T] to a scalar. */
    abstract NDArray mean(NDArray student, NDArray teacher);
  }

  private EmbedDistillLoss(String name, Metric metric, LinearLayer projection) {
    this.name = name;
    this.metric = metric;
    this.projection = projection;
  }

  static LossRecipe read(LossParameters p) {
    return recipe("EmbedDistillLoss", p.oneOf("distanceMetric", Metric.COSINE), p);
  }

  /** A recipe with the parameter {@code projectionDim}; absent: no projection. */
  static LossRecipe recipe(String name, Metric metric, LossParameters p) {
    int width = p.wholeNumberOrNone("projectionDim", 1);
    return model ->
        new EmbedDistillLoss(
            name,
            metric,
            width == 0
                ? null
                : LinearLayer.create(model.manager(), width, model.dimension(), model.seed()));
  }

  /**
   * Without a projection.
   *
   * @param metric default in sentence-transformers {@link Metric#COSINE}
   */
  public static EmbedDistillLoss of(Metric metric) {
    return new EmbedDistillLoss("EmbedDistillLoss", metric, null);
  }

  /**
   * With a fresh projection, uniform in {@code ±1 / sqrt(D)} as PyTorch's linear layer.
   *
   * @param metric default in sentence-transformers {@link Metric#COSINE}
   * @param parent where the parameters live: the device of the model; {@link #close()} frees them
   * @param dimension embedding width D of the student
   * @param projectionDimension width T of the teacher
   * @param seed the same seed gives the same projection
   * @return the loss; the caller closes it
   */
  public static EmbedDistillLoss projecting(
      Metric metric, NDManager parent, int dimension, int projectionDimension, long seed) {
    return new EmbedDistillLoss(
        "EmbedDistillLoss",
        metric,
        LinearLayer.create(parent, projectionDimension, dimension, seed));
  }

  /**
   * With a given projection.
   *
   * @param metric default in sentence-transformers {@link Metric#COSINE}
   * @param weight [T, D]; copied
   * @param bias [T]; copied
   * @return the loss; the caller closes it
   */
  public static EmbedDistillLoss projecting(Metric metric, NDArray weight, NDArray bias) {
    return new EmbedDistillLoss("EmbedDistillLoss", metric, LinearLayer.of(weight, bias));
  }

  @Override
  public String description() {
    return "%s[%s, projection=%s]"
        .formatted(
            name,
            metric.name().toLowerCase(Locale.ROOT),
            projection == null ? "none" : projection.outputs());
  }

  @Override
  public LossInputs inputs() {
    return inputs(name);
  }

  static LossInputs inputs(String name) {
    return LossInputs.labelled(
        name,
        1,
        Integer.MAX_VALUE,
        "text, translation, ...",
        LabelKind.EMBEDDING,
        "give texts and a teacher: train.teacher, in Java TrainingSet.labelledBy");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray sum = null;
    for (int i = 0; i < columns.size(); i++) {
      NDArray column = columns.get(i);
      NDArray student = projection == null ? column : projection.apply(column); // [B, T]
      NDArray distance = metric.mean(student, target(labels, i, columns.size(), student));
      sum = sum == null ? distance : sum.add(distance);
    }
    return sum.div(columns.size());
  }

  private static NDArray target(NDArray labels, int column, int columns, NDArray student) {
    long width = student.getShape().get(1);
    long given = labels.getShape().get(1);
    if (given == width) {
      return labels;
    }
    if (given != width * columns) {
      throw new UserException(
          "the teacher's embeddings have %d components for %d columns, the student's %d: both need the same width, which the parameter projectionDim = %s gives the student"
              .formatted(
                  given,
                  columns,
                  width,
                  given % columns == 0 ? String.valueOf(given / columns) : "..."));
    }
    return labels.get(new NDIndex(":, " + column * width + ":" + (column + 1) * width));
  }

  @Override
  public Map<String, NDArray> parameters() {
    return projection == null ? Map.of() : projection.parameters("projection");
  }

  @Override
  public void close() {
    if (projection != null) {
      projection.close();
    }
  }
}
