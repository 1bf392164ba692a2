package io.silverspark.udfs.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SparkFixture;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import scala.reflect.ClassTag$;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class ShippedDirectoryTest {
  private static final int LARGER_THAN_ONE_READ = 3_000_001;

  @Test
  void readBack_javaSerializer_isAnotherDirectoryWithTheSameFiles(
      SparkSession spark, @TempDir Path directory) throws Exception {
    isCopied(new JavaSerializer(new SparkConf(false)), directory, 1);
  }

  @Test
  void readBack_kryoSerializer_isAnotherDirectoryWithTheSameFiles(
      SparkSession spark, @TempDir Path directory) throws Exception {
    isCopied(new KryoSerializer(new SparkConf(false)), directory, 2);
  }

  private static void isCopied(Serializer serializer, Path directory, long seed) throws Exception {
    byte[] weights = new byte[LARGER_THAN_ONE_READ];
    new Random(seed).nextBytes(weights);
    Files.write(directory.resolve("weights"), weights);
    Files.writeString(Files.createDirectories(directory.resolve("1_Pooling")).resolve("c"), "{}");
    Files.writeString(directory.resolve("empty"), "");

    ShippedDirectory sent = ShippedDirectory.of(directory);
    var tag = ClassTag$.MODULE$.<ShippedDirectory>apply(ShippedDirectory.class);
    ByteBuffer bytes = serializer.newInstance().serialize(sent, tag);
    ShippedDirectory first = serializer.newInstance().deserialize(bytes.duplicate(), tag);
    ShippedDirectory again = serializer.newInstance().deserialize(bytes.duplicate(), tag);

    assertThat(first.path()).isNotEqualTo(directory).isEqualTo(again.path());
    assertThat(first.path().resolve("weights")).hasBinaryContent(weights);
    assertThat(first.path().resolve("1_Pooling/c")).hasContent("{}");
    assertThat(first.path().resolve("empty")).isEmptyFile();
    assertThat(first.path().getParent()).isDirectoryNotContaining("glob:**/.*-*");
  }
}
