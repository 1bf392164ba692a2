package io.silverspark.jobs.procedures;

import io.silverspark.model.error.UserException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.connector.catalog.procedures.BoundProcedure;
import org.apache.spark.sql.connector.catalog.procedures.ProcedureParameter;
import org.apache.spark.sql.connector.catalog.procedures.UnboundProcedure;
import org.apache.spark.sql.connector.read.LocalScan;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A procedure of SQL whose parameters are texts and maps of texts, and whose rows are texts.
 *
 * @param name with its catalog
 * @param description one sentence
 * @param declared parameters, the required ones first
 * @param columns of the result, as DDL, all of them strings
 * @param work makes the rows of the values
 */
record SqlProcedure(
    String name,
    String description,
    List<ProcedureParameter> declared,
    String columns,
    Function<Values, List<Object[]>> work)
    implements UnboundProcedure, BoundProcedure {
  private static final MapType MAP =
      DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType);

  /** The arguments that were given, by name. */
  record Values(
      String procedure, Map<String, String> texts, Map<String, Map<String, String>> maps) {
    /**
     * A text that is required.
     *
     * @throws UserException if it is null
     */
    String text(String parameter) {
      String value = texts.get(parameter);
      if (value == null) {
        throw new UserException("%s: %s is missing".formatted(procedure, parameter));
      }
      return value;
    }

    /** A map; empty if it was not given. */
    Map<String, String> map(String parameter) {
      return maps.getOrDefault(parameter, Map.of());
    }
  }

  static ProcedureParameter required(String name, String comment) {
    return ProcedureParameter.in(name, DataTypes.StringType).comment(comment).build();
  }

  static ProcedureParameter optional(String name, String comment) {
    return ProcedureParameter.in(name, DataTypes.StringType)
        .defaultValue("CAST(NULL AS STRING)")
        .comment(comment)
        .build();
  }

  static ProcedureParameter map(String name, String comment) {
    return ProcedureParameter.in(name, MAP)
        .defaultValue("CAST(NULL AS MAP<STRING, STRING>)")
        .comment(comment)
        .build();
  }

  @Override
  public BoundProcedure bind(StructType inputType) {
    return this;
  }

  @Override
  public ProcedureParameter[] parameters() {
    return declared.toArray(ProcedureParameter[]::new);
  }

  @Override
  public boolean isDeterministic() {
    return false;
  }

  @Override
  public Iterator<Scan> call(InternalRow input) {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Map<String, String>> maps = new LinkedHashMap<>();
    for (int i = 0; i < declared.size(); i++) {
      ProcedureParameter parameter = declared.get(i);
      if (input.isNullAt(i)) {
        continue;
      }
      if (parameter.dataType().equals(MAP)) {
        maps.put(parameter.name(), texts(parameter.name(), input.getMap(i)));
      } else {
        texts.put(parameter.name(), input.getUTF8String(i).toString());
      }
    }
    List<Object[]> rows = work.apply(new Values(name, texts, maps));
    return List.<Scan>of(
            new Rows(
                StructType.fromDDL(columns),
                rows.stream().map(SqlProcedure::internal).toArray(InternalRow[]::new)))
        .iterator();
  }

  private Map<String, String> texts(String parameter, MapData map) {
    Map<String, String> texts = new TreeMap<>();
    for (int i = 0; i < map.numElements(); i++) {
      String key = map.keyArray().getUTF8String(i).toString();
      if (map.valueArray().isNullAt(i)) {
        throw new UserException("%s: %s['%s'] is null".formatted(name, parameter, key));
      }
      texts.put(key, map.valueArray().getUTF8String(i).toString());
    }
    return texts;
  }

  private static InternalRow internal(Object[] row) {
    Object[] values = new Object[row.length];
    for (int i = 0; i < row.length; i++) {
      values[i] = row[i] == null ? null : UTF8String.fromString(row[i].toString());
    }
    return new GenericInternalRow(values);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rows(StructType readSchema, InternalRow[] rows) implements LocalScan {}
}
