package io.silverspark.conf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.jobs.Main;
import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.run.SilverSparkVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine.Command;

/**
 * The files that others' platforms read: fields that their documentation names, and commands and
 * settings that exist here.
 */
class DeploymentFilesTest {
  private static final Path CONF = Path.of("conf");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{var\\.([a-z_]+)}");

  @Test
  @SuppressWarnings("unchecked")
  void databricks_tasksFormAChainOfKnownCommands() throws Exception {
    Map<String, Object> bundle = yaml(CONF.resolve("databricks/databricks.yml"));
    assertThat(bundle.keySet())
        .isSubsetOf(
            "bundle", "variables", "artifacts", "workspace", "resources", "targets", "include");
    Map<String, Map<String, Object>> variables =
        (Map<String, Map<String, Object>>) bundle.get("variables");
    String text = Files.readString(CONF.resolve("databricks/databricks.yml"));
    assertThat(all(VARIABLE, text)).isSubsetOf(variables.keySet());

    Map<String, Object> job = (Map<String, Object>) at(bundle, "resources", "jobs", "silverspark");
    assertThat(job.keySet())
        .isSubsetOf("name", "max_concurrent_runs", "tags", "job_clusters", "tasks", "schedule");
    Set<Object> clusters = new HashSet<>();
    for (Map<String, Object> cluster : (List<Map<String, Object>>) job.get("job_clusters")) {
      clusters.add(cluster.get("job_cluster_key"));
      assertThat(((Map<String, Object>) cluster.get("new_cluster")).keySet())
          .contains("spark_version", "node_type_id", "num_workers")
          .isSubsetOf(
              "spark_version",
              "node_type_id",
              "driver_node_type_id",
              "num_workers",
              "data_security_mode",
              "spark_conf",
              "spark_env_vars",
              "init_scripts");
    }
    Set<Object> earlier = new HashSet<>();
    for (Map<String, Object> task : (List<Map<String, Object>>) job.get("tasks")) {
      assertThat(clusters).contains(task.get("job_cluster_key"));
      for (Object dependency : (List<Object>) task.getOrDefault("depends_on", List.of())) {
        assertThat(earlier).contains(((Map<String, Object>) dependency).get("task_key"));
      }
      Map<String, Object> jar = (Map<String, Object>) task.get("spark_jar_task");
      assertThat(jar.keySet()).containsExactlyInAnyOrder("main_class_name", "parameters");
      assertThat(jar.get("main_class_name")).isEqualTo(Main.class.getName());
      checkCommand(
          ((List<Object>) jar.get("parameters"))
              .stream().map(p -> filled(String.valueOf(p), variables)).toList());
      for (Object library : (List<Object>) task.get("libraries")) {
        checkJar(String.valueOf(((Map<String, Object>) library).get("jar")));
      }
      earlier.add(task.get("task_key"));
    }
    assertThat(earlier).hasSize(6);
  }

