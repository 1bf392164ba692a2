package io.silverspark.jobs.files;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Tells from the first bytes of a file why it is no text in UTF-8 with lines that end in LF. */
public final class TextEncoding {
  /** So many bytes are enough to tell. */
  public static final int PREFIX = 1 << 16;

  private static final String CONVERT = "; convert it to UTF-8";

  /** Bytes that a kind of file begins with. */
  private enum Signature {
    UTF_32_LE("UTF-32 (little endian)" + CONVERT, 0xFF, 0xFE, 0, 0),
    UTF_32_BE("UTF-32 (big endian)" + CONVERT, 0, 0, 0xFE, 0xFF),
    UTF_16_LE("UTF-16 (little endian)" + CONVERT, 0xFF, 0xFE),
    UTF_16_BE("UTF-16 (big endian)" + CONVERT, 0xFE, 0xFF),
    GZIP(
        "compressed by gzip; decompress it, or for ingest let its name end with .gz",
        0x1F,
        0x8B,
        0x08),
    BZIP2("compressed by bzip2; decompress it", 'B', 'Z', 'h', '9', '1', 'A', 'Y'),
    ZSTD("compressed by Zstandard; decompress it", 0x28, 0xB5, 0x2F, 0xFD),
    ZIP("a zip archive, as .xlsx files are; export it as CSV in UTF-8", 'P', 'K', 3, 4),
    PARQUET("Parquet; let its name end with .parquet", 'P', 'A', 'R', '1');

    private final String what;
    private final byte[] bytes;

    Signature(String what, int... bytes) {
      this.what = what;
      this.bytes = new byte[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        this.bytes[i] = (byte) bytes[i];
      }
    }

    boolean begins(byte[] prefix) {
      return prefix.length >= bytes.length
          && Arrays.equals(bytes, 0, bytes.length, prefix, 0, bytes.length);
    }
  }

  private TextEncoding() {}

  /**
   * What a file is instead of text in UTF-8 with lines that end in LF or CR LF.
   *
   * @param prefix the first {@link #PREFIX} bytes, or all if there are fewer
   * @return a clause that follows the name of the file, or empty if all seems well
   */
  public static Optional<String> problem(byte[] prefix) {
    for (Signature signature : Signature.values()) {
      if (signature.begins(prefix)) {
        return Optional.of("the file is " + signature.what);
      }
    }
    Optional<String> wide = withoutMark(prefix);
    if (wide.isPresent()) {
      return Optional.of("the file looks like " + wide.get() + CONVERT);
    }
    return endsLinesWithCarriageReturn(prefix)
        ? Optional.of("the lines end in CR alone, as on old Macs; convert them to LF")
        : Optional.empty();
  }

  /**
   * What is wrong with a line or field that is no UTF-8.
   *
   * @param bytes that cannot be decoded
   */
  public static String invalid(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CoderResult result = decoder.decode(in, CharBuffer.allocate(bytes.length + 1), true);
    if (!result.isError()) {
      throw new IllegalArgumentException("valid UTF-8");
    }
    return String.format(
        Locale.ROOT,
        "invalid UTF-8: byte 0x%02X at position %d; perhaps Latin-1 or Windows-1252",
        bytes[in.position()],
        in.position() + 1);
  }

  /** Latin text in UTF-16 or UTF-32 has a zero in most of its units, always at the same place. */
  private static Optional<String> withoutMark(byte[] prefix) {
    int units = prefix.length / 4;
    int[] zeros = new int[4];
    for (int i = 0; i < units * 4; i++) {
      zeros[i % 4] += prefix[i] == 0 ? 1 : 0;
    }
    boolean[] most = new boolean[4];
    for (int place = 0; place < 4; place++) {
      most[place] = units > 0 && 2 * zeros[place] > units;
    }
    return switch ((most[0] ? 8 : 0) + (most[1] ? 4 : 0) + (most[2] ? 2 : 0) + (most[3] ? 1 : 0)) {
      case 0b0111 -> Optional.of("UTF-32 (little endian) without byte order mark");
      case 0b1110 -> Optional.of("UTF-32 (big endian) without byte order mark");
      case 0b0101 -> Optional.of("UTF-16 (little endian) without byte order mark");
      case 0b1010 -> Optional.of("UTF-16 (big endian) without byte order mark");
      default -> Optional.empty();
    };
  }

  private static boolean endsLinesWithCarriageReturn(byte[] prefix) {
    boolean found = false;
    for (int i = 0; i < prefix.length; i++) {
      if (prefix[i] == '\n') {
        return false;
      }
      boolean mayGoOn = i == PREFIX - 1;
      found |= prefix[i] == '\r' && !mayGoOn;
    }
    return found;
  }
}
