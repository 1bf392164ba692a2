package io.silverspark.model.mining;

import io.silverspark.model.quantization.EmbeddingPrecision;
import java.io.Serializable;

/**
 * The shape of an HNSW graph and how widely it is searched. Source: Malkov and Yashunin 2016,
 * arXiv:1603.09320, section 4.
 *
 * @param connections M: neighbours kept for a node, 2 to 512; level 0 keeps twice as many
 * @param beamWidth efConstruction: candidates looked at while a node is put in, up to 3200
 * @param searchWidth ef: candidates kept while a graph is searched; raised to the number of
 *     neighbours asked for
 * @param precision numbers that are compared while a graph is searched: float32, or int8 in a
 *     quarter of the memory. Scores are computed from float32 in any case, which stay on disk.
 */
public record HnswOptions(
    int connections, int beamWidth, int searchWidth, EmbeddingPrecision precision)
    implements Serializable {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a number is out of its range; the message shows the value
   */
  public HnswOptions {
    if (connections < 2 || connections > 512) {
      throw new IllegalArgumentException("connections must be from 2 to 512, got " + connections);
    }
    if (beamWidth < 1 || beamWidth > 3200) {
      throw new IllegalArgumentException("beamWidth must be from 1 to 3200, got " + beamWidth);
    }
    if (searchWidth < 1) {
      throw new IllegalArgumentException("searchWidth must be at least 1, got " + searchWidth);
    }
    if (precision != EmbeddingPrecision.FLOAT32 && precision != EmbeddingPrecision.INT8) {
      throw new IllegalArgumentException(
          "precision must be float32 or int8, got " + precision.title());
    }
  }

  /** 16 connections, beam width 100, search width 100, float32. */
  public static HnswOptions defaults() {
    return new HnswOptions(16, 100, 100, EmbeddingPrecision.FLOAT32);
  }

  /** The same with graphs over other numbers. */
  public HnswOptions withPrecision(EmbeddingPrecision other) {
    return new HnswOptions(connections, beamWidth, searchWidth, other);
  }
}
