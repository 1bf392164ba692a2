package io.silverspark.jobs.ingest;

import io.silverspark.jobs.config.DataKind;
import io.silverspark.jobs.files.ColumnNames;
import io.silverspark.jobs.files.LayoutException;
import io.silverspark.model.config.NearestName;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which columns of a relation are read: of each role the one that the settings map, or the first of
 * the usual names that is there, case aside.
 *
 * @param kind word after {@code data.}
 * @param required roles that a relation must have
 * @param optional roles that are read where there is such a column
 */
record RoleColumns(String kind, List<Role> required, List<Role> optional) {
  private static final List<String> MAPPED = List.of(DataKind.ID, DataKind.GROUP, DataKind.SPLIT);
  private static final int MOST_LISTED = 12;

  /**
   * A column that rows of a kind have.
   *
   * @param name in the settings
   * @param usual names of such a column in the data sets that people have
   */
  record Role(String name, List<String> usual) {
    /** A role whose usual names begin with its own, unless it is among them. */
    Role(String name, String... others) {
      this(name, named(name, List.of(others)));
    }

    private static List<String> named(String name, List<String> others) {
      return others.contains(name)
          ? others
          : Stream.concat(Stream.of(name), others.stream()).toList();
    }
  }

  /**
   * The columns that are there.
   *
   * @param present columns of a file, repeated ones repeated
   * @param mapping column of each role that the settings map
   * @return from the role to the column as the file spells it
   * @throws LayoutException if one of them occurs twice
   */
  Map<String, String> find(Collection<String> present, Map<String, String> mapping) {
    Map<String, String> columns = new LinkedHashMap<>();
    for (Role role : required) {
      find(present, mapping, role, columns);
    }
    for (Role role : optional) {
      find(present, mapping, role, columns);
    }
    for (String role : MAPPED) {
      find(present, mapping, new Role(role, List.of()), columns);
    }
    return columns;
  }

  private static void find(
      Collection<String> present,
      Map<String, String> mapping,
      Role role,
      Map<String, String> columns) {
    List<String> names =
        mapping.containsKey(role.name()) ? List.of(mapping.get(role.name())) : role.usual();
    for (String name : names) {
      Optional<String> found = ColumnNames.find(present, name);
      if (found.isPresent()) {
        columns.put(role.name(), found.get());
        return;
      }
    }
  }

  /**
   * The same for the header of a file.
   *
   * @throws LayoutException if a column is missing or occurs twice
   */
  Map<String, String> require(Collection<String> header, Map<String, String> mapping) {
    Map<String, String> columns = find(header, mapping);
    for (Map.Entry<String, String> mapped : mapping.entrySet()) {
      if (!columns.containsKey(mapped.getKey())) {
        throw new LayoutException(
            "no column '%s', which is mapped to the role '%s'%s; found %s"
                .formatted(
                    mapped.getValue(),
                    mapped.getKey(),
                    NearestName.of(mapped.getValue(), header)
                        .map(near -> ", did you mean '%s'?".formatted(near))
                        .orElse(""),
                    listed(header)));
      }
    }
    for (Role role : required) {
      if (!columns.containsKey(role.name())) {
        throw new LayoutException(
            "no column %s; found %s. data.%s.columns maps other names"
                .formatted(String.join(" or ", role.usual()), listed(header), kind));
      }
    }
    return columns;
  }

  private static String listed(Collection<String> header) {
    return header.stream().limit(MOST_LISTED).collect(Collectors.joining(", "));
  }
}
