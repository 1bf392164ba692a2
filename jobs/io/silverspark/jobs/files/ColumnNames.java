package io.silverspark.jobs.files;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Which of the columns of an input is meant by a name. */
public final class ColumnNames {
  private ColumnNames() {}

  /**
   * The column of that name. Case does not matter, as in SQL.
   *
   * @param present the columns of the input, repeated ones repeated
   * @return the column as the input spells it; empty if there is none
   * @throws LayoutException if there are several
   */
  public static Optional<String> find(Collection<String> present, String column) {
    List<String> found = present.stream().filter(column::equalsIgnoreCase).toList();
    if (found.size() > 1) {
      List<String> spellings = found.stream().distinct().toList();
      throw new LayoutException(
          spellings.size() == 1
              ? "column '%s' occurs %d times, and must occur once"
                  .formatted(spellings.get(0), found.size())
              : "columns '%s' differ in case only; remove or rename one"
                  .formatted(String.join("' and '", spellings)));
    }
    return found.stream().findFirst();
  }
}
