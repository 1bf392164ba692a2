package io.silverspark.jobs.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.jobs.ingest.TextLines.Line;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Records of a stream with one JSON object a line. Blank lines are skipped. */
final class JsonRecords implements Iterator<RawRecord> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final TextLines lines;
  private Line next;

  /**
   * Reads ahead to the first record.
   *
   * @throws LayoutException if the stream is empty
   */
  JsonRecords(TextLines lines) {
    this.lines = lines;
    advance();
    if (next == null) {
      throw new LayoutException("the file is empty");
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public RawRecord next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    RawRecord record = record(next);
    advance();
    return record;
  }

  private void advance() {
    next = lines.next();
    while (next != null && next.bytes().isBlank()) {
      next = lines.next();
    }
  }

  private static RawRecord record(Line line) {
    Optional<String> text = TextLines.decode(line.bytes());
    String raw = text.orElseGet(() -> TextLines.decodeLossy(line.bytes()));
    if (text.isEmpty()) {
      return RawRecord.malformed(line.number(), raw, "invalid UTF-8");
    }
    try {
      JsonNode node = JSON.readTree(raw);
      return node.isObject()
          ? new RawRecord(line.number(), fields(node), raw, "")
          : RawRecord.malformed(line.number(), raw, "not a JSON object");
    } catch (JsonProcessingException e) {
      return RawRecord.malformed(line.number(), raw, "not readable as JSON");
    }
  }

  private static Map<String, String> fields(JsonNode object) {
    Map<String, String> fields = new LinkedHashMap<>();
    object
        .fields()
        .forEachRemaining(
            entry -> {
              JsonNode value = entry.getValue();
              if (!value.isNull()) {
                fields.put(entry.getKey(), value.isValueNode() ? value.asText() : value.toString());
              }
            });
    return fields;
  }
}
