package io.silverspark.udfs;

import io.silverspark.model.error.UserException;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.sql.EmbedFunction;
import io.silverspark.udfs.sql.EmbedNamedFunction;
import io.silverspark.udfs.sql.FunctionModels;
import io.silverspark.udfs.sql.QuantizeFunction;
import io.silverspark.udfs.sql.ScorePairFunction;
import io.silverspark.udfs.sql.SparseEmbedFunction;
import io.silverspark.udfs.sql.SparseSimilarityFunction;
import io.silverspark.udfs.sql.TextFunction;
import io.silverspark.udfs.sql.TextFunction.Argument;
import io.silverspark.udfs.sql.TextFunction.Signature;
import io.silverspark.udfs.sql.TextSimilarityFunction;
import io.silverspark.udfs.sql.TopKFunction;
import io.silverspark.udfs.sql.VectorSimilarityFunction;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchFunctionException;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.connector.catalog.FunctionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.ProcedureCatalog;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.connector.catalog.procedures.UnboundProcedure;
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
 * SELECT ml.top_k(ml.embed('a question'), embedding, id, 10) FROM ...
 * }</pre>
 *
 * <p>Further keys: {@code match-class} (the class of the cross-encoder that is a match, if its
 * names do not tell), {@code layers}, {@code precision} (auto, fp32, bf16, fp16, int8), {@code
 * device} (cpu, cuda, cuda:N), {@code max-seq-length}, {@code truncate-dim}, and the prompts:
 * {@code embed} takes the model's default, or the one whose name is its second argument; {@code
 * embed_query} and {@code embed_document} take "query" and "document", as {@code top_k} does for
 * texts. {@code embed} gives {@code array<float>}, or what {@link SparseEmbedFunction} says for a
 * sparse encoder, {@code similarity} and {@code score_pair} float, {@link TopKFunction top_k}
 * {@code array<struct<id, score>>}; null in, null out. {@code similarity} and {@code top_k} take
 * stored embeddings as well as texts, and compare as the model says ({@code similarity_fn_name}) or
 * the key {@code similarity}. {@link QuantizeFunction quantize_int8} and its kin make stored
 * embeddings small. Spark calls scalar functions a row at a time: for whole tables the table
 * functions of {@link SilverSparkExtensions} batch.
 */
public final class SilverSparkCatalog implements FunctionCatalog, ProcedureCatalog {
  private static final List<String> FUNCTIONS =
      Stream.concat(
              Stream.of(
                  "embed", "embed_query", "embed_document", "similarity", "score_pair", "top_k"),
              quantized().map(QuantizeFunction::name))
          .toList();

  private String name;
  private CaseInsensitiveStringMap options;

