"""Semantic search over DataFrames."""

from pyspark.sql import DataFrame

from silverspark.session import jvm


def search(queries: DataFrame, corpus: DataFrame, k: int) -> DataFrame:
    """The exact ``k`` nearest corpus rows of each query, by cosine, across the executors.

    :param queries: columns ``id`` (bigint) and ``embedding`` (array of float)
    :param corpus: the same
    :return: ``query_id``, ``corpus_id``, ``score``, ``rank`` from 1
    """
    spark = queries.sparkSession
    udfs = jvm(spark).io.silverspark.udfs
    found = udfs.SemanticSearch.search(queries._jdf, corpus._jdf, udfs.SearchOptions.nearest(k))
    return DataFrame(found, spark)
