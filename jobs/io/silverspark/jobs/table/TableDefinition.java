package io.silverspark.jobs.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructType;

/**
 * What a table holds.
 *
 * @param name of the table and of its directory
 * @param meaning what one row is
 * @param writtenBy the command that writes it, for the message when it is missing
 * @param columns in order
 * @param keys columns that identify a row
 * @param constraints SQL conditions by name, kept by Delta for every writer
 */
public record TableDefinition(
    String name,
    String meaning,
    String writtenBy,
    List<TableColumn> columns,
    List<String> keys,
    Map<String, String> constraints) {

  /** Copies the collections. */
  public TableDefinition {
    columns = List.copyOf(columns);
    keys = List.copyOf(keys);
    constraints = Map.copyOf(constraints);
  }

  /**
   * One column.
   *
   * @param type in SQL, such as {@code bigint}
   */
  public record TableColumn(String name, String type, boolean nullable, String meaning) {
    String ddl() {
      return "%s %s%s COMMENT '%s'"
          .formatted(name, type, nullable ? "" : " NOT NULL", meaning.replace("'", "\\'"));
    }
  }

  /** Starts a definition; the key is {@code id} unless said otherwise. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** The columns as Spark sees them. */
  public StructType schema() {
    return StructType.fromDDL(
        columns.stream().map(TableColumn::ddl).collect(Collectors.joining(", ")));
  }

  /** Names of the columns that are not keys. */
  List<String> contents() {
    return columns.stream().map(TableColumn::name).filter(c -> !keys.contains(c)).toList();
  }

  /**
   * The statement that creates the table with its constraints in one commit.
   *
   * @param table name or path as SQL has it
   */
  String createStatement(String table) {
    String columnList = columns.stream().map(TableColumn::ddl).collect(Collectors.joining(", "));
    String properties =
        constraints.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(e -> "'delta.constraints.%s'='%s'".formatted(e.getKey(), quoted(e.getValue())))
            .collect(Collectors.joining(", "));
    return "CREATE TABLE IF NOT EXISTS %s (%s) USING delta COMMENT '%s'%s"
        .formatted(
            table,
            columnList,
            quoted(meaning),
            properties.isEmpty() ? "" : " TBLPROPERTIES (" + properties + ")");
  }

  private static String quoted(String text) {
    return text.replace("'", "\\'");
  }

  /** Collects the parts of a definition. */
  public static final class Builder {
    private final String name;
    private final List<TableColumn> columns = new ArrayList<>();
    private final Map<String, String> constraints = new LinkedHashMap<>();
    private String meaning = "";
    private String writtenBy = "";
    private List<String> keys = List.of("id");

    private Builder(String name) {
      this.name = name;
    }

    /** What one row is. */
    public Builder meaning(String text) {
      meaning = text;
      return this;
    }

    /** The command that writes the table. */
    public Builder writtenBy(String command) {
      writtenBy = command;
      return this;
    }

    /** A column that is never null. */
    public Builder column(String column, String type, String text) {
      columns.add(new TableColumn(column, type, false, text));
      return this;
    }

    /** A column that may be null. */
    public Builder nullableColumn(String column, String type, String text) {
      columns.add(new TableColumn(column, type, true, text));
      return this;
    }

    /** The columns that identify a row. */
    public Builder keys(String... names) {
      keys = List.of(names);
      return this;
    }

    /** A condition that holds for every row. */
    public Builder constraint(String constraint, String condition) {
      constraints.put(constraint, condition);
      return this;
    }

    /** The finished definition. */
    public TableDefinition build() {
      return new TableDefinition(name, meaning, writtenBy, columns, keys, constraints);
    }
  }
}