  @Test
  @SuppressWarnings("unchecked")
  void emrSteps_areSparkSubmitLinesOfKnownCommands() throws Exception {
    List<Map<String, Object>> steps =
        new ObjectMapper()
            .readValue(CONF.resolve("emr/steps.json").toFile(), new TypeReference<>() {});
    for (Map<String, Object> step : steps) {
      assertThat(step.keySet())
          .containsExactlyInAnyOrder("Type", "Name", "ActionOnFailure", "Jar", "Args");
      assertThat(step.get("ActionOnFailure"))
          .isIn("TERMINATE_CLUSTER", "CANCEL_AND_WAIT", "CONTINUE");
      List<String> args = (List<String>) step.get("Args");
      assertThat(args.get(0)).isEqualTo("spark-submit");
      checkSubmit(args);
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void emrServerless_isAStartJobRunRequest() throws Exception {
    Map<String, Object> request =
        new ObjectMapper()
            .readValue(
                CONF.resolve("emr/serverless-job-run.json").toFile(), new TypeReference<>() {});
    assertThat(request.keySet())
        .contains("applicationId", "executionRoleArn", "jobDriver")
        .isSubsetOf(
            "applicationId",
            "clientToken",
            "executionRoleArn",
            "jobDriver",
            "configurationOverrides",
            "tags",
            "executionTimeoutMinutes",
            "name",
            "mode",
            "retryPolicy");
    assertThat(String.valueOf(request.get("applicationId"))).matches("[0-9a-z]{1,64}");
    assertThat(String.valueOf(request.get("executionRoleArn")))
        .matches("arn:aws:iam::\\d{12}:role/.+");
    Map<String, Object> submit = (Map<String, Object>) at(request, "jobDriver", "sparkSubmit");
    assertThat(submit.keySet())
        .containsExactlyInAnyOrder("entryPoint", "entryPointArguments", "sparkSubmitParameters");
    List<String> line = new ArrayList<>(List.of("spark-submit"));
    line.addAll(Arrays.asList(String.valueOf(submit.get("sparkSubmitParameters")).split(" ")));
    line.add(String.valueOf(submit.get("entryPoint")));
    line.addAll((List<String>) submit.get("entryPointArguments"));
    checkSubmit(line);
  }

  @Test
  @SuppressWarnings("unchecked")
  void sparkApplication_hasTheFieldsOfItsDefinition() throws Exception {
    Map<String, Object> application = yaml(CONF.resolve("docker/spark-application.yaml"));
    assertThat(application)
        .containsEntry("apiVersion", "sparkoperator.k8s.io/v1beta2")
        .containsEntry("kind", "SparkApplication");
    Map<String, Object> spec = (Map<String, Object>) application.get("spec");
    assertThat(spec.keySet())
        .contains("type", "sparkVersion", "mainApplicationFile", "driver", "executor")
        .isSubsetOf(
            "type",
            "mode",
            "sparkVersion",
            "image",
            "imagePullPolicy",
            "mainClass",
            "mainApplicationFile",
            "arguments",
            "sparkConf",
            "hadoopConf",
            "deps",
            "restartPolicy",
            "driver",
            "executor");
    assertThat(spec.get("type")).isIn("Java", "Scala", "Python", "R");
    assertThat(spec.get("mainClass")).isEqualTo(Main.class.getName());
    checkJar(String.valueOf(spec.get("mainApplicationFile")));
    checkCommand((List<String>) spec.get("arguments"));
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains("<spark.version>" + spec.get("sparkVersion") + "</spark.version>");
  }

  @Test
  void dockerfile_copiesFilesThatTheBuildMakes() throws IOException {
    String text = Files.readString(CONF.resolve("docker/Dockerfile"));
    for (String jar : all(Pattern.compile("target/(silverspark-[^ ]+\\.jar)"), text)) {
      checkJar(jar);
    }
    assertThat(Path.of("data/sample")).isDirectory();
  }

  /** Options of spark-submit up to the jar, then the command. */
  private static void checkSubmit(List<String> line) {
    int jar = 1;
    while (line.get(jar).startsWith("--")) {
      String value = line.get(jar + 1);
      switch (line.get(jar)) {
        case "--class" -> assertThat(value).isEqualTo(Main.class.getName());
        case "--jars" -> checkJar(value.split(",")[0]);
        case "--conf" -> assertThat(value).matches("spark\\.[^=]+=.+");
        default ->
            assertThat(line.get(jar))
                .isIn(
                    "--deploy-mode",
                    "--master",
                    "--packages",
                    "--driver-memory",
                    "--executor-memory",
                    "--files");
      }
      jar += 2;
    }
    checkJar(line.get(jar));
    checkCommand(line.subList(jar + 1, line.size()));
  }

  private static void checkJar(String path) {
    assertThat(path)
        .matches(
            ".*silverspark-"
                + Pattern.quote(SilverSparkVersion.CURRENT)
                + "(-dependencies)?\\.jar");
  }

  private static void checkCommand(List<String> arguments) {
    assertThat(commands()).contains(arguments.get(0));
    List<String> settings = new ArrayList<>();
    for (int i = 1; i < arguments.size(); i += 2) {
      assertThat(arguments.get(i)).isIn("--conf", "--set");
      if (arguments.get(i).equals("--set")) {
        settings.add(arguments.get(i + 1));
      }
    }
    AllSettings.reader().read(Optional.empty(), settings);
  }

  private static List<String> commands() {
    return Main.jobs().stream()
        .map(job -> job.getClass().getAnnotation(Command.class).name())
        .toList();
  }

  private static String filled(String text, Map<String, Map<String, Object>> variables) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    String.valueOf(variables.get(found.group(1)).get("default"))));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> yaml(Path file) throws IOException {
    return (Map<String, Object>)
        new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
  }

  private static Object at(Map<String, Object> tree, String... names) {
    return Stream.of(names)
        .reduce((Object) tree, (node, name) -> ((Map<?, ?>) node).get(name), (a, b) -> b);
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1)).distinct().toList();
  }
}
