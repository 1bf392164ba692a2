package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RotaryPositionsTest {
  private static final int SIZE = 8;

  /** The lowest frequency falls by the factor squared over the size, the highest by its root. */
  @Test
  void ntk_ofGte_stretchesLongWavesMore() throws IOException {
    RotaryPositions plain = positions("{\"rope_theta\": 10000}");
    RotaryPositions scaled =
        positions("{\"rope_theta\": 10000, \"rope_scaling\": {\"type\": \"ntk\", \"factor\": 16}}");
    for (int i = 0; i < SIZE / 2; i++) {
      // inv_freq = (theta * factor)^(-2i/size) / factor^(2/size)
      assertThat(frequency(plain, i) / frequency(scaled, i))
          .isCloseTo(Math.pow(16, 2.0 * (i + 1) / SIZE), within(1e-9));
    }
    assertThat(frequency(plain, 3) / frequency(scaled, 3)).isCloseTo(16, within(1e-9));
  }

  @Test
  void ntk_mixed_endsAtTheFactor() throws IOException {
    String scaling = "{\"type\": \"ntk\", \"factor\": 16, \"mixed_b\": 0.5}";
    RotaryPositions plain = positions("{\"rope_theta\": 10000}");
    RotaryPositions scaled =
        positions("{\"rope_theta\": 10000, \"rope_scaling\": " + scaling + "}");
    assertThat(frequency(plain, 3) / frequency(scaled, 3)).isCloseTo(16, within(1e-9));
    assertThat(frequency(plain, 0) / frequency(scaled, 0)).isCloseTo(4, within(1e-9));
  }

  private static double frequency(RotaryPositions positions, int pair) {
    return Math.pow(positions.theta(), -2.0 * pair / SIZE) / positions.divisors().get(pair);
  }

  private static RotaryPositions positions(String json) throws IOException {
    ObjectNode keys = (ObjectNode) new ObjectMapper().readTree(json);
    return RotaryPositions.ofGte(null, new JsonObject(keys, "test"), SIZE, 10_000);
  }
}
