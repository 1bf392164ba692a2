package io.silverspark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;

/** Rows of a Parquet file in its order, read without a Spark session. */
public final class ParquetRows {
  private final List<Group> rows;

  private ParquetRows(List<Group> rows) {
    this.rows = rows;
  }

  public static ParquetRows read(Path file) throws IOException {
    List<Group> rows = new ArrayList<>();
    try (ParquetReader<Group> reader = new GroupReader(new LocalInputFile(file)).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        rows.add(row);
      }
    }
    return new ParquetRows(rows);
  }

  public List<String> texts(String column) {
    return rows.stream().map(row -> row.getString(column, 0)).toList();
  }

  public double[] numbers(String column) {
    return rows.stream()
        .mapToDouble(row -> Double.parseDouble(row.getValueToString(index(row, column), 0)))
        .toArray();
  }

  private static int index(Group row, String column) {
    return row.getType().getFieldIndex(column);
  }

  private static final class GroupReader extends ParquetReader.Builder<Group> {
    GroupReader(InputFile file) {
      super(file);
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }
}
