package io.silverspark.jobs.distributed;

import io.silverspark.model.distributed.Collective;
import io.silverspark.model.encoder.Precision;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One precision for all ranks of a training, whose machines may differ. */
final class AgreedPrecision {
  private AgreedPrecision() {}

  /**
   * The precision that all ranks train in.
   *
   * @param collective connects the ranks
   * @param wanted the setting; {@link Precision#AUTO} becomes what is slow on no rank
   * @param device of this rank
   * @return the same on every rank, never {@link Precision#AUTO}
   */
  static Precision of(Collective collective, Precision wanted, String device) {
    byte[] own = wanted.on(device).name().getBytes(StandardCharsets.US_ASCII);
    List<Precision> all =
        collective.gather(own).stream()
            .map(name -> Precision.valueOf(new String(name, StandardCharsets.US_ASCII)))
            .toList();
    return Precision.common(all);
  }
}
