"""The SQL functions as columns. A ``str`` is the name of a column, as everywhere in PySpark; use
``pyspark.sql.functions.lit`` for a text. Each takes the name of the catalog, ``ml`` by default."""

from typing import Optional, Union

from pyspark.sql import Column
from pyspark.sql.functions import call_function, lit

ColumnOrName = Union[Column, str]


def embed(
    text: ColumnOrName, catalog: str = "ml", prompt_name: Optional[str] = None
) -> Column:
    """The embedding of a text, ``array<float>``.

    :param prompt_name: the model's prompt put before the text, such as ``query``; an
        empty name is no prompt; ``None`` is the model's default prompt
    """
    if prompt_name is None:
        return call_function(f"{catalog}.embed", text)
    return call_function(f"{catalog}.embed", text, lit(prompt_name))


def embed_query(text: ColumnOrName, catalog: str = "ml") -> Column:
    """The embedding of a text that searches: behind the model's prompt "query", if it has one."""
    return call_function(f"{catalog}.embed_query", text)


def embed_document(text: ColumnOrName, catalog: str = "ml") -> Column:
    """The embedding of a text that is searched: behind the model's prompt "document", if any."""
    return call_function(f"{catalog}.embed_document", text)


def similarity(first: ColumnOrName, second: ColumnOrName, catalog: str = "ml") -> Column:
    """The similarity of two texts or of two stored embeddings, the cosine unless the model or the
    catalog's ``similarity`` says otherwise."""
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


def quantize_int8(
    embedding: ColumnOrName, minimum: ColumnOrName, maximum: ColumnOrName, catalog: str = "ml"
) -> Column:
    """A stored embedding in 256 steps of the ranges, -128 to 127, ``array<tinyint>``."""
    return call_function(f"{catalog}.quantize_int8", embedding, minimum, maximum)


def quantize_uint8(
    embedding: ColumnOrName, minimum: ColumnOrName, maximum: ColumnOrName, catalog: str = "ml"
) -> Column:
    """A stored embedding in 256 steps of the ranges, 0 to 255, ``array<smallint>``."""
    return call_function(f"{catalog}.quantize_uint8", embedding, minimum, maximum)


def quantize_binary(embedding: ColumnOrName, catalog: str = "ml") -> Column:
    """The bits of a stored embedding, eight in a number -128 to 127, ``array<tinyint>``."""
    return call_function(f"{catalog}.quantize_binary", embedding)


def quantize_ubinary(embedding: ColumnOrName, catalog: str = "ml") -> Column:
    """The bits of a stored embedding, eight in a number 0 to 255, ``array<smallint>``."""
    return call_function(f"{catalog}.quantize_ubinary", embedding)
