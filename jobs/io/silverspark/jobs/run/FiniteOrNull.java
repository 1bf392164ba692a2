package io.silverspark.jobs.run;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;

/** Writes NaN and infinities as null, since JSON has no word for them. */
public final class FiniteOrNull extends StdScalarSerializer<Double> {
  private static final long serialVersionUID = 1L;

  private FiniteOrNull() {
    super(Double.class);
  }

  /** For a mapper. */
  public static SimpleModule module() {
    return new SimpleModule()
        .addSerializer(double.class, new FiniteOrNull())
        .addSerializer(Double.class, new FiniteOrNull());
  }

  @Override
  public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
      throws IOException {
    if (Double.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeNull();
    }
  }
}
