package io.silverspark.model.encoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the processor can multiply natively, as far as PyTorch's libraries may use it.
 *
 * <p>Read from the flags of {@code /proc/cpuinfo}. Where there is no such file (macOS, Windows) or
 * the processor is no x86-64, the level is {@link Level#OTHER}, which promises nothing. The
 * environment variables by which PyTorch's libraries are held back ({@value #ATEN}, {@value
 * #ONEDNN}, {@value #DNNL}, {@value #FBGEMM}) lower the level, so that one machine can act as an
 * older one.
 *
 * @param level highest level that the processor reaches
 * @param flags those flags of the processor that decide, as the machine lists them
 */
public record Processor(Level level, List<String> flags) {
  private static final String ATEN = "ATEN_CPU_CAPABILITY";
  private static final String ONEDNN = "ONEDNN_MAX_CPU_ISA";
  private static final String DNNL = "DNNL_MAX_CPU_ISA";
  private static final String FBGEMM = "FBGEMM_ENABLE_INSTRUCTIONS";
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Processor CURRENT = of(cpuinfo(), System.getenv());

  /** Classes of processors; each can do what those before it can. */
  public enum Level {
    /** Not known, or no x86-64 with AVX2. */
    OTHER("other"),
    /** Vectors of 256 bits; no 8-bit or 16-bit products of its own. */
    AVX2("AVX2", "avx2"),
    /** Vectors of 512 bits. */
    AVX512("AVX-512", "avx512f", "avx512bw", "avx512dq", "avx512vl"),
    /** Sums 8-bit products in 32 bits. */
    AVX512_VNNI("AVX-512 with VNNI", "avx512_vnni"),
    /** Multiplies bfloat16. */
    AVX512_BF16("AVX-512 with BF16", "avx512_bf16"),
    /** Multiplies tiles of bfloat16. */
    AMX_BF16("AMX", "amx_bf16", "amx_tile");

    private final String title;
    private final List<String> flags;

    Level(String title, String... flags) {
      this.title = title;
      this.flags = List.of(flags);
    }

    /** The name for people. */
    public String title() {
      return title;
    }
  }

  /** The processor of this machine. */
  public static Processor current() {
    return CURRENT;
  }

  /**
   * A processor by what its machine says of it.
   *
   * @param cpuinfo lines of {@code /proc/cpuinfo}; empty if there is none
   * @param environment variables of the process
   */
  static Processor of(List<String> cpuinfo, Map<String, String> environment) {
    Set<String> all =
        cpuinfo.stream()
            .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
            .findFirst()
            .map(line -> Set.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+")))
            .orElse(Set.of());
    Level level = Level.OTHER;
    for (Level next : Level.values()) {
      if (!all.containsAll(next.flags)) {
        break;
      }
      level = next;
    }
    for (Level limit :
        List.of(
            aten(environment.getOrDefault(ATEN, "")),
            oneDnn(environment.getOrDefault(ONEDNN, environment.getOrDefault(DNNL, ""))),
            fbgemm(environment.getOrDefault(FBGEMM, "")))) {
      level = level.compareTo(limit) < 0 ? level : limit;
    }
    List<String> shown = Arrays.stream(Level.values()).flatMap(one -> one.flags.stream()).toList();
    return new Processor(level, shown.stream().filter(all::contains).toList());
  }

  private static Level aten(String value) {
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "default" -> Level.OTHER;
      case "avx2" -> Level.AVX2;
      default -> Level.AMX_BF16;
    };
  }

  private static Level oneDnn(String value) {
    String isa = value.strip().toUpperCase(Locale.ROOT);
    return switch (isa) {
      case "SSE41", "AVX" -> Level.OTHER;
      case "AVX2", "AVX2_VNNI", "AVX2_VNNI_2" -> Level.AVX2;
      case "AVX512_CORE" -> Level.AVX512;
      case "AVX512_CORE_VNNI" -> Level.AVX512_VNNI;
      case "AVX512_CORE_BF16", "AVX512_CORE_FP16", "AVX10_1_512" -> Level.AVX512_BF16;
      default -> Level.AMX_BF16;
    };
  }

  private static Level fbgemm(String value) {
    return switch (value.strip().toUpperCase(Locale.ROOT)) {
      case "AVX2" -> Level.AVX2;
      case "AVX512", "AVX512_256" -> Level.AVX512;
      default -> Level.AMX_BF16;
    };
  }

  /** Whether products of bfloat16 are faster than those of float32. */
  public boolean multipliesBfloat16() {
    return level.compareTo(Level.AVX512_BF16) >= 0;
  }

  /** Whether sums of 8-bit products are made in 32 bits, not pair by pair in 16. */
  public boolean hasVnni() {
    return level.compareTo(Level.AVX512_VNNI) >= 0;
  }

  private static List<String> cpuinfo() {
    try {
      return Files.isReadable(CPUINFO) ? Files.readAllLines(CPUINFO) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
