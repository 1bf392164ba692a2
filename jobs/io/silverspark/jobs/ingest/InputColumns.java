package io.silverspark.jobs.ingest;

import io.silverspark.jobs.config.DataKind;
import io.silverspark.jobs.files.ColumnNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a relation gives, told by its columns: which kind of rows, and which column has which role.
 *
 * @param kind as {@link DataKind#name}, or {@link #TRIPLETS}
 * @param columns of the roles that the kind needs, as the relation spells them
 * @param negatives columns of negatives, of triplets and rows with several negatives
 */
public record InputColumns(String kind, Map<String, String> columns, List<String> negatives) {
  /** Anchors with a positive and one or more negatives. */
  public static final String TRIPLETS = "triplets";

  private static final String NEGATIVE = "negative";
  private static final Set<String> OF_ANY = Set.of(DataKind.ID, DataKind.GROUP, DataKind.SPLIT);
  private static final List<RowFormat> ORDER =
      List.of(RowFormat.STS, RowFormat.NLI, RowFormat.PAIRS, RowFormat.INTENTS);

  /**
   * Looks for the roles of each kind among the columns: triplets, graded pairs, entailment, pairs,
   * intents, in this order.
   *
   * @param present columns of the relation
   * @param given column of each role that the user names; those of the others have the usual names
   * @return the first kind that has all its roles and all of the given ones
   */
  public static Optional<InputColumns> of(Collection<String> present, Map<String, String> given) {
    Optional<InputColumns> pairs = of(RowFormat.PAIRS, present, without(given, NEGATIVE));
    List<String> negatives = negatives(present, given);
    if (pairs.isPresent() && !negatives.isEmpty()) {
      return Optional.of(new InputColumns(TRIPLETS, pairs.get().columns(), negatives));
    }
    return ORDER.stream().flatMap(format -> of(format, present, given).stream()).findFirst();
  }

  /** The column of negatives, or negative_1, negative_2 and so on. */
  private static List<String> negatives(Collection<String> present, Map<String, String> given) {
    Optional<String> one = ColumnNames.find(present, given.getOrDefault(NEGATIVE, NEGATIVE));
    List<String> found = new ArrayList<>();
    one.ifPresent(found::add);
    for (int i = 1; one.isEmpty(); i++) {
      Optional<String> next = ColumnNames.find(present, NEGATIVE + "_" + i);
      if (next.isEmpty()) {
        break;
      }
      found.add(next.get());
    }
    return found;
  }

  private static Optional<InputColumns> of(
      RowFormat format, Collection<String> present, Map<String, String> given) {
    RoleColumns roles = format.columns();
    List<String> required = roles.required().stream().map(RoleColumns.Role::name).toList();
    Map<String, String> found = roles.find(present, given);
    boolean fits =
        found.keySet().containsAll(required)
            && given.keySet().stream()
                .allMatch(role -> required.contains(role) || OF_ANY.contains(role));
    return fits
        ? Optional.of(new InputColumns(format.name().toLowerCase(Locale.ROOT), found, List.of()))
        : Optional.empty();
  }

  private static Map<String, String> without(Map<String, String> given, String role) {
    Map<String, String> others = new LinkedHashMap<>(given);
    others.remove(role);
    return others;
  }
}
