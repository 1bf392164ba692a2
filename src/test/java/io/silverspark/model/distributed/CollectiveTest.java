package io.silverspark.model.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectiveTest {
  @ParameterizedTest
  @CsvSource({"2, 7", "3, 1000003", "4, 2", "5, 0"})
  void sum_overTheRing_isThatOfAllRanksAndTheSameBitsOnEach(int ranks, int size) throws Exception {
    check(Rings.run(ranks, ring -> sum(ring, size)), ranks, size);
  }

  @ParameterizedTest
  @CsvSource({"2, 7", "3, 1000003", "4, 2"})
  void sum_inOneJvm_isThatOfAllRanksAndTheSameBitsOnEach(int ranks, int size) {
    check(LocalRanks.run(ranks, member -> sum(member, size)), ranks, size);
  }

  private static float[] sum(Collective collective, int size) {
    float[] own = values(collective.rank(), size);
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(size * Float.BYTES).order(ByteOrder.nativeOrder());
    buffer.asFloatBuffer().put(own);
    collective.sum(buffer);
    collective.sum(buffer);
    float[] result = new float[size];
    buffer.asFloatBuffer().get(result);
    return result;
  }

  private static void check(List<float[]> results, int ranks, int size) {
    double[] expected = new double[size];
    for (int rank = 0; rank < ranks; rank++) {
      float[] own = values(rank, size);
      for (int i = 0; i < size; i++) {
        expected[i] += (double) ranks * own[i];
      }
    }
    for (int i = 0; i < size; i++) {
      assertThat((double) results.get(0)[i]).isCloseTo(expected[i], within(i, expected));
    }
    results.forEach(result -> assertThat(result).isEqualTo(results.get(0)));
  }

  private static org.assertj.core.data.Offset<Double> within(int index, double[] expected) {
    return org.assertj.core.api.Assertions.within(1e-5 * Math.max(1, Math.abs(expected[index])));
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
    List<List<byte[]>> all = Rings.run(ranks, ring -> ring.gather(new byte[3 * ring.rank()]));
    for (List<byte[]> blocks : all) {
      assertThat(blocks).hasSize(ranks);
      for (int rank = 0; rank < ranks; rank++) {
        assertThat(blocks.get(rank)).hasSize(3 * rank);
      }
    }
  }

  @Test
  void sum_aRankThatLeaves_endsTheOthersAtOnce() {
    assertThatThrownBy(
            () ->
                Rings.run(
                    3,
                    ring -> {
                      if (ring.rank() == 1) {
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
                      return sum(member, 10);
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
