"""Handles of models: a reference with the work that it can do over DataFrames."""

from typing import Optional

from pyspark.sql import DataFrame, SparkSession

from silverspark.session import Table, call, frame, named, prepare, session, text, unique


class _Model:
    """A model by its reference."""

    def __init__(self, reference: str, spark: Optional[SparkSession] = None) -> None:
        self.reference = reference
        self._spark = spark

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.reference!r})"

    def __str__(self) -> str:
        return self.reference

    def push(
        self,
        repo: str,
        private: bool = False,
        revision: Optional[str] = None,
        message: Optional[str] = None,
        progress: bool = True,
    ) -> str:
        """Sends the model with its card to the Hugging Face Hub, by the token of the driver
        (``HF_TOKEN``); a model that is there already is not sent again.

        :param repo: ``organization/name``, made if it does not exist
        :param private: only its owners see it
        :param revision: branch; ``main`` by default
        :return: the address of the model
        """
        arguments = {
            "model": self.reference,
            "repo": repo,
            "private": str(private).lower(),
            "revision": revision,
            "message": message,
        }
        return call(session(spark=self._spark), "push", arguments, {}, progress).result


class SentenceEncoder(_Model):
    """A sentence encoder: ``builtin:all-MiniLM-L6-v2``, a directory of the driver or of a shared
    file system, or a model of the Hub."""

    def encode(
        self,
        data: Table,
        column: str,
        output_column: str = "embedding",
        prompt_name: Optional[str] = None,
        prompt: Optional[str] = None,
        long_texts: Optional[str] = None,
        spark: Optional[SparkSession] = None,
    ) -> DataFrame:
        """All columns and the embedding of a column of texts, ``array<float>``, computed by the
        executors in batches when the result is used; a null text gives null.

        :param prompt_name: the model's prompt put before each text, such as ``query``
        :param prompt: a prompt given as a text instead
        :param long_texts: ``cut`` (default), ``mean`` or ``late``: what becomes of texts with more
            tokens than the model takes
        """
        on = session(data, spark=spark or self._spark)
        prepare(on)
        options = {
            "output_column": output_column,
            "prompt_name": prompt_name,
            "prompt": prompt,
            "long_texts": long_texts,
            "model": self.reference,
        }
        more = "".join(f", {key} => {text(value)}" for key, value in options.items() if value is not None)
        name = text(named(data, unique()))
        return frame(on, f"SELECT * FROM embed_table({name}, {text(column)}{more})")

    def search(
        self, queries: Table, corpus: Table, k: int = 10, spark: Optional[SparkSession] = None
    ) -> DataFrame:
        """See :func:`silverspark.search`."""
        from silverspark.recipe import search

        return search(queries, corpus, k, model=self, spark=spark or self._spark)


class CrossEncoder(_Model):
    """A cross-encoder: it scores pairs of texts."""

    def predict(
        self,
        data: Table,
        first: str = "sentence1",
        second: str = "sentence2",
        output_column: str = "score",
        spark: Optional[SparkSession] = None,
    ) -> DataFrame:
        """All columns and the score of two columns of texts, 0 to 1, computed by the executors in
        batches when the result is used."""
        on = session(data, spark=spark or self._spark)
        prepare(on)
        name = text(named(data, unique()))
        return frame(
            on,
            f"SELECT * FROM score_table({name}, {text(first)}, {text(second)},"
            f" {text(output_column)}, model => {text(self.reference)})",
        )
