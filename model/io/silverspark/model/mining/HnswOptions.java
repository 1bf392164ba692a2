package io.silverspark.model.mining;

import java.io.Serializable;

/**
 * The shape of an HNSW graph and how widely it is searched. Source: Malkov and Yashunin 2016,
 * arXiv:1603.09320, section 4.
 *
 * @param connections M: neighbours kept for a node, 2 to 512; level 0 keeps twice as many
 * @param beamWidth efConstruction: candidates looked at while a node is put in, up to 3200
 * @param searchWidth ef: candidates kept while a graph is searched; raised to the number of
 *     neighbours asked for
 */
public record HnswOptions(int connections, int beamWidth, int searchWidth) implements Serializable {
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
  }

  /** 16 connections, beam width 100, search width 100. */
  public static HnswOptions defaults() {
    return new HnswOptions(16, 100, 100);
  }
}
