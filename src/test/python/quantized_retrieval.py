"""How much of the NDCG@10 of float embeddings is left after quantising, for docs/benchmarks.md.

    python src/test/python/quantized_retrieval.py texts MNLI_DIRECTORY OUT
    conf/silverspark encode --input OUT/queries.txt --output OUT/queries.jsonl
    conf/silverspark encode --input OUT/corpus.txt --output OUT/corpus.jsonl
    python src/test/python/quantized_retrieval.py measure OUT

MNLI_DIRECTORY holds Parquet files with premise, hypothesis and label. Queries are 1,000 hypotheses of five words or
more that follow from their premise, which is the one right answer; the corpus is their premises and other sentences,
20,000 in all.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sentence_transformers.util.quantization import quantize_embeddings

CORPUS = 20_000
QUERIES = 1_000
CALIBRATION = 10_000


def texts(source: Path, out: Path) -> None:
    rows = pd.concat([pd.read_parquet(file) for file in sorted(source.glob("*.parquet"))]).dropna()
    entailed = rows[rows.label == 0].drop_duplicates("premise")
    entailed = entailed[entailed.hypothesis.str.split().str.len() >= 5].sample(QUERIES, random_state=1)
    queries, answers = entailed.hypothesis.tolist(), entailed.premise.tolist()
    others = pd.concat([rows.premise, rows.hypothesis]).drop_duplicates().sample(frac=1, random_state=2)
    taken = set(queries) | set(answers)
    corpus = list(dict.fromkeys(answers))
    corpus += [text for text in others if text not in taken][: CORPUS - len(corpus)]
    out.mkdir(parents=True, exist_ok=True)
    for name, lines in (("queries", queries), ("corpus", corpus)):
        (out / f"{name}.txt").write_text("".join(" ".join(line.split()) + "\n" for line in lines))
    positions = {text: position for position, text in enumerate(corpus)}
    (out / "answers.json").write_text(json.dumps([positions[answer] for answer in answers]))


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
    tell("int8", best(queries @ int8.T.astype(np.float32), 10))

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
