package io.silverspark.model.evaluation;

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

/** Texts and labels of one Banking77 Parquet file, in its order; read without a Spark session. */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
record BankingRows(List<String> texts, int[] labels) {

  static BankingRows read(Path directory, String split) throws IOException {
    List<String> texts = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    InputFile file = new LocalInputFile(directory.resolve(split + "-00000-of-00001.parquet"));
    try (ParquetReader<Group> reader = new GroupReader(file).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        texts.add(row.getString("text", 0));
        labels.add(Math.toIntExact(row.getLong("label", 0)));
      }
    }
    return new BankingRows(texts, labels.stream().mapToInt(Integer::intValue).toArray());
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
