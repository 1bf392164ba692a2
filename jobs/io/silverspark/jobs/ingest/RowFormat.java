package io.silverspark.jobs.ingest;

import io.silverspark.jobs.files.ColumnNames;
import io.silverspark.jobs.files.LayoutException;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.model.config.PlainDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the rows of one kind of data look like in files, and when they are good. */
enum RowFormat {
  /** Columns of MultiNLI (sentence1, gold_label) and of the Hub's GLUE (premise, label). */
  NLI(
      NliPairsTable.DEFINITION,
      List.of("premise", "sentence1"),
      List.of("hypothesis", "sentence2"),
      List.of("gold_label", "label")) {
    @Override
    String label(String found) {
      String name = found.strip().toLowerCase(Locale.ROOT);
      int index = NLI_LABELS.indexOf(name);
      if (index >= 0) {
        return String.valueOf(index);
      }
      double number = decimal(found);
      if (number == 0 || number == 1 || number == 2) {
        return String.valueOf((int) number);
      }
      throw new BadValue("is not one of 0, 1, 2, entailment, neutral, contradiction");
    }
  },

  /** Columns of the STS benchmark in GLUE's files and on the Hub, or no header. */
  STS(
      StsPairsTable.DEFINITION,
      List.of("sentence1"),
      List.of("sentence2"),
      List.of("score", "label")) {
    @Override
    String label(String found) {
      double score = decimal(found);
      if (score >= 0 && score <= 5) {
        return String.valueOf(score + 0.0); // no -0.0
      }
      throw new BadValue("is not a number from 0 to 5");
    }

    @Override
    Optional<List<String>> columnsWithoutHeader(List<String> firstRow) {
      boolean isRow = firstRow.size() == 3 && !Double.isNaN(decimal(firstRow.get(2)));
      return isRow ? Optional.of(List.of("sentence1", "sentence2", "score")) : Optional.empty();
    }
  },

  /** Columns of Banking77: the CSV files (category) and the Hub (label_text beside a number). */
  INTENTS(
      IntentsTable.DEFINITION,
      List.of("text"),
      List.of(),
      List.of("label_text", "category", "intent", "label")) {
    @Override
    String label(String found) {
      return found.replaceFirst(WHOLE, "$1"); // what pandas writes for integers with gaps
    }
  };

  private static final List<String> GENRE = List.of("genre");
  private static final List<String> NLI_LABELS = List.of("entailment", "neutral", "contradiction");

  private static final String WHOLE = "^(-?(?:0|[1-9]\\d*))\\.0+$";

  private final TableDefinition table;
  private final List<String> firstNames;
  private final List<String> secondNames;
  private final List<String> labelNames;

  RowFormat(
      TableDefinition table,
      List<String> firstNames,
      List<String> secondNames,
      List<String> labelNames) {
    this.table = table;
    this.firstNames = firstNames;
    this.secondNames = secondNames;
    this.labelNames = labelNames;
  }

  /** A value that is refused; the message follows the column and the value. */
  private static final class BadValue extends RuntimeException {
    BadValue(String message) {
      super(message, null, false, false);
    }
  }

  /** The label in the form of the table. */
  abstract String label(String found);

  /** The columns of a file without header, if this row shows that there is none. */
  Optional<List<String>> columnsWithoutHeader(List<String> firstRow) {
    return Optional.empty();
  }

  /** The table that the rows go to. */
  TableDefinition table() {
    return table;
  }

  /**
   * The columns that are read: of each kind the first that is there, case aside.
   *
   * @param present columns of a file, repeated ones repeated
   * @return from the name that this format knows to the one in the file
   * @throws LayoutException if one of them occurs twice
   */
  Map<String, String> columns(Collection<String> present) {
    Map<String, String> columns = new LinkedHashMap<>();
    for (List<String> names : Arrays.asList(firstNames, secondNames, labelNames, GENRE)) {
      for (String name : names) {
        Optional<String> found = ColumnNames.find(present, name);
        if (found.isPresent()) {
          columns.put(name, found.get());
          break;
        }
      }
    }
    return columns;
  }

  /**
   * The same for the header of a file.
   *
   * @throws LayoutException if a column is missing or occurs twice
   */
  Map<String, String> requiredColumns(Collection<String> header) {
    Map<String, String> columns = columns(header);
    for (List<String> names : Arrays.asList(firstNames, secondNames, labelNames)) {
      if (!names.isEmpty() && names.stream().noneMatch(columns::containsKey)) {
        throw new LayoutException(
            "no column %s; found %s"
                .formatted(
                    String.join(" or ", names),
                    header.stream().limit(12).collect(Collectors.joining(", "))));
      }
    }
    return columns;
  }

  /** Checks the values of one record. */
  CheckedRow check(RawRecord record) {
    if (!record.problem().isEmpty()) {
      return CheckedRow.malformed(record, record.problem());
    }
    Map<String, String> fields = record.fields();
    try {
      String label = value(fields, labelNames);
      if (label.strip().equals("-") || decimal(label) == -1) {
        return CheckedRow.unlabelled(record);
      }
      String first = text(fields, firstNames);
      String second = secondNames.isEmpty() ? "" : text(fields, secondNames);
      return CheckedRow.good(record, first, second, checkedLabel(label), fields.get("genre"));
    } catch (BadValue e) {
      return CheckedRow.malformed(record, e.getMessage());
    }
  }

  private String checkedLabel(String found) {
    try {
      return label(found);
    } catch (BadValue e) {
      throw new BadValue("label '%s' %s".formatted(shortened(found), e.getMessage()));
    }
  }

  private static String text(Map<String, String> fields, List<String> names) {
    String text = value(fields, names);
    if (text.indexOf('\0') >= 0) {
      throw new BadValue(present(fields, names) + " has a NUL character");
    }
    if (hasLoneSurrogate(text)) {
      throw new BadValue(present(fields, names) + " has a lone surrogate");
    }
    return text;
  }

  private static String value(Map<String, String> fields, List<String> names) {
    String name = present(fields, names);
    String value = fields.get(name);
    if (value == null) {
      throw new BadValue(name + " is null");
    }
    if (value.isBlank()) {
      throw new BadValue(name + " is blank");
    }
    return value;
  }

  /** The value of a plain decimal, or NaN. */
  private static double decimal(String text) {
    return PlainDecimal.parse(text).orElse(Double.NaN);
  }

  private static String present(Map<String, String> fields, List<String> names) {
    return names.stream().filter(fields::containsKey).findFirst().orElse(names.get(0));
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= 0xDFFF);
  }

  private static String shortened(String value) {
    return value.length() > 40 ? value.substring(0, 40) + "..." : value;
  }
}
