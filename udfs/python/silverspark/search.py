"""Semantic search over DataFrames."""

from pyspark.sql import DataFrame

from silverspark.session import jvm


SIMILARITIES = ("cosine", "dot", "euclidean", "manhattan")


def search(
    queries: DataFrame, corpus: DataFrame, k: int, similarity: str = "cosine"
) -> DataFrame:
    """The exact ``k`` nearest corpus rows of each query, across the executors.

    :param queries: columns ``id`` (bigint) and ``embedding`` (array of float)
    :param corpus: the same
    :param similarity: ``cosine``, ``dot``, or a negated distance: ``euclidean``, ``manhattan``
    :return: ``query_id``, ``corpus_id``, ``score``, ``rank`` from 1
    """
    if similarity not in SIMILARITIES:
        raise ValueError(f"similarity is {similarity!r}, expected one of {', '.join(SIMILARITIES)}")
    spark = queries.sparkSession
    packages = jvm(spark).io.silverspark
    by = packages.model.mining.VectorSimilarity.valueOf(similarity.upper())
    options = packages.udfs.search.SearchOptions.nearest(k).by(by)
    found = packages.udfs.search.SemanticSearch.search(queries._jdf, corpus._jdf, options)
    return DataFrame(found, spark)
