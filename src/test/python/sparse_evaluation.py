"""Retrieval and similarity of a SparseEncoder over drawn texts, for SparseEvaluationTest.

    python src/test/python/sparse_evaluation.py MODELS src/test/resources/io/silverspark/jobs/evaluate/sparse-sentence-transformers-6.0.1.json

MODELS is the directory that the main method of TinySplade fills.
"""

import json
import random
import sys

import sentence_transformers
from sentence_transformers import SparseEncoder
from sentence_transformers.sparse_encoder.evaluation import (
    SparseEmbeddingSimilarityEvaluator,
    SparseInformationRetrievalEvaluator,
)

WORDS = "a man plays the guitar somebody makes music it rains today who bakes bread baker sails to sea dog runs fast".split()


def text(most):
    return " ".join(random.choice(WORDS) for _ in range(random.randint(2, most)))


def main(models, path):
    random.seed(5)
    corpus = sorted({text(9) for _ in range(60)})
    queries = sorted({text(5) for _ in range(12)})
    relevance = sorted({(q, random.randrange(len(corpus))) for q in range(len(queries)) for _ in range(3)})
    pairs = [[random.choice(corpus), random.choice(queries), round(random.random() * 5, 2)] for _ in range(50)]
    model = SparseEncoder(models + "/distilbert-sum-relu", device="cpu")
    relevant = {str(q): {str(d) for r, d in relevance if r == q} for q in range(len(queries))}
    texts = {str(q): t for q, t in enumerate(queries)}, {str(d): t for d, t in enumerate(corpus)}, relevant
    first, second, scores = map(list, zip(*pairs))
    golden = {
        "generator": f"src/test/python/sparse_evaluation.py, sentence-transformers {sentence_transformers.__version__}",
        "corpus": corpus,
        "queries": queries,
        "relevance": relevance,
        "pairs": pairs,
        "retrieval": SparseInformationRetrievalEvaluator(*texts)(model),
        "retrieval of 4 active dims": SparseInformationRetrievalEvaluator(*texts, max_active_dims=4)(model),
        "similarity": SparseEmbeddingSimilarityEvaluator(first, second, scores)(model),
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(golden, file)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
