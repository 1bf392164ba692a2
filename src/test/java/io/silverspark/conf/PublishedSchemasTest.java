package io.silverspark.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.service.jobs.JobSettings;
import com.databricks.sdk.service.jobs.Task;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.RequiredTrait;
import software.amazon.awssdk.services.emrserverless.model.StartJobRunRequest;

/**
 * The deployment files against the requests as Databricks and AWS publish them in their SDKs: every
 * field is known there and holds what it must.
 */
class PublishedSchemasTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void databricksJob_isAJobOfTheJobsApi() throws Exception {
    Map<String, Object> bundle = bundle();
    JobSettings job = JSON.convertValue(job(bundle), JobSettings.class);
    assertThat(job.getTasks()).hasSize(6).extracting(Task::getSparkJarTask).doesNotContainNull();
    assertThat(job.getJobClusters()).hasSize(1);
    job(bundle).put("max_concurent_runs", 1);
    assertThatThrownBy(() -> JSON.convertValue(job(bundle), JobSettings.class))
        .hasMessageContaining("max_concurent_runs");
  }

  @Test
  void emrServerless_isAStartJobRunRequest() throws Exception {
    Map<String, Object> request =
        JSON.readValue(
            Path.of("conf/emr/serverless-job-run.json").toFile(), new TypeReference<>() {});
    request.put("clientToken", "the command line adds it");
    check("request", request, StartJobRunRequest.builder().build());
    request.put("executionRoleARN", "misspelt");
    assertThatThrownBy(() -> check("request", request, StartJobRunRequest.builder().build()))
        .hasMessageContaining("executionRoleARN");
  }

  /** The bundle with the defaults of its variables filled in. */
  private static Map<String, Object> bundle() throws Exception {
    String text = Files.readString(Path.of("conf/databricks/databricks.yml"));
    for (Map.Entry<String, Map<String, Object>> variable :
        JSON.convertValue(
                yaml(text).get("variables"),
                new TypeReference<Map<String, Map<String, Object>>>() {})
            .entrySet()) {
      text =
          text.replace(
              "${var." + variable.getKey() + "}",
              String.valueOf(variable.getValue().get("default")));
    }
    return yaml(text);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> yaml(String text) {
    return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(text);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> job(Map<String, Object> bundle) {
    Object jobs = ((Map<String, Object>) bundle.get("resources")).get("jobs");
    return (Map<String, Object>) ((Map<String, Object>) jobs).get("silverspark");
  }

  private static void check(String where, Map<?, ?> found, SdkPojo shape) {
    Map<String, SdkField<?>> fields = new HashMap<>();
    for (SdkField<?> field : shape.sdkFields()) {
      fields.put(field.locationName(), field);
      if (field.containsTrait(RequiredTrait.class)) {
        assertThat(found.containsKey(field.locationName()))
            .as("%s has %s", where, field.locationName())
            .isTrue();
      }
    }
    for (Map.Entry<?, ?> entry : found.entrySet()) {
      String place = where + "." + entry.getKey();
      assertThat(fields).as(place).containsKey(String.valueOf(entry.getKey()));
      check(place, entry.getValue(), fields.get(String.valueOf(entry.getKey())));
    }
  }

  private static void check(String where, Object found, SdkField<?> field) {
    MarshallingType<?> type = field.marshallingType();
    if (type == MarshallingType.SDK_POJO) {
      assertThat(found).as(where).isInstanceOf(Map.class);
      check(where, (Map<?, ?>) found, field.constructor().get());
    } else if (type == MarshallingType.LIST) {
      assertThat(found).as(where).isInstanceOf(List.class);
      SdkField<?> member = field.getTrait(ListTrait.class).memberFieldInfo();
      ((List<?>) found).forEach(each -> check(where + "[]", each, member));
    } else if (type == MarshallingType.MAP) {
      assertThat(found).as(where).isInstanceOf(Map.class);
      SdkField<?> value = field.getTrait(MapTrait.class).valueFieldInfo();
      ((Map<?, ?>) found).forEach((key, each) -> check(where + "." + key, each, value));
    } else if (type == MarshallingType.STRING) {
      assertThat(found).as(where).isInstanceOf(String.class);
    } else {
      assertThat(found).as(where).isInstanceOfAny(Number.class, Boolean.class);
    }
  }
}
