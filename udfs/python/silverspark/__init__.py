"""SilverSpark in PySpark: thin wrappers of the Java classes, no logic of their own.

The session needs the SilverSpark jars (``--jars`` or ``spark.jars``) and a JVM, that is, it is
not a Spark Connect session::

    import silverspark
    from silverspark import functions as ss
    from silverspark.ml import SentenceEmbedder

    silverspark.register(spark, model="builtin:all-MiniLM-L6-v2")
    spark.table("docs").select(ss.embed("text"))
    SentenceEmbedder(model="builtin:all-MiniLM-L6-v2", inputCol="text").transform(df)
"""

from silverspark.session import register
from silverspark.search import search

__all__ = ["register", "search"]