  @Override
  public void initialize(String catalogName, CaseInsensitiveStringMap options) {
    this.name = catalogName;
    this.options = options;
    models(); // a wrong key is told at once
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
      case "embed" -> embed();
      case "embed_query" -> embedding(function, () -> models().query(name + "." + function));
      case "embed_document" -> embedding(function, () -> models().corpus(name + "." + function));
      case "similarity" -> similarity();
      case "score_pair" -> scorePair();
      case "top_k" -> topK();
      default -> quantize(function);
    };
  }

  /** The recipe's procedures, which lie in the layer above: {@code CALL ml.mine(...)}. */
  @Override
  public UnboundProcedure loadProcedure(Identifier identifier) {
    ProcedureCatalog procedures =
        ServiceLoader.load(ProcedureCatalog.class, SilverSparkCatalog.class.getClassLoader())
            .findFirst()
            .orElseThrow(
                () ->
                    new UserException(
                        "the procedures of %s are not on the class path: add SilverSpark's own jar"
                            .formatted(name)));
    procedures.initialize(name, options);
    return procedures.loadProcedure(identifier);
  }

  private static Stream<EmbeddingPrecision> quantized() {
    return Stream.of(EmbeddingPrecision.values())
        .filter(precision -> precision != EmbeddingPrecision.FLOAT32);
  }

  private static UnboundFunction quantize(String function) {
    EmbeddingPrecision precision =
        quantized()
            .filter(each -> QuantizeFunction.name(each).equals(function))
            .findFirst()
            .orElseThrow();
    return new TextFunction(
        function,
        new Signature(
            QuantizeFunction.arguments(precision), () -> new QuantizeFunction(precision)));
  }

  private UnboundFunction embed() {
    List<Argument> named = List.of(Argument.TEXT, Argument.TEXT);
    return new TextFunction(
        "embed",
        embed("embed", () -> encoder("embed")),
        new Signature(
            named,
            () ->
                sparse("embed", named, encoder("embed"))
                    .orElseGet(() -> new EmbedNamedFunction(encoder("embed")))));
  }

  private UnboundFunction embedding(String function, Supplier<EncodeSpec> spec) {
    return new TextFunction(function, embed(function, spec));
  }

  private Signature embed(String function, Supplier<EncodeSpec> spec) {
    List<Argument> text = List.of(Argument.TEXT);
    return new Signature(
        text,
        () ->
            sparse(function, text, spec.get())
                .orElseGet(() -> new EmbedFunction(function, spec.get())));
  }

  /** The function of a sparse encoder; empty if the model is another one. */
  private Optional<BoundFunction> sparse(
      String function, List<Argument> arguments, EncodeSpec spec) {
    return models()
        .sparse(name + "." + function)
        .map(form -> new SparseEmbedFunction(function, arguments, spec, form.maxActiveDims()));
  }

  private UnboundFunction similarity() {
    return new TextFunction(
        "similarity",
        new Signature(
            List.of(Argument.TEXT, Argument.TEXT),
            () ->
                new TextSimilarityFunction(
                    encoder("similarity"), models().similarity(), models().maxActiveDims())),
        new Signature(
            List.of(Argument.VECTOR, Argument.VECTOR),
            () -> new VectorSimilarityFunction(models().similarity())),
        new Signature(
            List.of(Argument.SPARSE, Argument.SPARSE),
            () -> new SparseSimilarityFunction(models().similarity().ofModels())));
  }

  private UnboundFunction scorePair() {
    return new TextFunction(
        "score_pair",
        new Signature(
            List.of(Argument.TEXT, Argument.TEXT),
            () -> new ScorePairFunction(models().crossEncoder(name + ".score_pair"))));
  }

  private UnboundFunction topK() {
    return new TextFunction(
        "top_k",
        vectors(Argument.ID),
        vectors(Argument.TEXT),
        texts(Argument.ID),
        texts(Argument.TEXT),
        bits(Argument.BINARY, Argument.ID),
        bits(Argument.BINARY, Argument.TEXT),
        bits(Argument.UBINARY, Argument.ID),
        bits(Argument.UBINARY, Argument.TEXT));
  }

  private Signature vectors(Argument id) {
    return new Signature(
        TopKFunction.arguments(Argument.VECTOR, id),
        () -> TopKFunction.ofVectors(id, models().similarity()));
  }

  private static Signature bits(Argument bits, Argument id) {
    return new Signature(
        TopKFunction.argumentsOfBits(bits, id), () -> TopKFunction.ofBits(bits, id));
  }

  private Signature texts(Argument id) {
    return new Signature(
        TopKFunction.arguments(Argument.TEXT, id),
        () ->
            TopKFunction.ofTexts(
                models().query(name + ".top_k"),
                models().corpus(name + ".top_k").prompt(),
                id,
                models().similarity()));
  }

  private EncodeSpec encoder(String function) {
    return models().encoder(name + "." + function);
  }

  /** Read at each use, so that SET changes the model during a session. */
  private FunctionModels models() {
    return FunctionModels.of(SparkSession.active(), FunctionModels.CATALOGS + name + ".");
  }
}
