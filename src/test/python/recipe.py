"""Run by PythonRecipeTest: the whole recipe, in a session of the test's JVM or over Spark Connect.

    python recipe.py FOLDER [sc://HOST:PORT]
"""

import contextlib
import io
import sys

import silverspark
from silverspark import functions as ss

folder = sys.argv[1]
if len(sys.argv) > 2:
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.remote(sys.argv[2]).getOrCreate()
else:
    from jvm_session import attach

    spark = attach()

silverspark.register(spark, model="builtin:all-MiniLM-L6-v2", layers=1, precision="fp32", runs_dir=folder + "/runs")
PARTS = "wheel door lamp seat horn belt pump fuse lock tyre brake mirror".split()
tickets = spark.sql(
    "SELECT * FROM VALUES "
    + ", ".join(
        f"({i}, 'How do I mend the {part} of my car?', 'To mend the {part}, turn screw {i}.')"
        for i, part in enumerate(PARTS)
    )
    + " AS t(ticket, question, answer)"
)
QUICK = {"model.layers": 1, "model.precision": "fp32", "run.seed": 7}

told = io.StringIO()
with contextlib.redirect_stderr(told):
    triplets = silverspark.mine(tickets, anchor="question", positive="answer", num_negatives=2, **QUICK)
assert "triplets: 24 rows" in told.getvalue(), told.getvalue()
rows = triplets.collect()
assert len(rows) == 24 and all(row.negative != row.positive for row in rows), rows

with contextlib.redirect_stderr(io.StringIO()):
    tuples = silverspark.mine(tickets, output_format="n-tuple", num_negatives=2, **QUICK)
assert tuples.columns == ["anchor", "positive", "negative_1", "negative_2"], tuples.columns

model = silverspark.train_bi_encoder(
    tuples,
    output=folder + "/tickets",
    loss="MultipleNegativesRankingLoss",
    epochs=1,
    batch_size=12,
    **{**QUICK, "train.precision": "fp32"},
)
assert repr(model) == f"SentenceEncoder('{folder}/tickets')", model

embedded = model.encode(tickets, "question")
assert embedded.columns == ["ticket", "question", "answer", "embedding"]
assert len(embedded.first().embedding) == 384
assert tickets.select(ss.embed("question").alias("v")).first().v != embedded.first().embedding

queries = tickets.selectExpr("ticket AS id", "question AS text")
corpus = tickets.selectExpr("ticket AS id", "answer AS text")
found = silverspark.search(queries, corpus, k=2, model=model).where("rank = 1").collect()
assert sum(row.query_id == row.corpus_id for row in found) >= 10, found

pairs = tickets.selectExpr(
    "question AS sentence1", "answer AS sentence2", "ticket % 2 AS score"
)
with contextlib.redirect_stderr(io.StringIO()) as told:
    silverspark.train_bi_encoder(triplets, loss="TripletLoss", epochs=1, **QUICK)
assert "triplets: 24 rows" in told.getvalue(), told.getvalue()

cross = silverspark.train_cross_encoder(pairs, epochs=1, **{**QUICK, "cross.precision": "fp32"})
silver = silverspark.label(pairs.drop("score"), model=cross)
assert all(0 <= row.score <= 1 for row in silver.collect())
again = silverspark.train_bi_encoder(silver, loss="CosineSimilarityLoss", **QUICK)
assert again.reference.endswith("/models/gold"), again

measured = silverspark.evaluate({"new": model, "old": "builtin:all-MiniLM-L6-v2"}, sts=pairs, pairs=tickets)
values = {(row.name, row.metric): row.value for row in measured.collect()}
assert ("new", "spearman_cosine") in values and ("old", "spearman_cosine") in values, values

for mistake, words in [
    (lambda: silverspark.mine(tickets, anchor="qestion"), "has the columns ticket, question, answer"),
    (lambda: silverspark.mine(tickets, epochs=2), "mine.epochs"),
    (lambda: silverspark.train_bi_encoder(tickets, loss="TripletLoss"), "does not fit"),
    (lambda: model.encode(tickets, "body"), "body"),
    (lambda: model.push("nobody"), "expected organisation/name"),
    (lambda: silverspark.mine("no_such_table"), "no_such_table"),
]:
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            mistake()
    except silverspark.SilverSparkError as error:
        assert words in str(error) and "\tat " not in str(error), error
    else:
        raise AssertionError(f"no error that says {words}")

print("the whole recipe works")
