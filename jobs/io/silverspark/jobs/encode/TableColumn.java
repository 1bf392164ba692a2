package io.silverspark.jobs.encode;

import io.silverspark.jobs.files.TextSource;
import io.silverspark.model.error.UserException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Texts of one column, fetched partition by partition in the order of the rows. */
final class TableColumn implements TextSource {
  private final String column;
  private final Iterator<Row> rows;
  private long number;

  TableColumn(Dataset<Row> table, String column) {
    this.column = column;
    this.rows = table.select(column).toLocalIterator();
  }

  @Override
  public List<String> next(int most) {
    List<String> texts = new ArrayList<>();
    while (texts.size() < most && rows.hasNext()) {
      Row row = rows.next();
      number++;
      if (row.isNullAt(0)) {
        throw new UserException(
            "Row %d: %s is null. Remove such rows first.".formatted(number, column));
      }
      texts.add(row.getString(0));
    }
    return texts;
  }

  @Override
  public void close() {}
}
