package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.DataType;

/** Distance of two embeddings, with gradients; smaller is more similar. */
public enum Distance {
  /** One minus the cosine: 0 to 2. */
  COSINE {
    @Override
    NDArray pairwise(NDArray first, NDArray second, double offset) {
      return Cosine.pairwise(first, second).neg().add(1);
    }

    @Override
    NDArray matrix(NDArray rows) {
      return Cosine.matrix(rows, rows).neg().add(1);
    }
  },

  /** Length of the difference. */
  EUCLIDEAN {
    @Override
    NDArray pairwise(NDArray first, NDArray second, double offset) {
      return first.sub(second).add(offset).norm(new int[] {1}, false);
    }

    /** The root has no gradient at 0, so entries of 0 stay 0 and pass none on. */
    @Override
    NDArray matrix(NDArray rows) {
      NDArray products = rows.matMul(rows.transpose()); // [B, B]
      long size = rows.getShape().get(0);
      NDArray own = rows.getManager().arange(0, (int) size, 1, DataType.INT64).expandDims(1);
      NDArray squares = products.gather(own, 1); // [B, 1]
      NDArray squared = squares.transpose().sub(products.mul(2)).add(squares);
      NDArray apart = squared.gt(0);
      NDArray root = NDArrays.where(apart, squared, squared.onesLike()).sqrt();
      return root.mul(apart.toType(root.getDataType(), false));
    }
  },

  /** Sum of the absolute differences. */
  MANHATTAN {
    @Override
    NDArray pairwise(NDArray first, NDArray second, double offset) {
      return first.sub(second).add(offset).abs().sum(new int[] {1});
    }

    @Override
    NDArray matrix(NDArray rows) {
      return rows.expandDims(1).sub(rows.expandDims(0)).abs().sum(new int[] {2});
    }
  };

  /**
   * Distance of row i to row i.
   *
   * @param first [B, D]
   * @param second [B, D]
   * @param offset added to each difference of components; the cosine has no use for it
   * @return [B]
   */
  abstract NDArray pairwise(NDArray first, NDArray second, double offset);

  /**
   * Distance of every row to every row.
   *
   * @param rows [B, D]
   * @return [B, B]
   */
  abstract NDArray matrix(NDArray rows);
}
