"""Makes the SQL functions ready in a session that is open already."""

from typing import Any, Dict, Optional

from pyspark.sql import SparkSession


def jvm(spark: SparkSession) -> Any:
    """The Java side of a session; refuses a Spark Connect session, which has none."""
    if not hasattr(spark, "_jvm"):
        raise TypeError(
            "silverspark needs a session with a JVM of its own; this is a Spark Connect session: "
            "set spark.sql.catalog.ml on the server and use SQL (docs/sql.md)"
        )
    return spark._jvm


def register(
    spark: SparkSession,
    model: Optional[str] = None,
    cross_model: Optional[str] = None,
    **options: str,
) -> None:
    """Registers ``ml.embed``, ``ml.embed_query``, ``ml.embed_document``, ``ml.similarity``,
    ``ml.score_pair``, ``ml.top_k`` and the table functions ``embed_table``, ``score_table``, ``top_k_table``.

    :param model: sentence encoder, such as ``builtin:all-MiniLM-L6-v2`` or a directory
    :param cross_model: cross-encoder, for ``score_pair`` and ``score_table``
    :param options: ``layers``, ``precision``, ``device``, ``max_seq_length``,
        ``truncate_dim``, ``batch_rows``,
        ``prompt`` or ``prompt_name``, ``query_prompt`` or ``query_prompt_name``, ``corpus_prompt``
        or ``corpus_prompt_name``, ``match_class``, ``similarity``
    """
    settings: Dict[str, str] = {key.replace("_", "-"): str(value) for key, value in options.items()}
    if model is not None:
        settings["model"] = model
    if cross_model is not None:
        settings["cross-model"] = cross_model
    jvm(spark).io.silverspark.udfs.UdfRegistry.registerSql(spark._jsparkSession, settings)
