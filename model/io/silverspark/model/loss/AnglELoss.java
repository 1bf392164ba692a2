package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * {@link CoSENTLoss} on the angle in complex space instead of the cosine, whose gradient does not
 * vanish where the cosine is close to 1 or -1.
 *
 * <ul>
 *   <li>columns u and v [B, D], any norm: the first half of the components are real parts, the
 *       second half imaginary parts; an odd D gets one zero more
 *   <li>labels: the similarity; only its order counts
 *   <li>with further columns the first is compared with each other one: the second with its label,
 *       or 1 if there are no labels, the others with one minus that
 * </ul>
 *
 * <p>Similarity: {@code |sum Re(u / v) + Im(u / v)|} scaled by the lengths of both.
 *
 * <p>Source: Li and Li 2023, arXiv:2309.12871, as in sentence-transformers (the angle term alone).
 *
 * @param scale inverse temperature, unitless, above 0; default 20
 */
public record AnglELoss(double scale) implements SentenceLoss {
  /**
   * Checks the scale.
   *
   * @throws IllegalArgumentException if {@code scale} is not above 0; the message shows the value
   */
  public AnglELoss {
    LossParameter.requirePositive("scale", scale);
  }

  /** With {@link CoSENTLoss#DEFAULT_SCALE}. */
  public AnglELoss() {
    this(CoSENTLoss.DEFAULT_SCALE);
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.scored(
        "AnglELoss",
        2,
        "first, second",
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        "give pairs with graded scores; for pairs without scores use MultipleNegativesRankingLoss");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray first = columns.get(0);
    NDArray scores = angle(first, columns.get(1));
    NDArray wanted = labels != null ? labels : scores.onesLike();
    NDArray allWanted = wanted;
    for (int i = 2; i < columns.size(); i++) {
      scores = scores.concat(angle(first, columns.get(i)));
      allWanted = allWanted.concat(wanted.neg().add(1));
    }
    return OrderedScores.loss(scores.mul(scale), allWanted);
  }

  private static NDArray angle(NDArray first, NDArray second) {
    NDList u = halves(first);
    NDList v = halves(second);
    NDArray a = u.get(0);
    NDArray b = u.get(1);
    NDArray c = v.get(0);
    NDArray d = v.get(1);
    NDArray squareV = squares(c, d); // [B, 1]
    NDArray lengths = squares(a, b).sqrt().div(squareV.sqrt());
    NDArray real = a.mul(c).add(b.mul(d)).div(squareV).div(lengths);
    NDArray imaginary = b.mul(c).sub(a.mul(d)).div(squareV).div(lengths);
    return real.add(imaginary).sum(new int[] {1}).abs();
  }

  private static NDArray squares(NDArray real, NDArray imaginary) {
    return real.square().add(imaginary.square()).sum(new int[] {1}, true);
  }

  private static NDList halves(NDArray rows) {
    long width = rows.getShape().get(1);
    NDArray even = rows;
    if (width % 2 != 0) {
      Shape one = new Shape(rows.getShape().get(0), 1);
      DataType type = rows.getDataType();
      even = rows.concat(rows.getManager().zeros(one, type), 1);
    }
    return even.split(2, 1);
  }
}
