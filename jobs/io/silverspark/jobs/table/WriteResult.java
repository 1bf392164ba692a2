package io.silverspark.jobs.table;

import java.util.Locale;

/**
 * What a write did.
 *
 * @param version of the table afterwards; the same as before when nothing changed
 */
public record WriteResult(long inserted, long updated, long deleted, long version) {
  /** Whether the table stayed as it was. */
  public boolean isUnchanged() {
    return inserted + updated + deleted == 0;
  }

  /** Such as {@code 1,800 rows inserted} or {@code unchanged}. */
  @Override
  public String toString() {
    if (isUnchanged()) {
      return "unchanged";
    }
    String text = part(inserted, "inserted") + part(updated, "updated") + part(deleted, "deleted");
    return text.substring(2);
  }

  private static String part(long rows, String verb) {
    return rows == 0 ? "" : String.format(Locale.ROOT, ", %,d %s", rows, verb);
  }
}
