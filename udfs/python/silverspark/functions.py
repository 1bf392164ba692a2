"""The SQL functions as columns. A ``str`` is the name of a column, as everywhere in PySpark; use
``pyspark.sql.functions.lit`` for a text. Each takes the name of the catalog, ``ml`` by default."""

from typing import Union

from pyspark.sql import Column
from pyspark.sql.functions import call_function, lit

ColumnOrName = Union[Column, str]


def embed(text: ColumnOrName, catalog: str = "ml") -> Column:
    """The embedding of a text, ``array<float>``."""
    return call_function(f"{catalog}.embed", text)


def similarity(first: ColumnOrName, second: ColumnOrName, catalog: str = "ml") -> Column:
    """The cosine of two texts or of two stored embeddings."""
    return call_function(f"{catalog}.similarity", first, second)


def score_pair(first: ColumnOrName, second: ColumnOrName, catalog: str = "ml") -> Column:
    """The cross-encoder's score of two texts, 0 to 1."""
    return call_function(f"{catalog}.score_pair", first, second)


def top_k(
    query: ColumnOrName, candidate: ColumnOrName, id: ColumnOrName, k: int, catalog: str = "ml"
) -> Column:
    """Aggregate: the ``k`` candidates of a group most similar to the query, best first, as
    ``array<struct<id, score>>``. Query and candidate are both texts or both embeddings."""
    return call_function(f"{catalog}.top_k", query, candidate, id, lit(k))
