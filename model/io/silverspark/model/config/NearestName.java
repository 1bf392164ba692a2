package io.silverspark.model.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that a mistyped one was probably meant to be. */
public final class NearestName {
  private NearestName() {}

  /**
   * The nearest name if few letters differ, or one whose last part is the same.
   *
   * @param mistyped what was found
   * @param names what is known
   */
  public static Optional<String> of(String mistyped, Collection<String> names) {
    String wanted = mistyped.toLowerCase(Locale.ROOT);
    int allowed = Math.max(2, mistyped.length() / 5);
    Optional<String> near =
        names.stream()
            .min(Comparator.comparingInt(name -> distance(wanted, name.toLowerCase(Locale.ROOT))))
            .filter(name -> distance(wanted, name.toLowerCase(Locale.ROOT)) <= allowed);
    return near.isPresent()
        ? near
        : names.stream().filter(name -> last(name).equals(last(wanted))).findFirst();
  }

  /** Levenshtein: insertions, deletions and replacements that lead from one to the other. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }

  private static String last(String key) {
    return key.substring(key.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
