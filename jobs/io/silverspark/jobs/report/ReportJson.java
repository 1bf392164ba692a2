package io.silverspark.jobs.report;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.silverspark.jobs.run.FiniteOrNull;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.time.Instant;

/**
 * The layout of {@code metrics.json}: the components of {@link RunReport} under their own names.
 * NaN and infinities are null, times are ISO 8601, unknown keys of later versions are passed over.
 */
final class ReportJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(
              FiniteOrNull.module()
                  .addDeserializer(double.class, new NullAsNaN())
                  .addDeserializer(Double.class, new NullAsNaN())
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addDeserializer(Instant.class, new IsoInstant()))
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private ReportJson() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A report must always be writable as JSON", e);
    }
  }

  /**
   * Reads a run that {@link #write} wrote.
   *
   * @param source name for the message
   */
  static RunReport read(String json, String source) {
    RunReport report = read(json, RunReport.class, source);
    if (report == null || report.format() != RunReport.FORMAT) {
      throw new UserException(
          source
              + ": format "
              + (report == null ? "missing" : report.format())
              + " of a run report is not known; this version reads format "
              + RunReport.FORMAT);
    }
    return report;
  }

  /** Reads what {@link #write} wrote; null for the JSON null. */
  static <T> T read(String json, Class<T> type, String source) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new UserException(
          source + ": not a run report written by SilverSpark: " + e.getOriginalMessage(), e);
    }
  }

  private static final class NullAsNaN extends StdScalarDeserializer<Double> {
    NullAsNaN() {
      super(Double.class);
    }

    @Override
    public Double deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return _parseDoublePrimitive(in, context);
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }
  }

  private static final class IsoInstant extends StdScalarDeserializer<Instant> {
    IsoInstant() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
      try {
        return Instant.parse(in.getText());
      } catch (java.time.format.DateTimeParseException e) {
        return (Instant)
            context.handleWeirdStringValue(Instant.class, in.getText(), "not ISO 8601 in UTC");
      }
    }
  }
}
