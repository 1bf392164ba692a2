"""The recipe over DataFrames and tables: mine, train, label, encode, search, evaluate.

Work that makes tables or models is done at once, by the jobs of the command line, in a run of its own
below ``runs_dir`` (:func:`silverspark.register`); each setting of ``conf/README.md`` is a keyword:
``epochs=3`` is ``train.epochs`` of a sentence encoder and ``cross.epochs`` of a cross-encoder, others
are given as ``**{"model.layers": 3}``. Called again with the same arguments after it was killed, a
training goes on from its last checkpoint. The lines of its progress go to standard error."""

import zlib
from typing import Dict, Mapping, Optional, Sequence, Union

from pyspark.sql import DataFrame, SparkSession

from silverspark.models import CrossEncoder, SentenceEncoder
from silverspark.session import (
    Table,
    call,
    computed,
    frame,
    named,
    prepare,
    session,
    text,
    unique,
)

#: A handle of a model, or its reference: ``builtin:...``, a directory, an id of the Hub.
Model = Union[str, SentenceEncoder, CrossEncoder]

BUILTIN = "builtin:all-MiniLM-L6-v2"
SIMILARITIES = ("cosine", "dot", "euclidean", "manhattan")


def mine(
    data: Table,
    anchor: Optional[str] = None,
    positive: Optional[str] = None,
    *,
    model: Model = BUILTIN,
    corpus: Optional[Table] = None,
    corpus_column: Optional[str] = None,
    num_negatives: Optional[int] = None,
    output: Optional[str] = None,
    output_format: Optional[str] = None,
    spark: Optional[SparkSession] = None,
    progress: bool = True,
    **settings: object,
) -> DataFrame:
    """Mines hard negatives: texts that the model finds similar to an anchor although they are not its
    positives.

    :param data: pairs, such as questions with their answers
    :param anchor: column of anchors; else ``anchor``, ``question`` or ``query``
    :param positive: column of positives; else ``positive``, ``answer`` or ``document``
    :param corpus: table whose texts may be negatives, beside all positives
    :param corpus_column: its column of texts, ``text`` by default
    :param num_negatives: triplets made for each anchor, 1 by default
    :param output: a Delta table to write them to, a path or ``catalog:NAME.SCHEMA.TABLE``; by default
        one of the run
    :param output_format: as in sentence-transformers: ``triplet`` (the default), ``n-tuple``,
        ``labeled-pair``, ``labeled-list``
    :param settings: ``relative_margin=0.05``, ``range_max=50``, ``output_scores=True`` and other
        settings of mining
    :return: ``anchor``, ``positive``, ``negative`` (or the columns of the format) with their scores,
        for :func:`train_bi_encoder`
    """
    on = session(data, corpus, spark=spark)
    place = unique()
    if num_negatives is not None:
        settings["mine.negativesPerAnchor"] = num_negatives
    if output_format is not None:
        settings["mine.outputFormat"] = output_format
    arguments = {
        "input": named(data, "mine_" + place),
        "anchor": anchor,
        "positive": positive,
        "model": str(model),
        "corpus": None if corpus is None else named(corpus, "corpus_" + place),
        "corpus_column": corpus_column,
        "output": output,
    }
    made = call(on, "mine", arguments, settings, progress)
    found = frame(on, f"SELECT * FROM {made.result}")
    return found.orderBy("row") if "row" in found.columns else found


def train_bi_encoder(
    data: Table,
    *,
    base: Model = BUILTIN,
    output: Optional[str] = None,
    loss: Optional[str] = None,
    columns: Optional[Mapping[str, str]] = None,
    max_score: float = 1.0,
    validation: Optional[Table] = None,
    spark: Optional[SparkSession] = None,
    progress: bool = True,
    **settings: object,
) -> SentenceEncoder:
    """Fine-tunes a sentence encoder. The columns say what it learns from: ``anchor``, ``positive``
    and ``negative``; ``anchor`` and ``positive``; ``sentence1``, ``sentence2`` and ``score``;
    ``premise``, ``hypothesis`` and ``label``; ``text`` and ``label``.

    :param base: model to start from
    :param output: directory of the model, of the driver or of a shared file system; by default one of
        the run
    :param loss: by its name in sentence-transformers, such as ``MultipleNegativesRankingLoss``; by
        default one that suits the columns
    :param columns: names of the columns by these roles, where they have others
    :param max_score: the score of a pair that means the same
    :param validation: graded pairs, for ``evaluation_steps``
    :param settings: ``epochs``, ``batch_size``, ``learning_rate`` and other settings of training
    """
    on = session(data, validation, spark=spark)
    arguments = _training(data, base, output, loss, columns, max_score, validation)
    made = call(on, "train_bi_encoder", arguments, settings, progress)
    return SentenceEncoder(made.result, on)


def train_cross_encoder(
    data: Table,
    *,
    base: Model = BUILTIN,
    output: Optional[str] = None,
    loss: Optional[str] = None,
    columns: Optional[Mapping[str, str]] = None,
    max_score: float = 1.0,
    validation: Optional[Table] = None,
    spark: Optional[SparkSession] = None,
    progress: bool = True,
    **settings: object,
) -> CrossEncoder:
    """Fine-tunes a cross-encoder on pairs: ``sentence1``, ``sentence2`` and ``score``; ``premise``,
    ``hypothesis`` and ``label``; ``anchor`` and ``positive``. Parameters as those of
    :func:`train_bi_encoder`; settings without a dot are those of the group ``cross``."""
    on = session(data, validation, spark=spark)
    arguments = _training(data, base, output, loss, columns, max_score, validation)
    made = call(on, "train_cross_encoder", arguments, settings, progress)
    return CrossEncoder(made.result, on)


