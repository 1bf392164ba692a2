"""Negatives that mine_hard_negatives finds for each similarity_fn_name, for PeerMiningTest, and its rows in each
output_format, for MinedRowsTest.

    python src/test/python/mining_golden.py src/test/resources/io/silverspark/model/mining

Reads the vectors of mining-sentence-transformers-6.0.1.json there and writes similarities-sentence-transformers-6.0.1.json
and formats-sentence-transformers-6.0.1.json.
No model is run: the "model" is a table of vectors of different lengths.
"""

import json
import sys
from pathlib import Path

import numpy
import sentence_transformers
import torch
from datasets import Dataset
from sentence_transformers import SimilarityFunction
from sentence_transformers.util import mine_hard_negatives

folder = Path(sys.argv[1])
given = json.loads((folder / "mining-sentence-transformers-6.0.1.json").read_text())


def scaled(rows):
    return {i: numpy.float32(row) * numpy.float32(1 + i % 5 / 2) for i, row in enumerate(rows)}


QUERIES = {f"q{i}": vector for i, vector in scaled(given["queries"]).items()}
CORPUS = {f"c{i}": vector for i, vector in scaled(given["corpus"]).items()}


class Table:
    """What mine_hard_negatives asks of a model."""

    device = torch.device("cpu")

    def __init__(self, name):
        self.similarity = SimilarityFunction.to_similarity_fn(name)
        self.similarity_pairwise = SimilarityFunction.to_similarity_pairwise_fn(name)

    def encode(self, texts, table, normalize_embeddings):
        vectors = torch.tensor(numpy.stack([table[text] for text in texts]))
        if normalize_embeddings:
            vectors = torch.nn.functional.normalize(vectors, p=2, dim=1)
        return vectors.numpy()

    def encode_query(self, texts, normalize_embeddings=False, **others):
        return self.encode(texts, QUERIES, normalize_embeddings)

    def encode_document(self, texts, normalize_embeddings=False, **others):
        return self.encode(texts, CORPUS, normalize_embeddings)


LIMITS = {
    "cosine": {"max_score": 0.6, "min_score": -0.2},
    "dot": {"max_score": 0.6, "min_score": -0.2},
    "euclidean": {"max_score": -0.9, "min_score": -1.4},
    "manhattan": {"max_score": -2.0, "min_score": -3.5},
}
rows = Dataset.from_dict(
    {
        "query": [f"q{query}" for query, _ in given["rows"]],
        "positive": [f"c{positive}" for _, positive in given["rows"]],
    }
)
settings = {}
for name, limits in LIMITS.items():
    for kind, arguments in {
        "defaults": {},
        "limits": limits,
        "margins": {"absolute_margin": 0.1, "relative_margin": 0.05, "num_negatives": 2},
    }.items():
        mined = mine_hard_negatives(
            rows, Table(name), corpus=list(CORPUS), output_scores=True, output_format="triplet", verbose=False, **arguments
        )
        settings[f"{name} {kind}"] = {
            "similarity": name,
            "arguments": arguments,
            "triplets": [[int(row[key][1:]) for key in ("query", "positive", "negative")] for row in mined],
            "triplet_scores": [[round(score, 7) for score in row["scores"]] for row in mined],
        }
library = f"sentence-transformers {sentence_transformers.__version__}"
lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in settings.items())
(folder / "similarities-sentence-transformers-6.0.1.json").write_text(
    f'{{"library": "{library}", "settings": {{\n{lines}\n}}}}\n'
)

formats = {}
for name, arguments in {
    "limited": {"max_score": 0.6, "min_score": 0.5},
    "with positives": {"include_positives": True, "num_negatives": 5},
}.items():
    rows_by_format = {}
    for output_format in ("triplet", "n-tuple", "labeled-pair", "labeled-list"):
        for output_scores in (False, True):
            if "include_positives" in arguments and output_format != "n-tuple":
                continue
            mined = mine_hard_negatives(
                rows.rename_columns({"query": "anchor"}),
                Table("cosine"),
                corpus=list(CORPUS),
                output_format=output_format,
                output_scores=output_scores,
                verbose=False,
                **arguments,
            )
            rows_by_format[output_format + (" with scores" if output_scores else "")] = {
                "columns": mined.column_names,
                "rows": [list(row.values()) for row in mined],
            }
    formats[name] = {"arguments": arguments, "formats": rows_by_format}
(folder / "formats-sentence-transformers-6.0.1.json").write_text(
    json.dumps({"library": library, "settings": formats}).replace("]}, ", "]},\n").replace("]], ", "]],\n") + "\n"
)
