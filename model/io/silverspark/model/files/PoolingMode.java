package io.silverspark.model.files;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the token vectors of one text become a single vector. Padding never takes part. The order is
 * the one in which sentence-transformers joins several modes of one pooling.
 */
public enum PoolingMode {
  /** The vector of the first token. */
  CLS("pooling_mode_cls_token"),
  /** The largest value of each dimension over all tokens, special ones included. */
  MAX("pooling_mode_max_tokens"),
  /** The mean over all tokens, special ones included. */
  MEAN("pooling_mode_mean_tokens"),
  /** The sum over all tokens divided by the square root of their number. */
  MEAN_SQRT_LEN_TOKENS("pooling_mode_mean_sqrt_len_tokens"),
  /** The mean weighted by position: 1 for the first token, 2 for the second, and so on. */
  WEIGHTEDMEAN("pooling_mode_weightedmean_tokens"),
  /** The vector of the last token. */
  LASTTOKEN("pooling_mode_lasttoken");

  private final String flag;

  PoolingMode(String flag) {
    this.flag = flag;
  }

  /** Key of this mode in pooling configurations before sentence-transformers 5.4. */
  String flag() {
    return flag;
  }

  /**
   * As in a pooling configuration.
   *
   * @return such as {@code mean_sqrt_len_tokens}
   */
  public String modeName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<PoolingMode> named(String name) {
    return Arrays.stream(values()).filter(mode -> mode.modeName().equals(name)).findFirst();
  }

  static List<String> names() {
    return Arrays.stream(values()).map(PoolingMode::modeName).toList();
  }
}
