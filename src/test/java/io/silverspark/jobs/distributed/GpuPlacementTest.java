package io.silverspark.jobs.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.StandaloneCluster;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.serving.TaskDevice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ResourceProfile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/** GPUs that a discovery script invents; no GPU is used. */
@Tag("cluster")
@Timeout(120)
class GpuPlacementTest {
  private static final ClassTag<String> TEXT = ClassTag$.MODULE$.apply(String.class);

  @Test
  void require_oneGpuAnExecutor_givesEveryRankItsOwnAndRefusesMoreRanks(@TempDir Path directory)
      throws Exception {
    try (StandaloneCluster cluster = StandaloneCluster.start(directory, 2)) {
      SparkContext context = cluster.session().sparkContext();
      ClusterSlots slots = new ClusterSlots(context, "cuda", Duration.ofSeconds(20));
      assertThat(told(context, slots.require(new RankLayout(2, 1)), new Device()))
          .containsExactlyInAnyOrder("cuda:0", "cuda:1");

      assertThatThrownBy(
              () ->
                  new ClusterSlots(context, "cuda", Duration.ofSeconds(2))
                      .require(new RankLayout(3, 1)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("needs as many executors with a GPU each, found 2 executors");
    }
  }

  @Test
  void require_allGpusOfAnExecutor_givesItsRanksThemAndRefusesMore(@TempDir Path directory)
      throws Exception {
    try (StandaloneCluster cluster = StandaloneCluster.startWide(directory, 2, 2)) {
      SparkContext context = cluster.session().sparkContext();
      ClusterSlots slots = new ClusterSlots(context, "cuda", Duration.ofSeconds(20));
      assertThat(told(context, slots.require(new RankLayout(2, 2)), new Devices()))
          .containsExactlyInAnyOrder("cuda:0 cuda:1", "cuda:2 cuda:3");

      assertThatThrownBy(() -> slots.require(new RankLayout(2, 3)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("spark.executor.resource.gpu.amount = 3 or more")
          .hasMessageContaining("found 2");
    }
  }

  /** What two tasks of a barrier stage say. */
  private static List<String> told(
      SparkContext context,
      ResourceProfile profile,
      AbstractFunction1<Iterator<Integer>, Iterator<String>> task) {
    RDD<Integer> places =
        JavaSparkContext.fromSparkContext(context)
            .parallelize(List.of(0, 1), 2)
            .rdd()
            .withResources(profile);
    RDD<String> devices = places.barrier().mapPartitions(task, false, TEXT);
    return JavaRDD.fromRDD(devices, TEXT).collect();
  }

  private static final class Devices extends AbstractFunction1<Iterator<Integer>, Iterator<String>>
      implements java.io.Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public Iterator<String> apply(Iterator<Integer> unused) {
      List<String> devices = TaskDevice.resolve("cuda", 2);
      return CollectionConverters.asScala(List.of(String.join(" ", devices)).iterator());
    }
  }

  private static final class Device extends AbstractFunction1<Iterator<Integer>, Iterator<String>>
      implements java.io.Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public Iterator<String> apply(Iterator<Integer> unused) {
      return CollectionConverters.asScala(List.of(TaskDevice.resolve("cuda")).iterator());
    }
  }
}
