package io.silverspark.udfs.sql;

import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.columns.QuantizedColumn;
import io.silverspark.udfs.columns.SparseEmbedding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/** A function of texts or vectors before Spark knows its arguments. */
public final class TextFunction implements UnboundFunction {
  /** What an argument may be; a null literal fits all. */
  public enum Argument {
    TEXT("string", DataTypes.StringType),
    VECTOR("array<float>", Columns.VECTOR),
    SPARSE("struct<indices: array<int>, values: array<float>>", SparseEmbedding.VECTOR),
    BINARY("array<tinyint>", QuantizedColumn.type(EmbeddingPrecision.BINARY)),
    UBINARY("array<smallint>", QuantizedColumn.type(EmbeddingPrecision.UBINARY)),
    ID("bigint", DataTypes.LongType),
    COUNT("int", DataTypes.IntegerType);

    private final String shown;
    private final DataType type;

    Argument(String shown, DataType type) {
      this.shown = shown;
      this.type = type;
    }

    DataType type() {
      return type;
    }

    private boolean fits(DataType found) {
      if (found.equals(DataTypes.NullType) || found.equals(type)) {
        return true;
      }
      return switch (this) {
        case VECTOR, BINARY, UBINARY ->
            found instanceof ArrayType array
                && array.elementType().equals(((ArrayType) type).elementType());
        case SPARSE -> DataType.equalsIgnoreNullability(found, type);
        case ID -> found.equals(DataTypes.IntegerType);
        case TEXT, COUNT -> false;
      };
    }

    private boolean comesByCastOf(DataType found) {
      return switch (this) {
        case VECTOR ->
            found instanceof ArrayType array && array.elementType() instanceof NumericType;
        case BINARY, UBINARY, SPARSE -> false; // other numbers are no bits
        case ID, COUNT -> found instanceof NumericType;
        case TEXT -> found instanceof AtomicType && !found.equals(DataTypes.BinaryType);
      };
    }
  }

  /**
   * One way to call a function.
   *
   * @param arguments in order
   * @param bound makes the function that is then called
   */
  public record Signature(List<Argument> arguments, Supplier<BoundFunction> bound) {
    private boolean fits(StructType input) {
      if (input.length() != arguments.size()) {
        return false;
      }
      for (int i = 0; i < arguments.size(); i++) {
        if (!arguments.get(i).fits(input.fields()[i].dataType())) {
          return false;
        }
      }
      return true;
    }
  }

  private final String name;
  private final List<Signature> signatures;

  /** A function of a name with the signatures that it takes. */
  public TextFunction(String name, Signature... signatures) {
    this.name = name;
    this.signatures = List.of(signatures);
  }

  @Override
  public BoundFunction bind(StructType inputType) {
    for (Signature signature : signatures) {
      if (signature.fits(inputType)) {
        return signature.bound().get();
      }
    }
    String found =
        Arrays.stream(inputType.fields())
            .map(field -> field.dataType().simpleString())
            .collect(Collectors.joining(", "));
    throw new UnsupportedOperationException(
        "%s, got %s(%s)%s".formatted(description(), name, found, remedy(inputType)));
  }

  /** The casts that would make the call fit, if casts would. */
  private String remedy(StructType input) {
    List<String> counts =
        signatures.stream().map(s -> String.valueOf(s.arguments().size())).distinct().toList();
    if (!counts.contains(String.valueOf(input.length()))) {
      return ": takes %s arguments, not %d".formatted(String.join(" or ", counts), input.length());
    }
    return signatures.stream()
        .filter(signature -> signature.arguments().size() == input.length())
        .map(signature -> casts(signature, input))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse("");
  }

  private Optional<String> casts(Signature signature, StructType input) {
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < input.length(); i++) {
      Argument wanted = signature.arguments().get(i);
      DataType found = input.fields()[i].dataType();
      if (wanted.fits(found)) {
        arguments.add("...");
      } else if (wanted.comesByCastOf(found)) {
        arguments.add("CAST(... AS %s)".formatted(wanted.shown.toUpperCase(Locale.ROOT)));
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(": write %s(%s)".formatted(name, String.join(", ", arguments)));
  }

  @Override
  public String description() {
    return signatures.stream().map(this::shown).collect(Collectors.joining(" or ", "needs ", ""));
  }

  private String shown(Signature signature) {
    return signature.arguments().stream()
        .map(argument -> argument.shown)
        .collect(Collectors.joining(", ", name + "(", ")"));
  }

  @Override
  public String name() {
    return name;
  }

  static DataType[] types(Argument... arguments) {
    return Arrays.stream(arguments).map(Argument::type).toArray(DataType[]::new);
  }
}
