package io.silverspark.model.training;

import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.BertConfig;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.TensorData;
import java.util.LinkedHashMap;
import java.util.Map;

/** One layer of MiniLM, 32 wide with one head: a step takes some milliseconds. */
final class NarrowModel {
  private static final int HIDDEN = 32;
  private static final int INTERMEDIATE = 64;

  private NarrowModel() {}

  static ModelFiles files() {
    ModelFiles wide = ModelReference.open(ReferenceModels.MINILM).keepLayers(1);
    BertConfig c = wide.config();
    Map<String, TensorData> weights = new LinkedHashMap<>();
    wide.weights().forEach((name, tensor) -> weights.put(name, corner(tensor, c)));
    BertConfig config =
        new BertConfig(
            HIDDEN,
            1,
            1,
            INTERMEDIATE,
            c.vocabSize(),
            c.maxPositions(),
            c.typeVocabSize(),
            c.layerNormEps(),
            0.1,
            0.1,
            c.padTokenId(),
            c.numLabels(),
            c.modelType(),
            c.otherKeys());
    return new ModelFiles(
        config,
        weights,
        wide.tokenizerJson(),
        wide.pooling(),
        wide.normalize(),
        wide.maxSeqLength());
  }

  static SentenceEncoder encoder() {
    return SentenceEncoder.of(files(), EncoderOptions.defaults().withWorkers(1));
  }

  /** The first rows and columns. */
  private static TensorData corner(TensorData tensor, BertConfig wide) {
    long[] shape = tensor.shape();
    int columns = (int) shape[shape.length - 1];
    int rows = shape.length == 1 ? 1 : (int) shape[0];
    int keptColumns = kept(columns, wide);
    int keptRows = kept(rows, wide);
    float[] all = tensor.floats();
    float[] values = new float[keptRows * keptColumns];
    for (int row = 0; row < keptRows; row++) {
      System.arraycopy(all, row * columns, values, row * keptColumns, keptColumns);
    }
    return shape.length == 1
        ? TensorData.ofFloats(values, keptColumns)
        : TensorData.ofFloats(values, keptRows, keptColumns);
  }

  private static int kept(int size, BertConfig wide) {
    if (size == wide.hiddenSize()) {
      return HIDDEN;
    }
    return size == wide.intermediateSize() ? INTERMEDIATE : size;
  }
}
