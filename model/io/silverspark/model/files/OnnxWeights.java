package io.silverspark.model.files;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The initializers of an ONNX file that PyTorch exported, under their Hugging Face names.
 *
 * <p>Biases, embeddings and layer norms keep their names in such a file. Weights of linear layers
 * become anonymous ({@code onnx::MatMul_787}) and are stored [in, out]; their name comes from the
 * MatMul node that uses them, and they are turned back to [out, in].
 *
 * <p>Only field numbers of onnx.proto that are needed are read: ModelProto.graph 7, GraphProto.node
 * 1 and initializer 5, NodeProto.input 1, name 3 and op_type 4, TensorProto.dims 1, data_type 2,
 * name 8 and raw_data 9.
 */
public final class OnnxWeights {
  private static final Map<Integer, TensorType> TYPES =
      Map.of(
          1, TensorType.F32,
          6, TensorType.I32,
          7, TensorType.I64,
          10, TensorType.F16,
          11, TensorType.F64,
          16, TensorType.BF16);

  private final Map<String, TensorData> initializers = new LinkedHashMap<>();
  private final Map<String, String> matMulOfInput = new HashMap<>();

  private OnnxWeights() {}

  /**
   * Reads every initializer.
   *
   * @param onnx the file's content; not closed
   * @return tensors by Hugging Face name, in file order
   * @throws UserException if the content is not an ONNX model with embedded weights
   */
  public static Map<String, TensorData> read(InputStream onnx) {
    OnnxWeights reader = new OnnxWeights();
    try {
      CodedInputStream in = CodedInputStream.newInstance(onnx);
      in.setSizeLimit(Integer.MAX_VALUE);
      reader.readMessage(in, (field, content) -> field == 7 && reader.readGraph(content));
    } catch (InvalidProtocolBufferException e) {
      throw new UserException("the ONNX model is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UserException("the ONNX model cannot be read: " + e.getMessage(), e);
    }
    return reader.named();
  }

  /** Reads one field's content and says true, or leaves it alone and says false. */
  private interface FieldReader {
    boolean read(int field, CodedInputStream in) throws IOException;
  }

  private void readMessage(CodedInputStream in, FieldReader reader) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!reader.read(WireFormat.getTagFieldNumber(tag), in)) {
        in.skipField(tag);
      }
    }
  }

  private boolean readNested(CodedInputStream in, FieldReader reader) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    readMessage(in, reader);
    in.checkLastTagWas(0);
    in.popLimit(outer);
    return true;
  }

  private boolean readGraph(CodedInputStream graph) throws IOException {
    return readNested(
        graph,
        (field, in) ->
            switch (field) {
              case 1 -> readNode(in);
              case 5 -> readInitializer(in);
              default -> false;
            });
  }

  private boolean readNode(CodedInputStream node) throws IOException {
    List<String> inputs = new ArrayList<>();
    Map<Integer, String> texts = new HashMap<>();
    readNested(
        node,
        (field, in) ->
            switch (field) {
              case 1 -> inputs.add(in.readString());
              case 3, 4 -> {
                texts.put(field, in.readString());
                yield true;
              }
              default -> false;
            });
    if ("MatMul".equals(texts.get(4)) && inputs.size() == 2) {
      matMulOfInput.put(inputs.get(1), texts.getOrDefault(3, ""));
    }
    return true;
  }

  private boolean readInitializer(CodedInputStream tensor) throws IOException {
    OnnxTensor read = new OnnxTensor();
    readNested(tensor, read::readField);
    initializers.put(read.name, read.toTensorData());
    return true;
  }

  private static final class OnnxTensor {
    private String name = "";
    private final List<Long> shape = new ArrayList<>();
    private int type;
    private byte[] raw = new byte[0];

    boolean readField(int field, CodedInputStream in) throws IOException {
      switch (field) {
        case 1 -> readSizes(in);
        case 2 -> type = in.readInt32();
        case 8 -> name = in.readString();
        case 9 -> raw = in.readByteArray();
        default -> {
          return false;
        }
      }
      return true;
    }

    private void readSizes(CodedInputStream in) throws IOException {
      if (WireFormat.getTagWireType(in.getLastTag()) == WireFormat.WIRETYPE_VARINT) {
        shape.add(in.readInt64());
        return;
      }
      int outer = in.pushLimit(in.readRawVarint32());
      while (in.getBytesUntilLimit() > 0) {
        shape.add(in.readInt64());
      }
      in.popLimit(outer);
    }

    TensorData toTensorData() {
      TensorType known = TYPES.get(type);
      if (known == null) {
        throw new UserException(
            "ONNX initializer '%s' has data type %d, expected one of %s"
                .formatted(name, type, TYPES));
      }
      long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
      try {
        return new TensorData(known, sizes, ByteBuffer.wrap(raw));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new UserException(
            "ONNX initializer '%s' is not stored whole in the file: %s"
                .formatted(name, e.getMessage()),
            e);
      }
    }
  }

  private Map<String, TensorData> named() {
    if (initializers.isEmpty()) {
      throw new UserException(
          "the ONNX model holds no weights, expected initializers in its graph");
    }
    Map<String, TensorData> weights = new LinkedHashMap<>();
    initializers.forEach(
        (name, tensor) -> {
          String node = matMulOfInput.getOrDefault(name, "");
          if (node.endsWith("/MatMul") && tensor.shape().length == 2) {
            String module = node.substring(1, node.length() - "/MatMul".length());
            weights.put(module.replace('/', '.') + ".weight", transposed(tensor));
          } else {
            weights.put(name, tensor);
          }
        });
    return weights;
  }

  private static TensorData transposed(TensorData matrix) {
    int rows = Math.toIntExact(matrix.shape()[0]);
    int columns = Math.toIntExact(matrix.shape()[1]);
    float[] from = matrix.floats();
    float[] to = new float[from.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        to[column * rows + row] = from[row * columns + column];
      }
    }
    return TensorData.ofFloats(to, columns, rows);
  }
}
