package io.silverspark.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which labels are cut with the embeddings. */
class MatryoshkaLossTest {
  private static final int ROWS = 5;
  private static final int STUDENT = 8;
  private static final int GUIDE = 4;
  private static final List<Integer> WIDTHS = List.of(8, 3);
  private static final Map<String, String> MEAN_OF_WIDTHS =
      Map.of("matryoshkaDims", "[8, 3]", "matryoshkaWeights", "[0.5, 0.5]");

  private final Random random = new Random(4);
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager("PyTorch");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Two vectors of the guide are as wide as one of the model. */
  @ParameterizedTest
  @ValueSource(strings = {"GISTEmbedLoss", "CachedGISTEmbedLoss"})
  void compute_overGist_keepsTheGuideWhole(String inner) {
    float[][] anchors = rows(STUDENT);
    float[][] positives = rows(STUDENT);
    float[][] anchorGuide = rows(GUIDE);
    float[][] positiveGuide = rows(GUIDE);
    NDList columns = new NDList(manager.create(anchors), manager.create(positives));
    NDArray labels = manager.create(anchorGuide).concat(manager.create(positiveGuide), 1);

    double expected =
        WIDTHS.stream()
            .mapToDouble(
                width ->
                    gist(cut(anchors, width), cut(positives, width), anchorGuide, positiveGuide))
            .average()
            .orElseThrow();

    SentenceLoss loss =
        NamedLoss.of(inner).read(MEAN_OF_WIDTHS).create(new LossRecipe.Model(manager, 8, 3, 1));
    assertThat((double) loss.compute(columns, labels).getFloat())
        .isCloseTo(expected, within(1e-4 * expected));
  }

  /** Solatorio 2024, equations 4 and 5, at temperature 0.01. */
  private static double gist(float[][] a, float[][] p, float[][] guideA, float[][] guideP) {
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
      double limit = cosine(guideA[i], guideP[i]);
      double own = cosine(a[i], p[i]) / 0.01;
      double all = Math.exp(own);
      for (int j = 0; j < ROWS; j++) {
        if (j != i) {
          all += term(a[i], p[j], guideA[i], guideP[j], limit);
          all += term(a[i], a[j], guideA[i], guideA[j], limit);
          all += term(p[i], p[j], guideP[i], guideP[j], limit);
        }
      }
      // The guide's cosine of a text with itself is 1, above any limit: such candidates are out.
      sum += Math.log(all) - own;
    }
    return sum / ROWS;
  }

  private static double term(float[] x, float[] y, float[] guideX, float[] guideY, double limit) {
    return cosine(guideX, guideY) > limit ? 0 : Math.exp(cosine(x, y) / 0.01);
  }

  @Test
  void compute_overDistillation_cutsTheTargetOfEachColumn() {
    NDList columns = new NDList(manager.create(rows(STUDENT)), manager.create(rows(STUDENT)));
    NDArray first = manager.create(rows(STUDENT));
    NDArray second = manager.create(rows(STUDENT));
    SentenceLoss loss = new MatryoshkaLoss(new MSELoss(), List.of(3));

    double both =
        squared(columns.get(0), first.get(":, 0:3"))
            + squared(columns.get(1), second.get(":, 0:3"));
    assertThat((double) loss.compute(columns, first.concat(second, 1)).getFloat())
        .isCloseTo(both / 2, within(1e-5));
    double one =
        squared(columns.get(0), first.get(":, 0:3")) + squared(columns.get(1), first.get(":, 0:3"));
    assertThat((double) loss.compute(columns, first).getFloat()).isCloseTo(one / 2, within(1e-5));
  }

  private static double squared(NDArray column, NDArray target) {
    NDArray student = Cosine.unitRows(column.get(":, 0:3"));
    return student.sub(target).square().mean().getFloat();
  }

  @Test
  void compute_targetsOfAnotherWidth_areRefusedAsTheyCame() {
    NDList columns = new NDList(manager.create(rows(STUDENT)));
    NDArray labels = manager.create(rows(GUIDE));
    SentenceLoss loss = new MatryoshkaLoss(new MSELoss(), List.of(3));

    assertThatThrownBy(() -> loss.compute(columns, labels))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the teacher's embeddings have 4 components");
  }

  /** As many margins as the model has components. */
  @Test
  void compute_overMargins_keepsThemWhole() {
    NDList columns = new NDList();
    for (int i = 0; i < 2 + STUDENT; i++) {
      columns.add(manager.create(rows(STUDENT)));
    }
    NDArray margins = manager.create(rows(STUDENT));
    NDList cut = new NDList();
    columns.forEach(column -> cut.add(Cosine.unitRows(column.get(":, 0:3"))));

    assertThat(new MatryoshkaLoss(new MarginMSELoss(), List.of(3)).compute(columns, margins))
        .isEqualTo(new MarginMSELoss().compute(cut, margins));
  }

  private float[][] rows(int width) {
    float[][] rows = new float[ROWS][width];
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  private static float[][] cut(float[][] rows, int width) {
    return Arrays.stream(rows).map(row -> Arrays.copyOf(row, width)).toArray(float[][]::new);
  }

  private static double cosine(float[] x, float[] y) {
    double dot = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      dot += x[i] * (double) y[i];
      xx += x[i] * (double) x[i];
      yy += y[i] * (double) y[i];
    }
    return dot / Math.sqrt(xx * yy);
  }
}
