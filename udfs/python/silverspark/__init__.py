"""SilverSpark in PySpark: sentence-embedding models trained and used over DataFrames and tables.

The session, with a JVM of its own or of Spark Connect, needs the SilverSpark jars on the class path of
its driver (``--jars`` or ``spark.jars``), and Delta::

    import silverspark

    triplets = silverspark.mine(spark.table("tickets"), anchor="question", positive="answer")
    model = silverspark.train_bi_encoder(triplets, output="/models/tickets")
    silverspark.search(queries, corpus, k=10, model=model)
    model.push("org/tickets")

``silverspark.functions`` has the SQL functions as columns; ``silverspark.ml`` the stages of Spark ML,
which need a session with a JVM of its own.
"""

from silverspark._version import VERSION as __version__
from silverspark._version import jar_coordinates
from silverspark.models import CrossEncoder, SentenceEncoder
from silverspark.recipe import (
    encode,
    evaluate,
    label,
    mine,
    search,
    train_bi_encoder,
    train_cross_encoder,
)
from silverspark.session import SilverSparkError, register

__all__ = [
    "CrossEncoder",
    "SentenceEncoder",
    "SilverSparkError",
    "__version__",
    "encode",
    "evaluate",
    "jar_coordinates",
    "label",
    "mine",
    "register",
    "search",
    "train_bi_encoder",
    "train_cross_encoder",
]
