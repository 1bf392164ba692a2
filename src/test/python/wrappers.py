"""Run by PythonPackageTest in a real PySpark, against the session of the test's JVM."""

import sys

from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.linalg import SparseVector
from pyspark.sql import functions as F

import silverspark
from jvm_session import attach
from silverspark import functions as ss
from silverspark.ml import BiEncoderTrainer, PairScorer, SentenceEmbedder

MODEL = "builtin:all-MiniLM-L6-v2"
folder, cross, splade = sys.argv[1:4]

spark = attach()

silverspark.register(spark, model=MODEL, cross_model=cross, layers="1")
docs = spark.sql(
    "select * from values (1L, 'A dog runs.', 1d), (2L, 'The market fell.', 0d),"
    " (3L, 'Cats sleep.', 1d), (4L, 'Banks raise rates.', 0d) as t(id, text, label)"
)
docs.createOrReplaceTempView("docs")

row = docs.select(
    F.size(ss.embed("text")).alias("width"),
    ss.similarity("text", F.lit("A dog is running.")).alias("cosine"),
    ss.score_pair("text", F.lit("A dog is running.")).alias("score"),
).first()
assert row.width == 384, row
assert -1 <= row.cosine <= 1 and 0 <= row.score <= 1, row
best = docs.agg(ss.top_k(F.lit("dogs"), "text", "id", 2).alias("hits")).first().hits
assert [hit.id for hit in best][0] == 1 and len(best) == 2, best
assert spark.sql("select * from embed_table('docs', 'text')").columns[-1] == "embedding"

embedder = SentenceEmbedder(model=MODEL, layers=1, inputCol="text", outputCol="features")
assert embedder.getBatchSize() == 0 and embedder.getOutputType() == "vector"
pipeline = Pipeline(stages=[embedder, LogisticRegression()])
fitted = pipeline.fit(docs)
assert all(r.label == r.prediction for r in fitted.transform(docs).collect())
fitted.write().overwrite().save(folder + "/fitted")
loaded = PipelineModel.load(folder + "/fitted")
assert isinstance(loaded.stages[0], SentenceEmbedder) and loaded.stages[0].getLayers() == 1
assert all(r.label == r.prediction for r in loaded.transform(docs).collect())
copied = embedder.copy({embedder.outputCol: "other"})
assert copied.transform(docs).columns[-1] == "other" and embedder.getOutputCol() == "features"

vectors = embedder.copy().setOutputType("array").setOutputCol("embedding").transform(docs)
assert len(vectors.first().embedding) == 384
cut = embedder.copy().setOutputType("array").setOutputCol("embedding").setTruncateDim(7).transform(docs)
assert len(cut.first().embedding) == 7
found = silverspark.search(vectors.where("id = 1"), vectors, 1).first()
assert found.corpus_id == 1 and found["rank"] == 1, found
far = silverspark.search(vectors.where("id = 1"), vectors, 1, similarity="manhattan").first()
assert far.corpus_id == 1 and far.score == 0, far

pairs = docs.select(F.col("text").alias("first_text"), F.col("text").alias("second_text"), "label")
assert "score" in PairScorer(model=cross).transform(pairs).columns
trainer = BiEncoderTrainer(outputDir=folder + "/models", layers=1, batchSize=2, seed=7)
model = trainer.fit(pairs)
assert isinstance(model, SentenceEmbedder) and model.getModel().startswith(folder + "/models")
assert model.transform(docs).first().embedding.size == 384
trainer.save(folder + "/trainer")
assert BiEncoderTrainer.load(folder + "/trainer").getSeed() == 7
model.save(folder + "/model")
loaded = SentenceEmbedder.load(folder + "/model")
loaded.write().overwrite().save(folder + "/model")  # its model does not lie in what is overwritten
assert SentenceEmbedder.load(folder + "/model").transform(docs).first().embedding.size == 384

texts = spark.sql("select * from values (1L, 'a man plays the guitar'), (2L, 'it rains today') as t(id, text)")
sparse = SentenceEmbedder(model=splade, inputCol="text", outputCol="embedding", maxActiveDims=4)
vector = sparse.transform(texts).orderBy("id").first().embedding
assert isinstance(vector, SparseVector) and len(vector.indices) == 4 < vector.size, vector
silverspark.register(spark, model=splade, layers="0", max_active_dims=4)
struct = texts.orderBy("id").select(ss.embed("text").alias("embedding")).first().embedding
assert struct.indices == vector.indices.tolist(), (struct, vector)
assert all(abs(a - b) < 1e-5 for a, b in zip(struct["values"], vector.values)), (struct, vector)
same = texts.select(ss.similarity(ss.embed("text"), ss.embed("text")).alias("score")).first()
assert same.score > 0, same

for mistake, told in [
    (lambda: embedder.copy().setPrecision("fp64").transform(docs), "precision = 'fp64' is not valid: needs"),
    (lambda: embedder.copy().setInputCol("txt").transform(docs), "column 'txt' is not there"),
    (lambda: silverspark.search(vectors, vectors, 1, similarity="l2"), "similarity is 'l2', expected one of cosine"),
]:
    try:
        mistake()
    except Exception as error:
        assert told in str(error).splitlines()[0], error
    else:
        raise AssertionError(f"no error that says {told}")

print("all wrappers work")
