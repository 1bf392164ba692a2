package io.silverspark.udfs;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.catalyst.analysis.NoSuchFunctionException;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.connector.catalog.FunctionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The models as SQL functions, by configuration alone:
 *
 * <pre>{@code
 * spark.sql.catalog.ml=io.silverspark.udfs.SilverSparkCatalog
 * spark.sql.catalog.ml.model=builtin:all-MiniLM-L6-v2
 * spark.sql.catalog.ml.cross-model=/models/cross
 *
 * SELECT ml.embed(text), ml.similarity(a, b), ml.score_pair(a, b) FROM ...
 * }</pre>
 *
 * <p>Further keys: {@code layers}, {@code precision} (fp32, bf16), {@code device} (cpu, cuda,
 * cuda:N) and {@code max-seq-length}. {@code embed} gives {@code array<float>}, the others float;
 * null in, null out. Spark calls such functions a row at a time: for whole tables {@link
 * TextEmbedding} and {@link PairScoring} batch.
 */
public final class SilverSparkCatalog implements FunctionCatalog {
  private static final List<String> FUNCTIONS = List.of("embed", "similarity", "score_pair");

  private String name;
  private FunctionModels models;

  @Override
  public void initialize(String catalogName, CaseInsensitiveStringMap options) {
    this.name = catalogName;
    this.models = new FunctionModels("spark.sql.catalog." + catalogName + ".", Map.copyOf(options));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Identifier[] listFunctions(String[] namespace) throws NoSuchNamespaceException {
    if (namespace.length > 0) {
      throw new NoSuchNamespaceException(namespace);
    }
    return FUNCTIONS.stream()
        .map(function -> Identifier.of(namespace, function))
        .toArray(Identifier[]::new);
  }

  @Override
  public UnboundFunction loadFunction(Identifier identifier) throws NoSuchFunctionException {
    String function = identifier.name().toLowerCase(Locale.ROOT);
    if (identifier.namespace().length > 0 || !FUNCTIONS.contains(function)) {
      throw new NoSuchFunctionException(identifier);
    }
    return switch (function) {
      case "embed" ->
          new TextFunction(
              function, 1, () -> new EmbedFunction(models.encoder(qualified(function))));
      case "similarity" ->
          new TextFunction(
              function, 2, () -> new SimilarityFunction(models.encoder(qualified(function))));
      default ->
          new TextFunction(
              function, 2, () -> new ScorePairFunction(models.crossEncoder(qualified(function))));
    };
  }

  private String qualified(String function) {
    return name + "." + function;
  }
}
