"""CrossEncoderNanoBEIREvaluator over drawn data sets in the Hub's layout, for RankedListTaskTest.

    python src/test/python/cross_nano_beir.py src/test/resources/io/silverspark/jobs/evaluate/cross-nano-beir-sentence-transformers-6.0.1.json
"""

import json
import pathlib
import random
import sys
import tempfile

import sentence_transformers
from sentence_transformers.cross_encoder.evaluation import CrossEncoderNanoBEIREvaluator

NAMES = {"NanoMSMARCO": 40, "NanoSciFact": 25}
CASES = [(100, True), (100, False), (6, True), (6, False)]


class Recorded:
    """Draws a score for each pair and keeps it."""

    def __init__(self):
        self.scores = {}
        self.model_card_data = self

    def set_evaluation_metrics(self, *arguments, **named):
        pass

    def predict(self, pairs, convert_to_numpy, **named):
        import numpy

        for query, document in pairs:
            self.scores.setdefault((query, document), random.random())
        return numpy.array([self.scores[query, document] for query, document in pairs], dtype=numpy.float32)


def drawn(name, size):
    corpus = [{"_id": f"d{i}", "text": f"document {i} of {name}"} for i in range(size)]
    corpus[3]["text"] = corpus[4]["text"]  # two ids, one text
    queries = [{"_id": f"q{i}", "text": f"what of {i} in {name}?"} for i in range(9)]
    qrels, bm25 = [], []
    for i, query in enumerate(queries):
        positives = random.sample(corpus, 1 + i % 4)
        if i == 0:
            positives = [corpus[3], corpus[7]]
        qrels += [{"query-id": query["_id"], "corpus-id": document["_id"]} for document in positives]
        found = random.sample(corpus, 12)
        if i == 5:
            found = [document for document in found if document not in positives]  # nothing found
        if i == 6:
            found = positives + [document for document in found if document not in positives]
        bm25.append({"query-id": query["_id"], "corpus-ids": [document["_id"] for document in found]})
    bm25.pop(2)  # a query without a list is left out
    return {"corpus": corpus, "queries": queries, "qrels": qrels, "bm25": bm25}


def main(path):
    random.seed(8)
    sets = {name: drawn(name, size) for name, size in NAMES.items()}
    model = Recorded()
    with tempfile.TemporaryDirectory() as directory:
        configs = ""
        for part in ("corpus", "queries", "qrels", "bm25"):
            configs += f"- config_name: {part}\n  data_files:\n"
            for name in NAMES:
                file = pathlib.Path(directory, part, name + ".jsonl")
                file.parent.mkdir(exist_ok=True)
                file.write_text("".join(json.dumps(row) + "\n" for row in sets[name][part]))
                configs += f"  - split: {name}\n    path: {part}/{name}.jsonl\n"
        pathlib.Path(directory, "README.md").write_text(f"---\nconfigs:\n{configs}---\n")
        cases = []
        for rerank_k, always in CASES:
            evaluator = CrossEncoderNanoBEIREvaluator(
                ["msmarco", "scifact"],
                dataset_id=directory,
                rerank_k=rerank_k,
                always_rerank_positives=always,
                write_csv=False,
            )
            found = {name: float(value) for name, value in evaluator(model).items()}
            cases.append({"rerank_k": rerank_k, "always_rerank_positives": always, "expected": found})
    golden = {
        "generator": f"src/test/python/cross_nano_beir.py, sentence-transformers {sentence_transformers.__version__}",
        "sets": sets,
        "scores": [[*pair, score] for pair, score in model.scores.items()],
        "cases": cases,
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(golden, file)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
