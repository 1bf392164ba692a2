package io.silverspark.jobs.encode;

import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.model.quantization.Quantizer;
import io.silverspark.udfs.columns.QuantizedColumn;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How embeddings are quantised before they are written.
 *
 * @param precision of the output
 * @param ranges of the components; empty unless the precision needs them
 */
record OutputQuantization(EmbeddingPrecision precision, Optional<EmbeddingRanges> ranges) {
  /** The precision without ranges, for those that need none. */
  static OutputQuantization withoutRanges(EmbeddingPrecision precision) {
    return new OutputQuantization(precision, Optional.empty());
  }

  /** A short text that differs where the ranges do; empty without ranges. */
  String rangesId() {
    return ranges.map(given -> Integer.toHexString(given.hashCode())).orElse("");
  }

  /** Writes embeddings, one a text. */
  void write(List<String> texts, float[][] embeddings, EmbeddingLines lines) {
    Optional<Quantizer> quantizer = quantizer();
    for (int i = 0; i < embeddings.length; i++) {
      if (quantizer.isPresent()) {
        lines.write(texts.get(i), quantizer.get().quantize(embeddings[i]), precision);
      } else {
        lines.write(texts.get(i), embeddings[i]);
      }
    }
  }

  /** Rows whose embeddings are quantised. */
  Dataset<Row> of(Dataset<Row> rows, String column) {
    return quantizer()
        .map(quantizer -> QuantizedColumn.quantize(rows, column, quantizer))
        .orElse(rows);
  }

  private Optional<Quantizer> quantizer() {
    if (precision.isBinary()) {
      return Optional.of(Quantizer.binary(precision));
    }
    return ranges.map(given -> Quantizer.bytes(precision, given));
  }
}
