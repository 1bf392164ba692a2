package io.silverspark.model.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.encoder.TorchEngine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectiveTest {
  @ParameterizedTest
  @CsvSource({"2, 7", "3, 1000003", "4, 2", "5, 0"})
  void sum_overTheRing_isThatOfAllProcessesAndTheSameBitsOnEach(int processes, int size)
      throws Exception {
    check(Rings.run(processes, ring -> sum(ring, size)), processes, size, 1e-5);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 7",
    "1, 2, 7",
    "1, 3, 1000003",
    "1, 4, 2",
    "2, 1, 7",
    "2, 2, 1",
    "3, 2, 300007"
  })
  void mean_overReplicasOfProcesses_isThatOfAllRanksAndTheSameBitsOnEach(
      int processes, int replicas, int size) throws Exception {
    List<float[]> results =
        Rings.run(processes, ring -> LocalRanks.run(replicas, ring, replica -> mean(replica, size)))
            .stream()
            .flatMap(List::stream)
            .toList();
    check(results, processes * replicas, size, 1e-5);
  }

  @ParameterizedTest
  @CsvSource({"2, 7", "3, 300007", "4, 2"})
  void sum_inBf16_differsByTheStatedBoundAndIsTheSameBitsOnEach(int processes, int size)
      throws Exception {
    List<float[]> results =
        Rings.run(
            processes,
            GradientFormat.BF16,
            ring -> {
              ByteBuffer buffer = buffer(values(ring.process(), size));
              ring.sum(buffer);
              return floats(buffer);
            });
    List<float[]> own =
        IntStream.range(0, processes).mapToObj(process -> values(process, size)).toList();
    boolean differs = false;
    for (int i = 0; i < size; i++) {
      float[] all = new float[processes];
      for (int process = 0; process < processes; process++) {
        all[process] = own.get(process)[i];
      }
      double error = Math.abs(results.get(0)[i] - exact(all));
      assertThat(error).isLessThanOrEqualTo(bound(all) * Math.scalb(1.0, -8) * 1.01);
      differs |= error > 0;
    }
    assertThat(differs).isTrue();
    results.forEach(result -> assertThat(result).isEqualTo(results.get(0)));
  }

  private static double exact(float[] all) {
    double sum = 0;
    for (float each : all) {
      sum += each;
    }
    return sum;
  }

  /** The largest sum of magnitudes of partial sums over the places where a ring may begin. */
  private static double bound(float[] all) {
    double largest = 0;
    for (int start = 0; start < all.length; start++) {
      double partial = 0;
      double bound = 0;
      for (int i = 0; i < all.length; i++) {
        partial += all[(start + i) % all.length];
        bound += Math.abs(partial);
      }
      largest = Math.max(largest, bound);
    }
    return largest;
  }

  @Test
  void sum_inBf16_keepsWhatIsNotFinite() throws Exception {
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.intBitsToFloat(0x7FFFFFFF), -0f};
    for (float[] result :
        Rings.run(
            2,
            GradientFormat.BF16,
            ring -> {
              ByteBuffer buffer = buffer(odd.clone());
              ring.sum(buffer);
              return floats(buffer);
            })) {
      assertThat(result).containsExactly(Float.NaN, Float.POSITIVE_INFINITY, Float.NaN, -0f);
    }
  }

  private static float[] sum(Collective collective, int size) {
    ByteBuffer buffer = buffer(values(collective.process(), size));
    collective.sum(buffer);
    collective.sum(buffer);
    return floats(buffer);
  }

  /** Twice, and as sums. */
  private static float[] mean(Replica replica, int size) {
    try (NDManager manager = TorchEngine.open("cpu")) {
      NDArray array = manager.create(values(replica.rank(), size));
      replica.mean(array);
      array.muli(replica.ranks());
      replica.mean(array);
      array.muli(replica.ranks());
      return array.toFloatArray();
    }
  }

  private static ByteBuffer buffer(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
    buffer.asFloatBuffer().put(values);
    return buffer;
  }

  private static float[] floats(ByteBuffer buffer) {
    float[] values = new float[buffer.capacity() / Float.BYTES];
    buffer.asFloatBuffer().get(values);
    return values;
  }

  private static void check(List<float[]> results, int ranks, int size, double tolerance) {
    assertThat(results).hasSize(ranks);
    double[] expected = new double[size];
    for (int rank = 0; rank < ranks; rank++) {
      float[] own = values(rank, size);
      for (int i = 0; i < size; i++) {
        expected[i] += (double) ranks * own[i];
      }
    }
    for (int i = 0; i < size; i++) {
      assertThat((double) results.get(0)[i])
          .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
    }
    results.forEach(result -> assertThat(result).isEqualTo(results.get(0)));
  }

  private static float[] values(int rank, int size) {
    Random random = new Random(rank);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({"2", "3", "4"})
  void gather_blocksOfDifferentSizes_arriveInRankOrder(int ranks) throws Exception {
    List<List<byte[]>> all = Rings.run(ranks, ring -> ring.gather(new byte[3 * ring.process()]));
    for (List<byte[]> blocks : all) {
      assertThat(blocks).hasSize(ranks);
      for (int rank = 0; rank < ranks; rank++) {
        assertThat(blocks.get(rank)).hasSize(3 * rank);
      }
    }
  }

  @Test
  void gather_fromReplicasOfProcesses_comesInRankOrder() throws Exception {
    List<List<List<byte[]>>> all =
        Rings.run(
            2,
            ring ->
                LocalRanks.run(3, ring, replica -> replica.gather(new byte[5 * replica.rank()])));
    for (List<byte[]> blocks : all.stream().flatMap(List::stream).toList()) {
      assertThat(blocks.stream().map(block -> block.length)).containsExactly(0, 5, 10, 15, 20, 25);
    }
  }

  @Test
  void run_aProcessThatLeaves_endsTheReplicasOfTheOthersAndSaysWhy() {
    assertThatThrownBy(
            () ->
                Rings.run(
                    2,
                    ring ->
                        LocalRanks.run(
                            2,
                            ring,
                            replica -> {
                              if (replica.rank() == 1) {
                                throw new RankLostException("unplugged");
                              }
                              return mean(replica, 10);
                            })))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(RankLostException.class);
  }

  @Test
  void sum_aRankThatLeaves_endsTheOthersAtOnce() {
    assertThatThrownBy(
            () ->
                Rings.run(
                    3,
                    ring -> {
                      if (ring.process() == 1) {
                        return null;
                      }
                      return sum(ring, 100_000);
                    }))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(RankLostException.class)
        .hasMessageContaining("lost a neighbour");
  }

  @Test
  void run_aReplicaThatFails_endsTheOthersWithItsOwnFailure() {
    assertThatThrownBy(
            () ->
                LocalRanks.run(
                    3,
                    member -> {
                      if (member.rank() == 1) {
                        throw new IllegalStateException("no memory left");
                      }
                      return mean(member, 10);
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no memory left");
  }

  @Test
  void requireEqual_oneRankDiffers_namesStepAndHashes() {
    assertThatThrownBy(
            () ->
                LocalRanks.run(
                    3,
                    member -> {
                      GradientReducer.over(member).requireEqual(member.rank() == 2 ? 10 : 9, 150);
                      return null;
                    }))
        .isInstanceOf(ReplicaDriftException.class)
        .hasMessageContaining("drifted apart by step 150")
        .hasMessageContaining("rank 1 00000009, rank 2 0000000a");
  }
}
