package io.silverspark.jobs.ingest;

import io.silverspark.jobs.config.DataKind;
import io.silverspark.jobs.ingest.RoleColumns.Role;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.model.config.PlainDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What the rows of one kind of data look like in files, and when they are good. */
enum RowFormat {
  /** Columns of MultiNLI (sentence1, gold_label) and of the Hub's GLUE (premise, label). */
  NLI(
      NliPairsTable.DEFINITION,
      new Role("premise", "sentence1"),
      new Role("hypothesis", "sentence2"),
      new Role("label", "gold_label", "label")) {
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
      new Role("sentence1"),
      new Role("sentence2"),
      new Role("score", "label")) {
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
      new Role("text"),
      null,
      new Role("label", "label_text", "category", "intent", "label")) {
    @Override
    String label(String found) {
      return found.replaceFirst(WHOLE, "$1"); // what pandas writes for integers with gaps
    }
  },

  /** Columns of the Hub's data sets of questions and answers, queries and documents. */
  PAIRS(
      PairsTable.DEFINITION,
      new Role("anchor", "question", "query"),
      new Role("positive", "answer", "document"),
      null) {
    @Override
    String label(String found) {
      throw new IllegalStateException("pairs have no label");
    }
  };

  private static final Role GENRE = new Role("genre");
  private static final List<String> NLI_LABELS = List.of("entailment", "neutral", "contradiction");

  /** What the splits are called. */
  private static final Map<String, String> SPLITS =
      Map.of(
          "train", "train",
          "training", "train",
          "validation", "validation",
          "valid", "validation",
          "val", "validation",
          "dev", "validation",
          "test", "test");

  private static final String WHOLE = "^(-?(?:0|[1-9]\\d*))\\.0+$";

  private final TableDefinition table;
  private final Role first;
  private final Role second;
  private final Role label;

  RowFormat(TableDefinition table, Role first, Role second, Role label) {
    this.table = table;
    this.first = first;
    this.second = second;
    this.label = label;
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

  private List<Role> required() {
    return Stream.of(first, second, label).filter(Objects::nonNull).toList();
  }

  /** Which columns of a relation are read. */
  RoleColumns columns() {
    return new RoleColumns(
        name().toLowerCase(Locale.ROOT), required(), this == NLI ? List.of(GENRE) : List.of());
  }

  /** Checks the values of one record. */
  CheckedRow check(RawRecord record) {
    if (!record.problem().isEmpty()) {
      return CheckedRow.malformed(record, record.problem());
    }
    try {
      String found = label == null ? "" : value(record, label);
      if (label != null && (found.strip().equals("-") || decimal(found) == -1)) {
        return CheckedRow.unlabelled(record);
      }
      String one = text(record, first);
      String other = second == null ? "" : text(record, second);
      return CheckedRow.good(
          record,
          one,
          other,
          label == null ? null : checkedLabel(found),
          record.value(GENRE.name()),
          id(record),
          record.value(DataKind.GROUP),
          split(record));
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

  private static String id(RawRecord record) {
    RawRecord.Field field = record.fields().get(DataKind.ID);
    if (field != null && field.value() == null) {
      throw new BadValue(field.column() + " is null");
    }
    return field == null ? null : field.value();
  }

  private static String split(RawRecord record) {
    RawRecord.Field field = record.fields().get(DataKind.SPLIT);
    if (field == null) {
      return null;
    }
    String value = field.value() == null ? "" : field.value().strip().toLowerCase(Locale.ROOT);
    String split = SPLITS.get(value);
    if (split == null) {
      throw new BadValue(
          "%s '%s' is not one of train, validation, test"
              .formatted(field.column(), shortened(value)));
    }
    return split;
  }

  private static String text(RawRecord record, Role role) {
    String text = value(record, role);
    if (text.indexOf('\0') >= 0) {
      throw new BadValue(column(record, role) + " has a NUL character");
    }
    if (hasLoneSurrogate(text)) {
      throw new BadValue(column(record, role) + " has a lone surrogate");
    }
    return text;
  }

  private static String value(RawRecord record, Role role) {
    String value = record.value(role.name());
    if (value == null) {
      throw new BadValue(column(record, role) + " is null");
    }
    if (value.isBlank()) {
      throw new BadValue(column(record, role) + " is blank");
    }
    return value;
  }

  /** The value of a plain decimal, or NaN. */
  private static double decimal(String text) {
    return PlainDecimal.parse(text).orElse(Double.NaN);
  }

  private static String column(RawRecord record, Role role) {
    RawRecord.Field field = record.fields().get(role.name());
    return field == null ? role.usual().get(0) : field.column();
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= 0xDFFF);
  }

  private static String shortened(String value) {
    return value.length() > 40 ? value.substring(0, 40) + "..." : value;
  }
}
