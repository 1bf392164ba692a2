"""What all of the package goes through: SQL, which is the same on a session with a JVM of its own and
on Spark Connect."""

import sys
import time
import uuid
from typing import Dict, List, Mapping, NamedTuple, Optional, Union, cast

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

CATALOG = "ml"
_CATALOG_CLASS = "io.silverspark.udfs.SilverSparkCatalog"
_KEY = f"spark.sql.catalog.{CATALOG}"

#: A DataFrame, or the name of a table or view.
Table = Union[DataFrame, str]


class SilverSparkError(Exception):
    """What was wrong, in one line or a few: a mistake of the caller or a failure of the work."""


class Result(NamedTuple):
    """What a call made: ``kind`` is ``table``, ``model`` or ``url``."""

    kind: str
    result: str
    details: str


def session(*tables: Optional[Table], spark: Optional[SparkSession] = None) -> SparkSession:
    """The session of the first DataFrame, else the given one, else the active one."""
    for table in tables:
        if table is not None and not isinstance(table, str):
            return table.sparkSession
    found = spark or SparkSession.getActiveSession()
    if found is None:
        raise SilverSparkError("there is no Spark session: start one, or pass spark=")
    return found


def register(
    spark: SparkSession,
    model: Optional[str] = None,
    cross_model: Optional[str] = None,
    **options: object,
) -> None:
    """Makes ``ml.embed``, ``ml.embed_query``, ``ml.embed_document``, ``ml.similarity``,
    ``ml.score_pair``, ``ml.top_k`` and the table functions ``embed_table``, ``score_table``,
    ``top_k_table`` ready in this session, also one of Spark Connect.

    :param model: sentence encoder, such as ``builtin:all-MiniLM-L6-v2`` or a directory
    :param cross_model: cross-encoder, for ``score_pair`` and ``score_table``
    :param options: ``layers``, ``precision``, ``device``, ``max_seq_length``,
        ``truncate_dim``, ``max_active_dims``, ``batch_rows``, ``prompt`` or ``prompt_name``, ``query_prompt`` or
        ``query_prompt_name``, ``corpus_prompt`` or ``corpus_prompt_name``, ``match_class``,
        ``similarity``, ``runs_dir`` (where the recipe keeps its runs)
    """
    settings = {key.replace("_", "-"): str(value) for key, value in options.items()}
    if model is not None:
        settings["model"] = str(model)
    if cross_model is not None:
        settings["cross-model"] = str(cross_model)
    for key, value in settings.items():
        spark.conf.set(f"{_KEY}.{key}", value)
    prepare(spark)


def prepare(spark: SparkSession) -> None:
    """The catalog and the table functions, if this session has none yet."""
    if not spark.conf.get(_KEY, ""):
        spark.conf.set(_KEY, _CATALOG_CLASS)
    rows(spark, f"CALL {CATALOG}.register()")


def rows(spark: SparkSession, statement: str) -> List[tuple]:
    """The rows of a statement."""
    try:
        return [tuple(row) for row in spark.sql(statement).collect()]
    except PySparkException as error:
        raise SilverSparkError(told(error)) from None


def frame(spark: SparkSession, statement: str) -> DataFrame:
    """The DataFrame of a statement, whose analysis shows mistakes at once."""
    try:
        found = spark.sql(statement)
        found.schema
        return found
    except PySparkException as error:
        raise SilverSparkError(told(error)) from None


def computed(spark: SparkSession, statement: str) -> DataFrame:
    """The DataFrame of a statement, computed now and kept by Spark. On Spark Connect each use of a
    statement would compute it again."""
    try:
        return spark.sql(statement).localCheckpoint()
    except PySparkException as error:
        raise SilverSparkError(told(error)) from None


def told(error: Exception) -> str:
    """The line of an error of Spark that says what is wrong, without the JVM's stack."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    first = lines[0] if lines else type(error).__name__
    for name in ("io.silverspark.model.error.UserException", "UserException"):
        for line in lines:
            if name + ": " in line:
                return line.split(name + ": ", 1)[1]
    return first.split(") ", 1)[1] if first.startswith("(") and ") " in first else first


def text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def named(table: Table, place: str) -> str:
    """The name of a table, or of a temporary view that stands for a DataFrame."""
    if isinstance(table, str):
        return table
    view = f"silverspark_{place}"
    table.createOrReplaceTempView(view)
    return view


def unique() -> str:
    """Part of the name of a view that no other call has."""
    return uuid.uuid4().hex[:12]


def call(
    spark: SparkSession,
    procedure: str,
    arguments: Mapping[str, Optional[object]],
    settings: Mapping[str, object],
    progress: bool = True,
) -> Result:
    """Runs a procedure in the driver and waits for it; its lines go to standard error. An interrupt
    of Python stops it.

    :raises SilverSparkError: if it is refused or fails
    """
    prepare(spark)
    identity = uuid.uuid4().hex
    start = "CALL %s.start(%s, %s, %s, %s)" % (
        CATALOG,
        text(identity),
        text(procedure),
        _map({key: str(value) for key, value in arguments.items() if value is not None}),
        _map({key: _plain(value) for key, value in settings.items()}),
    )
    rows(spark, start)
    seen, pause = 0, 0.05
    try:
        while True:
            answer = rows(spark, f"CALL {CATALOG}.progress({text(identity)}, '{seen}')")
            lines = [str(line) for state, line in answer if state == "line"]
            seen += len(lines)
            if progress:
                for line in lines:
                    print(line, file=sys.stderr, flush=True)
            state = cast(str, answer[-1][0])
            if state != "running":
                break
            time.sleep(pause)
            pause = min(1.0, pause * 1.5)
    except KeyboardInterrupt:
        rows(spark, f"CALL {CATALOG}.stop({text(identity)})")
        raise
    ended = [value for name, value in answer if name == state]
    if state != "done":
        raise SilverSparkError(str(ended[0]))
    return Result(*(str(value) for value in ended))


def _map(values: Dict[str, str]) -> str:
    pairs = ", ".join(f"{text(key)}, {text(value)}" for key, value in values.items())
    return f"map({pairs})" if pairs else "NULL"


def _plain(value: object) -> str:
    """A setting as the command line writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_quoted(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(k)}: {_quoted(v)}" for k, v in value.items()) + "}"
    return str(value)


def _quoted(value: object) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _plain(value)
