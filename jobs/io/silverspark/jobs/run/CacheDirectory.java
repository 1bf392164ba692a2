package io.silverspark.jobs.run;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.model.config.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where this machine keeps re-creatable cache files: working copies of remote run directories and
 * models, and the native libraries that DJL unpacks. Set by {@code run.cacheDir}; else below Java's
 * temporary directory, with DJL's libraries where DJL puts them.
 */
public final class CacheDirectory {
  /** System property that executors read the directory from. */
  public static final String PROPERTY = "silverspark.cache";

  private static final String DJL = "DJL_CACHE_DIR";
  private static final String DJL_ENGINE = "ENGINE_CACHE_DIR";

  private CacheDirectory() {}

  /** The directory of the settings; need not exist. */
  public static Path of(Settings settings) {
    String given = settings.get(RunSettings.CACHE_DIR);
    return (given.isEmpty()
            ? Path.of(System.getProperty("java.io.tmpdir"), "silverspark")
            : Path.of(given))
        .toAbsolutePath();
  }

  /** Tells DJL in this process, unless the environment already does. Call before DJL is used. */
  static void use(Settings settings) {
    System.setProperty(PROPERTY, of(settings).toString());
    if (!settings.get(RunSettings.CACHE_DIR).isEmpty()) {
      for (String name : new String[] {DJL, DJL_ENGINE}) {
        if (System.getenv(name) == null && System.getProperty(name) == null) {
          System.setProperty(name, of(settings).resolve("djl").toString());
        }
      }
    }
  }

  /** Spark settings that tell executors the same. */
  static Map<String, String> executorConf(Settings settings) {
    Map<String, String> conf = new TreeMap<>();
    if (!settings.get(RunSettings.CACHE_DIR).isEmpty()) {
      String djl = of(settings).resolve("djl").toString();
      conf.put("spark.executorEnv." + DJL, djl);
      conf.put("spark.executorEnv." + DJL_ENGINE, djl);
      conf.put("spark.executorEnv.SILVERSPARK_CACHE", of(settings).toString());
    }
    return conf;
  }
}
