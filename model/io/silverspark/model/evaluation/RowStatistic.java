package io.silverspark.model.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A number computed from a selection of evaluation rows, in which a row may occur several times or
 * not at all. This is what the bootstrap resamples.
 */
public interface RowStatistic {

  /** Number of evaluation rows; {@link #of} accepts indices from 0 to one less. */
  int rows();

  /**
   * Value over the selected rows; NaN where it is not defined, for example a correlation with a
   * constant.
   */
  double of(int[] selection);

  /**
   * Rows that are drawn apart from each other, such as those of several data sets: so many from
   * each group, in this order.
   *
   * @return sizes of the groups, {@link #rows()} together
   */
  default int[] strata() {
    return new int[] {rows()};
  }

  /** Value over every row once. */
  default double ofAllRows() {
    int[] all = new int[rows()];
    for (int row = 0; row < all.length; row++) {
      all[row] = row;
    }
    return of(all);
  }

  /** A statistic of {@code rows} rows from a function of row indices. */
  static RowStatistic of(int rows, ToDoubleFunction<int[]> function) {
    return new RowStatistic() {
      @Override
      public int rows() {
        return rows;
      }

      @Override
      public double of(int[] selection) {
        return function.applyAsDouble(selection);
      }
    };
  }

  /** Mean of one value a row. */
  static RowStatistic mean(double[] values) {
    double[] copy = values.clone();
    return of(
        copy.length,
        selection -> {
          double sum = 0;
          for (int row : selection) {
            sum += copy[row];
          }
          return sum / selection.length;
        });
  }

  /**
   * Mean of statistics over different data sets. Its rows are theirs one after the other; a
   * selection has as many rows of each data set as there are.
   *
   * @throws IllegalArgumentException if there are none
   */
  static RowStatistic meanOf(List<RowStatistic> statistics) {
    List<RowStatistic> all = List.copyOf(statistics);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("a mean needs at least one statistic");
    }
    int[] sizes = all.stream().mapToInt(RowStatistic::rows).toArray();
    return new RowStatistic() {
      @Override
      public int rows() {
        return Arrays.stream(sizes).sum();
      }

      @Override
      public int[] strata() {
        return sizes.clone();
      }

      @Override
      public double of(int[] selection) {
        double sum = 0;
        int from = 0;
        for (int s = 0; s < sizes.length; s++) {
          int start = from;
          int[] own = new int[sizes[s]];
          Arrays.setAll(own, i -> selection[start + i] - start);
          sum += all.get(s).of(own);
          from += sizes[s];
        }
        return sum / sizes.length;
      }
    };
  }

  /** Share of rows that are correct: accuracy. */
  static RowStatistic accuracy(boolean[] correct) {
    double[] values = new double[correct.length];
    for (int row = 0; row < values.length; row++) {
      values[row] = correct[row] ? 1 : 0;
    }
    return mean(values);
  }

  /**
   * Pearson correlation of two scores a row.
   *
   * @throws IllegalArgumentException as {@link RankCorrelation#pearson}
   */
  static RowStatistic pearson(double[] first, double[] second) {
    RankCorrelation.check(first, second);
    double[] x = first.clone();
    double[] y = second.clone();
    return of(x.length, rows -> RankCorrelation.pearson(selected(x, rows), selected(y, rows)));
  }

  /**
   * Spearman correlation of two scores a row. Rows are sorted once, here; each selection is then
   * ranked by counting, in time linear in its length.
   *
   * @throws IllegalArgumentException as {@link RankCorrelation#spearman}
   */
  static RowStatistic spearman(double[] first, double[] second) {
    RankCorrelation.check(first, second);
    RankedColumn x = RankedColumn.of(first);
    RankedColumn y = RankedColumn.of(second);
    return of(
        first.length, rows -> RankCorrelation.pearson(x.averageRanks(rows), y.averageRanks(rows)));
  }

  private static double[] selected(double[] values, int[] rows) {
    double[] result = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      result[i] = values[rows[i]];
    }
    return result;
  }
}
