"""Writes the parameters of all losses of sentence-transformers with their defaults, for LossSignaturesTest.

    python src/test/python/loss_signatures.py src/test/resources/io/silverspark/model/loss/loss-signatures-sentence-transformers-6.0.1.json

Functions and modules have their names; a parameter without a default has the word "required".
"""

import inspect
import json
import sys

import sentence_transformers
from sentence_transformers.cross_encoder import losses as cross
from sentence_transformers.sentence_transformer import losses as dense
from sentence_transformers.sparse_encoder import losses as sparse

METRICS = (dense.SiameseDistanceMetric, dense.TripletDistanceMetric, dense.BatchHardTripletLossDistanceFunction)


def word(value):
    if value is inspect.Parameter.empty:
        return "required"
    names = [name for metric in METRICS for name in vars(metric) if getattr(metric, name) is value]
    if callable(value) and names:
        return names[0]
    if value is None or isinstance(value, (bool, int, float, str)):
        return str(value).lower() if isinstance(value, bool) or value is None else str(value)
    if isinstance(value, tuple):
        return ", ".join(value)
    return value.__name__ if inspect.isfunction(value) else type(value).__name__


def signature(kind):
    parameters = list(inspect.signature(kind.__init__).parameters.values())[1:]
    return {("**" + p.name if p.kind is p.VAR_KEYWORD else p.name): word(p.default) for p in parameters}


def losses(module):
    found = {name: getattr(module, name) for name in module.__all__ if name.endswith(("Loss", "InBatchNegatives"))}
    return {name: signature(kind) for name, kind in found.items()}


def main(path):
    with open(path, "w", encoding="utf-8") as file:
        golden = {
            "generator": f"src/test/python/loss_signatures.py, sentence-transformers {sentence_transformers.__version__}",
            "dense": losses(dense),
            "cross": losses(cross),
            "sparse": {"SpladeLoss": signature(sparse.SpladeLoss)},
        }
        json.dump(golden, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
