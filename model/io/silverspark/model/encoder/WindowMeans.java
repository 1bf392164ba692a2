package io.silverspark.model.encoder;

import io.silverspark.model.tokenizer.TokenizedText;
import java.util.List;

/** Means of the vectors of a text's windows. */
final class WindowMeans {
  private WindowMeans() {}

  /**
   * One vector for each text.
   *
   * @param windows of each text, at least one
   * @param rows [all windows][width], text by text
   * @param byTokens whether a window counts by its tokens that take part in pooling; else all alike
   * @return [texts][width]
   */
  static float[][] of(List<List<TokenizedText>> windows, float[][] rows, boolean byTokens) {
    float[][] means = new float[windows.size()][];
    int row = 0;
    for (int text = 0; text < means.length; text++) {
      double[] sum = new double[rows[row].length];
      double weights = 0;
      for (TokenizedText window : windows.get(text)) {
        double weight = byTokens ? Math.max(0, window.length() - window.promptTokens()) : 1;
        for (int i = 0; i < sum.length; i++) {
          sum[i] += weight * rows[row][i];
        }
        weights += weight;
        row++;
      }
      means[text] = new float[sum.length];
      for (int i = 0; i < sum.length; i++) {
        means[text][i] = (float) (sum[i] / Math.max(weights, Double.MIN_NORMAL));
      }
    }
    return means;
  }
}
