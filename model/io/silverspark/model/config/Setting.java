package io.silverspark.model.config;

/**
 * One key of the configuration and the only place that knows its default.
 *
 * @param <T> type of the value in Java
 * @param key path in the HOCON file, such as {@code train.batchSize}
 * @param type what values are allowed and how they are read
 * @param defaultValue used when the key is absent; a text may refer to other keys: {@code
 *     out/${run.name}}
 * @param help one sentence for the reference and for {@code --help}
 */
public record Setting<T>(String key, SettingType<T> type, T defaultValue, String help) {
  @Override
  public String toString() {
    return key;
  }

  /**
   * The default as it is written in a file: numbers, flags, texts, maps and lists; null if none.
   */
  public Object plainDefault() {
    return type.plain(defaultValue);
  }
}
