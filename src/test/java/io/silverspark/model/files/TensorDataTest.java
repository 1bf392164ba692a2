package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class TensorDataTest {
  @Test
  void floats_halfPrecision_isExact() {
    // one, -2, largest, smallest subnormal, largest subnormal, smallest normal, infinity, -0
    TensorData half =
        shorts(TensorType.F16, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x0400, 0x7c00, 0x8000);
    assertThat(half.floats())
        .containsExactly(
            1, -2, 65504, 0x1p-24f, 1023 * 0x1p-24f, 0x1p-14f, Float.POSITIVE_INFINITY, -0f);
    assertThat(shorts(TensorType.F16, 0x7e00).floats()[0]).isNaN();
  }

  @Test
  void floats_bfloat16_isTheUpperHalfOfAFloat() {
    assertThat(shorts(TensorType.BF16, 0x3f80, 0xc000, 0x4049).floats())
        .containsExactly(1, -2, 3.140625f);
  }

  @Test
  void floats_wholeNumbers_areRefused() {
    TensorData ids = new TensorData(TensorType.I64, new long[] {1}, ByteBuffer.allocate(8));
    assertThatThrownBy(ids::floats)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("I64");
  }

  @Test
  void constructor_bufferOfAnotherSize_isRefused() {
    assertThatThrownBy(() -> TensorData.ofFloats(new float[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("F32[2, 3] needs 24 bytes, found 20");
  }

  @Test
  void data_readTwice_startsAtTheBeginningEachTime() {
    TensorData tensor = TensorData.ofFloats(new float[] {1, 2}, 2);
    tensor.data().getFloat();
    assertThat(tensor.data().getFloat()).isEqualTo(1);
    assertThat(tensor.data().isReadOnly()).isTrue();
  }

  private static TensorData shorts(TensorType type, int... bits) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int each : bits) {
      bytes.putShort((short) each);
    }
    return new TensorData(type, new long[] {bits.length}, bytes.flip());
  }
}
