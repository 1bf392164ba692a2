package io.silverspark.jobs.stage;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything that a stage's result depends on, as one short text: when it is the same, doing the
 * stage again would change nothing.
 */
public final class Fingerprint {
  private static final int LENGTH = 16;
  private final Map<String, String> parts = new TreeMap<>();

  /**
   * A fingerprint of a stage.
   *
   * @param stage name of the stage
   */
  public Fingerprint(String stage) {
    parts.put("stage", stage);
  }

  /**
   * Adds the values of a group of settings.
   *
   * @param settings effective values
   * @param group whose settings count
   * @return this
   */
  public Fingerprint settings(Settings settings, SettingGroup group) {
    group.settings().forEach(setting -> setting(settings, setting));
    return this;
  }

  /**
   * Adds the values of settings, of which some came after the others.
   *
   * @param settings effective values
   * @param all settings that count
   * @param later those that earlier versions did not have, see {@link #chosen}
   * @return this
   */
  public Fingerprint settings(
      Settings settings, Collection<Setting<?>> all, Set<Setting<?>> later) {
    all.forEach(
        each -> {
          if (later.contains(each)) {
            chosen(settings, each);
          } else {
            setting(settings, each);
          }
        });
    return this;
  }

  /**
   * Adds the value of one setting.
   *
   * @param settings effective values
   * @param setting that counts
   * @return this
   */
  public Fingerprint setting(Settings settings, Setting<?> setting) {
    Object value = settings.get(setting);
    parts.put(
        setting.key(),
        value instanceof Optional<?> o ? String.valueOf(o.orElse(null)) : String.valueOf(value));
    return this;
  }

  /**
   * Adds the value of a setting that earlier versions did not have, unless it is the default: what
   * they made then counts.
   *
   * @param settings effective values
   * @param setting that counts
   * @return this
   */
  public Fingerprint chosen(Settings settings, Setting<?> setting) {
    return settings.get(setting).equals(setting.defaultValue()) ? this : setting(settings, setting);
  }

  /**
   * Adds any other input, such as a table's version or the fingerprint of a model.
   *
   * @param name of the input
   * @param value that changes when the input does
   * @return this
   */
  public Fingerprint input(String name, Object value) {
    parts.put("input " + name, String.valueOf(value));
    return this;
  }

  /**
   * The digest.
   *
   * @return 16 hexadecimal digits of SHA-256 over the sorted parts
   */
  public String digest() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(parts.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
