package io.silverspark.notebooks;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A notebook file (.ipynb, format 4): its code cells, and the outputs saved with them. */
final class Notebook {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final ObjectNode root;

  private Notebook(Path file, ObjectNode root) {
    this.file = file;
    this.root = root;
  }

  static Notebook read(Path file) throws IOException {
    return new Notebook(file, (ObjectNode) JSON.readTree(file.toFile()));
  }

  String language() {
    return root.at("/metadata/kernelspec/language").asText();
  }

  List<ObjectNode> codeCells() {
    List<ObjectNode> cells = new ArrayList<>();
    for (JsonNode cell : root.path("cells")) {
      if (cell.path("cell_type").asText().equals("code")) {
        cells.add((ObjectNode) cell);
      }
    }
    return cells;
  }

  static String source(ObjectNode cell) {
    StringBuilder source = new StringBuilder();
    cell.path("source").forEach(line -> source.append(line.asText()));
    return source.toString();
  }

  /** The kinds of the outputs saved with a cell: stdout, or a MIME type. */
  static List<String> savedKinds(ObjectNode cell) {
    List<String> kinds = new ArrayList<>();
    for (JsonNode output : cell.path("outputs")) {
      kinds.add(
          output.path("output_type").asText().equals("stream")
              ? "stdout"
              : output.path("data").fieldNames().next());
    }
    return kinds;
  }

  static List<String> kinds(JavaCells.Result result) {
    List<String> kinds = new ArrayList<>();
    if (!result.printed().isEmpty()) {
      kinds.add("stdout");
    }
    result.shown().forEach(shown -> kinds.add(shown.mimeType()));
    if (!result.value().isEmpty()) {
      kinds.add("text/plain");
    }
    return kinds;
  }

  static void setOutputs(ObjectNode cell, int number, JavaCells.Result result) {
    cell.put("execution_count", number);
    ArrayNode outputs = cell.putArray("outputs");
    if (!result.printed().isEmpty()) {
      ObjectNode output = outputs.addObject();
      output.put("output_type", "stream").put("name", "stdout");
      lines(output.putArray("text"), result.printed());
    }
    for (Kernel.Rendered shown : result.shown()) {
      data(outputs, "display_data", shown.mimeType(), shown.data());
    }
    if (!result.value().isEmpty()) {
      data(outputs, "execute_result", "text/plain", result.value()).put("execution_count", number);
    }
  }

  private static ObjectNode data(ArrayNode outputs, String type, String mimeType, String data) {
    ObjectNode output = outputs.addObject();
    output.put("output_type", type);
    lines(output.putObject("data").putArray(mimeType), data);
    output.putObject("metadata");
    return output;
  }

  private static void lines(ArrayNode array, String text) {
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from) + 1;
      int to = end == 0 ? text.length() : end;
      array.add(text.substring(from, to));
      from = to;
    }
  }

  void write() throws IOException {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter() {
          @Override
          public DefaultPrettyPrinter createInstance() {
            return this;
          }

          @Override
          public void writeObjectFieldValueSeparator(
              com.fasterxml.jackson.core.JsonGenerator generator) throws IOException {
            generator.writeRaw(": ");
          }
        };
    DefaultIndenter indenter = new DefaultIndenter(" ", "\n");
    printer.indentArraysWith(indenter);
    printer.indentObjectsWith(indenter);
    Files.writeString(file, JSON.writer(printer).writeValueAsString(root) + "\n");
  }
}
