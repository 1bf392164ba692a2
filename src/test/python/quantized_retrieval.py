"""How much of the NDCG@10 of float embeddings is left after quantising, for docs/benchmarks.md.

    python src/test/python/quantized_retrieval.py texts DATA OUT
    conf/silverspark encode --input OUT/queries.txt --output OUT/queries.jsonl
    conf/silverspark encode --input OUT/corpus.txt --output OUT/corpus.jsonl
    python src/test/python/quantized_retrieval.py measure OUT

DATA holds glue/mnli, glue/stsb and banking77, Parquet files of the Hub. Queries are 1,000 hypotheses of five words or
more that follow from their premise, which is the one right answer. The corpus is 100,000 different texts: these
premises, all other texts of DATA, and, where these are too few, single sentences of texts that have several.
"""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sentence_transformers.util.quantization import quantize_embeddings

CORPUS = 100_000
QUERIES = 1_000
CALIBRATION = 10_000


def texts(source: Path, out: Path) -> None:
    mnli = parquet(source / "glue/mnli").dropna()
    entailed = mnli[mnli.label == 0].drop_duplicates("premise")
    long = entailed.hypothesis.str.split().str.len() >= 5
    entailed = entailed[long & ~entailed.hypothesis.isin(mnli.premise)].sample(QUERIES, random_state=1)
    queries, answers = entailed.hypothesis.tolist(), entailed.premise.tolist()
    stsb, banking = parquet(source / "glue/stsb"), parquet(source / "banking77")
    columns = [mnli.premise, mnli.hypothesis, stsb.sentence1, stsb.sentence2, banking.text]
    others = pd.concat(columns).dropna().drop_duplicates().sample(frac=1, random_state=2).tolist()
    sentences = [part for text in others for part in re.split(r"(?<=[.!?])\s+", text) if len(part.split()) >= 5]
    taken = {line(text) for text in queries}
    corpus = list(dict.fromkeys(line(text) for text in answers + others + sentences))
    corpus = [text for text in corpus if text and text not in taken][:CORPUS]
    out.mkdir(parents=True, exist_ok=True)
    for name, lines in (("queries", [line(text) for text in queries]), ("corpus", corpus)):
        (out / f"{name}.txt").write_text("".join(text + "\n" for text in lines))
    positions = {text: position for position, text in enumerate(corpus)}
    (out / "answers.json").write_text(json.dumps([positions[line(answer)] for answer in answers]))
    print(f"{len(corpus)} texts, {len(corpus) - len(set(corpus) & {line(text) for text in others})} of them sentences")


def parquet(directory: Path) -> pd.DataFrame:
    return pd.concat([pd.read_parquet(file) for file in sorted(directory.glob("*.parquet"))])


def line(text: str) -> str:
    return " ".join(text.split())


def best(scores: np.ndarray, count: int) -> np.ndarray:
    return np.argsort(-scores, axis=1, kind="stable")[:, :count]


def ndcg(found: np.ndarray, answers: np.ndarray) -> float:
    hits = found == answers[:, None]
    return float((hits / np.log2(np.arange(found.shape[1]) + 2)).sum() / len(answers))


def measure(out: Path) -> None:
    queries, corpus = (
        np.array([json.loads(line)["embedding"] for line in open(out / f"{name}.jsonl")], np.float32)
        for name in ("queries", "corpus")
    )
    answers = np.array(json.loads((out / "answers.json").read_text()))
    exact = best(queries @ corpus.T, 10)
    whole = ndcg(exact, answers)
    print(f"float32: NDCG@10 {whole:.4f}")

    def tell(name: str, found: np.ndarray) -> None:
        recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(found, exact)])
        print(f"{name}: {ndcg(found, answers) / whole:.4f} of it, recall@10 {recall:.4f}")

    int8 = quantize_embeddings(corpus, "int8", calibration_embeddings=corpus[:CALIBRATION])
    tell("int8 as numbers", best(queries @ int8.T.astype(np.float32), 10))
    starts = corpus[:CALIBRATION].min(axis=0)
    steps = (corpus[:CALIBRATION].max(axis=0) - starts) / 255
    middles = starts + np.minimum(int8.astype(np.float32) + 128.5, 255) * steps
    tell("int8 as the middle of its steps", best(queries @ middles.T, 10))

    bits = np.unpackbits(quantize_embeddings(corpus, "ubinary"), axis=1).astype(np.float32)
    asked = np.unpackbits(quantize_embeddings(queries, "ubinary"), axis=1).astype(np.float32)
    differing = asked.sum(1)[:, None] + bits.sum(1)[None] - 2 * asked @ bits.T
    tell("binary, bits alone", best(-differing, 10))
    scores = queries @ bits.T
    for multiplier in (1, 2, 4, 10):
        candidates = best(-differing, 10 * multiplier)
        order = best(np.take_along_axis(scores, candidates, 1), 10)
        tell(f"binary, rescored x {multiplier}", np.take_along_axis(candidates, order, 1))


if __name__ == "__main__":
    if sys.argv[1] == "texts":
        texts(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        measure(Path(sys.argv[2]))
