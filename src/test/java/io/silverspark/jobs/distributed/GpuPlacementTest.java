package io.silverspark.jobs.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.NarrowModel;
import io.silverspark.StandaloneCluster;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.SilverSparkCatalog;
import io.silverspark.udfs.serving.TaskDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.SparkSession;
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

  /** Spark folds constants in the driver, which has no GPU. */
  @Test
  void embed_constantOnCuda_isComputedByATaskOnItsGpu(@TempDir Path directory) throws Exception {
    try (StandaloneCluster cluster = StandaloneCluster.start(directory, 1)) {
      SparkSession spark = cluster.session();
      spark.conf().set("spark.sql.catalog.ml", SilverSparkCatalog.class.getName());
      spark.conf().set("spark.sql.catalog.ml.model", NarrowModel.directory());
      spark.conf().set("spark.sql.catalog.ml.precision", "fp32");
      String query = "SELECT ml.embed('A dog runs.')";
      spark.conf().set("spark.sql.catalog.ml.device", "cpu");
      assertThat(spark.sql(query).first().<Float>getList(0)).hasSize(NarrowModel.WIDTH);
      spark.conf().set("spark.sql.catalog.ml.device", "cuda");
      assertThatThrownBy(() -> spark.sql(query).first())
          .as("the GPU is invented")
          .hasStackTraceContaining("'cuda:0' is not there: PyTorch sees 0 GPUs");
    }
  }

  @Test
  void resolve_inADriverWithAGpu_isThatGpu(@TempDir Path directory) throws Exception {
    Path script = directory.resolve("gpu.sh");
    Files.writeString(script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"7\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.resource.gpu.amount", 1)
            .config("spark.driver.resource.gpu.discoveryScript", script.toString())
            .getOrCreate()) {
      assertThat(spark.sparkContext().isLocal()).isTrue();
      assertThat(TaskDevice.resolve("cuda")).isEqualTo("cuda:7");
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
