package io.silverspark.udfs.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The Python classes of the stages, {@code udfs/python/silverspark/ml.py}, written from the params
 * of the Java classes.
 */
final class PythonStages {
  private static final int WIDTH = 84;

  private PythonStages() {}

  private record Type(String python, String converter) {}

  static String source() {
    return HEAD
        + stage(
            new SentenceEmbedder(),
            "JavaModel, _Stage",
            "Embeds a column of texts; also what :class:`BiEncoderTrainer` fits.",
            "")
        + stage(
            new PairScorer(),
            "JavaModel, _Stage",
            "Scores pairs of texts with a cross-encoder, 0 to 1.",
            "")
        + stage(
            new BiEncoderTrainer(),
            "JavaEstimator[SentenceEmbedder], _Stage",
            "Fine-tunes a sentence encoder on pairs of texts, on the driver.",
            FIT)
        + TAIL;
  }

  private static String stage(Params stage, String parents, String purpose, String more) {
    String name = stage.getClass().getSimpleName();
    StringBuilder text = new StringBuilder();
    text.append("\n\n@inherit_doc\nclass %s(%s):\n".formatted(name, parents));
    text.append("    \"\"\"%s\"\"\"\n\n".formatted(purpose));
    text.append("    _java_class = \"%s\"\n\n".formatted(stage.getClass().getName()));
    for (Param<?> param : stage.params()) {
      text.append(declaration(param));
    }
    text.append(
        """

            def __init__(self, **params: Any) -> None:
                super().__init__()
                self._begin(params)
        """);
    text.append(more);
    for (Param<?> param : stage.params()) {
      text.append(methods(param, name));
    }
    return text.toString();
  }

  private static String declaration(Param<?> param) {
    Type type = type(param);
    return """
            %s: Param[%s] = Param(
                Params._dummy(),
                "%s",
        %s
                typeConverter=TypeConverters.%s,
            )
        """
        .formatted(
            param.name(), type.python(), param.name(), literals(param.doc()), type.converter());
  }

  /** The text as literals of at most {@link #WIDTH} characters, which Python joins. */
  private static String literals(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split("(?<= )")) {
      if (line.length() + word.length() > WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(word);
    }
    lines.add(line.toString());
    return lines.stream()
        .map(each -> "        \"" + each.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
        .collect(Collectors.joining("\n", "", ","));
  }

  private static String methods(Param<?> param, String stage) {
    String name = param.name();
    String capital = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    String type = type(param).python();
    return """

            def get%2$s(self) -> %3$s:
                \"""The value of %1$s.\"""
                return self.getOrDefault(self.%1$s)

            def set%2$s(self, value: %3$s) -> "%4$s":
                \"""Sets %1$s.\"""
                self._set(%1$s=value)
                return self
        """
        .formatted(name, capital, type, stage);
  }

  private static Type type(Param<?> param) {
    if (param instanceof IntParam || param instanceof LongParam) {
      return new Type("int", "toInt");
    }
    if (param instanceof DoubleParam) {
      return new Type("float", "toFloat");
    }
    if (param instanceof DoubleArrayParam) {
      return new Type("List[float]", "toListFloat");
    }
    return param instanceof BooleanParam
        ? new Type("bool", "toBoolean")
        : new Type("str", "toString");
  }

  private static final String FIT =
      """

          def _create_model(self, java_model: Any) -> SentenceEmbedder:
              return SentenceEmbedder._from_java(java_model)

          def _fit(self, dataset: DataFrame) -> SentenceEmbedder:
              # The fitted stage has params of its own: its batchSize, say, is not that of training.
              return self._create_model(self._fit_java(dataset))
      """;

  private static final String HEAD =
      """
      \"""Stages of Spark ML pipelines. Params, defaults and checks are those of the Java classes of the
      same names; every param is a keyword of the constructor and has a getter and a setter.

      Written from the Java classes by PythonStages (src/test/java); a test holds both together.\"""

      import sys
      from typing import Any, Dict, List, Type

      from pyspark.ml.common import inherit_doc
      from pyspark.ml.param import Param, Params, TypeConverters
      from pyspark.ml.util import JavaMLReadable, JavaMLReader, JavaMLWritable
      from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaParams
      from pyspark.sql import DataFrame

      __all__ = ["BiEncoderTrainer", "PairScorer", "SentenceEmbedder"]


      class _StageReader(JavaMLReader[Any]):
          \"""Loads a stage by the name of its Java class.\"""

          @classmethod
          def _java_loader_class(cls, clazz: Type[Any]) -> str:
              return str(clazz._java_class)


      class _Stage(JavaParams, JavaMLReadable[Any], JavaMLWritable):
          \"""What the stages share: they are made by name, and take their defaults from Java.\"""

          _java_class: str

          def _begin(self, params: Dict[str, Any]) -> None:
              self._java_obj = self._new_java_obj(self._java_class, self.uid)
              self._transfer_params_from_java()
              self._set(**params)

          @classmethod
          def read(cls) -> Any:
              return _StageReader(cls)
      """;

  private static final String TAIL =
      """


      # PySpark finds the wrapper of a Java stage in the module named as its Java package.
      sys.modules.setdefault("io.silverspark.udfs.ml", sys.modules[__name__])
      """;
}
