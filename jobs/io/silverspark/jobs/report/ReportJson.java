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
 * The layout of {@code metrics.json} and of evaluations: the components of {@link RunReport} and
 * {@link Evaluation} under their own names. NaN and infinities are null, times are ISO 8601,
 * unknown keys of later versions are passed over.
 */
final class ReportJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(
              FiniteOrNull.module()
                  .addDeserializer(double.class, new NullAsNaN())
                  .addDeserializer(Double.class, new NullAsNaN())
                  .addSerializer(Instant.class, ToStringSerializer.instance))
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
   * Reads an evaluation that {@link #write} wrote.
   *
   * @param source name for the message
   * @throws UserException if it is none
   */
  static Evaluation readEvaluation(String json, String source) {
    Evaluation evaluation;
    try {
      evaluation = MAPPER.readValue(json, Evaluation.class);
    } catch (JsonProcessingException e) {
      throw new UserException(
          source
              + ": not an evaluation written by SilverSpark: "
              + e.getOriginalMessage()
              + ". Run 'evaluate' again.",
          e);
    }
    if (evaluation == null) {
      throw new UserException(source + " holds no evaluation. Run 'evaluate' again.");
    }
    return evaluation;
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
}