def label(
    data: Table,
    model: Model,
    first: str = "sentence1",
    second: str = "sentence2",
    output_column: str = "score",
    spark: Optional[SparkSession] = None,
) -> DataFrame:
    """Silver labels: the scores, 0 to 1, that a cross-encoder gives to pairs of texts. The executors
    score when the result is used; write it to a table to score once."""
    return CrossEncoder(str(model)).predict(data, first, second, output_column, spark)


def encode(
    data: Table,
    column: str,
    model: Model = BUILTIN,
    output_column: str = "embedding",
    prompt_name: Optional[str] = None,
    prompt: Optional[str] = None,
    long_texts: Optional[str] = None,
    spark: Optional[SparkSession] = None,
) -> DataFrame:
    """See :meth:`SentenceEncoder.encode`."""
    return SentenceEncoder(str(model)).encode(
        data, column, output_column, prompt_name, prompt, long_texts, spark
    )


def search(
    queries: Table,
    corpus: Table,
    k: int = 10,
    similarity: Optional[str] = None,
    model: Optional[Model] = None,
    spark: Optional[SparkSession] = None,
) -> DataFrame:
    """The exact ``k`` nearest corpus rows of each query, across the executors, found now.

    :param queries: columns ``id`` (integer) and ``embedding`` (array of float), or ``id`` and
        ``text``, which the model embeds behind its prompt ``query``
    :param corpus: the same; texts are embedded behind the prompt ``document``
    :param similarity: ``cosine``, ``dot``, or a negated distance: ``euclidean``, ``manhattan``; by
        default the model's, the cosine without a model
    :return: ``query_id``, ``corpus_id``, ``score``, ``rank`` from 1
    """
    if similarity is not None and similarity not in SIMILARITIES:
        raise ValueError(f"similarity is {similarity!r}, expected one of {', '.join(SIMILARITIES)}")
    on = session(queries, corpus, spark=spark)
    prepare(on)
    place = unique()
    names = [named(queries, "queries_" + place), named(corpus, "corpus_" + place)]
    more = "" if model is None else f", model => {text(str(model))}"
    more += "" if similarity is None else f", similarity => {text(similarity)}"
    return computed(on, f"SELECT * FROM top_k_table({text(names[0])}, {text(names[1])}, {int(k)}{more})")


def evaluate(
    model: Union[Model, Sequence[Model], Mapping[str, Model]],
    *,
    sts: Optional[Table] = None,
    pairs: Optional[Table] = None,
    nli: Optional[Table] = None,
    max_score: float = 1.0,
    spark: Optional[SparkSession] = None,
    progress: bool = True,
    **settings: object,
) -> DataFrame:
    """Measures models, with bootstrap intervals.

    :param model: one, several, or several by their names
    :param sts: ``sentence1``, ``sentence2``, ``score``: correlation of similarity and score
    :param pairs: ``anchor`` and ``positive``: search over all positives
    :param nli: ``premise``, ``hypothesis``, ``label``: triplets, classified pairs and reranking
    :param max_score: the highest score of ``sts``
    :param settings: ``tasks="NanoBEIR"`` with ``**{"data.dir": ...}`` and other settings of evaluation
    :return: ``name`` of the model, ``dataset``, ``metric``, ``value``, ``low``, ``high``, ``rows``
    """
    on = session(sts, pairs, nli, spark=spark)
    place = unique()
    given = {"sts": sts, "pairs": pairs, "nli": nli}
    arguments: Dict[str, Optional[object]] = {
        kind: None if table is None else named(table, f"{kind}_{place}")
        for kind, table in given.items()
    }
    arguments.update(model=_models(model), max_score=max_score)
    made = call(on, "evaluate", arguments, settings, progress)
    return frame(
        on,
        f"SELECT name, dataset, metric, value, low, high, rows FROM {made.result}"
        " ORDER BY dataset, metric, name",
    )


def _models(model: Union[Model, Sequence[Model], Mapping[str, Model]]) -> str:
    if isinstance(model, Mapping):
        return ",".join(f"{name}={each}" for name, each in model.items())
    if isinstance(model, (str, SentenceEncoder, CrossEncoder)):
        return str(model)
    return ",".join(str(each) for each in model)


def _training(
    data: Table,
    base: Model,
    output: Optional[str],
    loss: Optional[str],
    columns: Optional[Mapping[str, str]],
    max_score: float,
    validation: Optional[Table],
) -> Dict[str, Optional[object]]:
    # A training that was killed is found again by its arguments, names of views among them.
    place = unique() if output is None else f"{zlib.crc32(output.encode()):08x}"
    arguments: Dict[str, Optional[object]] = dict(columns or {})
    arguments.update(
        input=named(data, "train_" + place),
        base=str(base),
        output=output,
        loss=loss,
        max_score=max_score,
        validation=None if validation is None else named(validation, "validation_" + place),
    )
    return arguments
