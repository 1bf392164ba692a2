"""Vectors, losses and gradients of SparseEncoder, for SparseEncoderTest and SpladeLossTest.

    python src/test/python/sparse_encoder.py MODELS src/test/resources/io/silverspark/model/encoder/sparse-sentence-transformers-6.0.1.json

MODELS is the directory that the main method of TinySplade fills.
"""

import json
import pathlib
import sys

import sentence_transformers
import torch
from sentence_transformers import SparseEncoder
from sentence_transformers.sparse_encoder import losses
from sentence_transformers.sparse_encoder.callbacks import SpladeRegularizerWeightSchedulerCallback

TEXTS = ["a man plays the guitar", "who bakes bread ?", "", "it rains today . it rains"]
COLUMNS = [
    ["a man plays the guitar", "who bakes bread ?", "it rains"],
    ["somebody makes music", "a baker", "a dog runs fast"],
    ["it rains today", "the guitar", "who sails to sea ?"],
]
WEIGHTS = {"document_regularizer_weight": 0.3, "query_regularizer_weight": 0.2}


def inner(model, name):
    return getattr(losses, name)(model)


CASES = {
    "SparseMultipleNegativesRankingLoss": (3, None, WEIGHTS),
    "SparseMarginMSELoss": (3, [0.5, -1.0, 2.0], WEIGHTS),
    "SparseDistillKLDivLoss": (3, [[3.0, 1.0], [0.5, 2.0], [1.0, 1.5]], WEIGHTS),
    "SparseTripletLoss": (3, None, WEIGHTS),
    "SparseCosineSimilarityLoss": (
        2,
        [0.9, 0.1, 0.4],
        {"document_regularizer_weight": 0.3, "use_document_regularizer_only": True},
    ),
    "SparseCoSENTLoss": (
        2,
        [0.9, 0.1, 0.4],
        {"document_regularizer_weight": 0.3, "query_regularizer_weight": 0.2, "document_regularizer_threshold": 15},
    ),
    "SparseAnglELoss": (2, [0.9, 0.1, 0.4], WEIGHTS | {"query_regularizer_threshold": 15}),
}


def loss(path, name):
    columns, labels, weights = CASES[name]
    model = SparseEncoder(str(path), device="cpu")
    model.train()
    whole = losses.SpladeLoss(model, inner(model, name), **weights)
    features = [model.preprocess(texts) for texts in COLUMNS[:columns]]
    value = sum(whole(features, None if labels is None else torch.tensor(labels)).values())
    value.backward()
    gradients = {
        key: [p.grad.double().norm().item(), (p.grad.double().flatten() * torch.arange(p.numel()).double().cos()).sum().item()]
        for key, p in model[0].auto_model.named_parameters()
        if p.grad is not None
    }
    return {"value": value.item(), "similarity": model.similarity_fn_name, "gradients": gradients}


def schedule(kind, ratio, steps):
    class State:
        max_steps = steps
        global_step = 0

    model = SparseEncoder(str(next(pathlib.Path(sys.argv[1]).iterdir())))
    whole = losses.SpladeLoss(model, inner(model, "SparseMultipleNegativesRankingLoss"), 1.0, 2.0)
    callback = SpladeRegularizerWeightSchedulerCallback(whole, kind, ratio)
    state = State()
    callback.on_train_begin(None, state, None)
    found = []
    for step in range(steps):
        state.global_step = step
        callback.on_step_begin(None, state, None)
        found.append(whole.document_regularizer_weight)
    return found


def main(models, path):
    golden = {
        "generator": f"src/test/python/sparse_encoder.py, sentence-transformers {sentence_transformers.__version__}",
        "texts": TEXTS,
        "columns": COLUMNS,
        "vectors": {},
        "decoded": {},
        "losses": {},
        "schedules": {"quadratic": schedule("quadratic", 1 / 3, 10), "linear": schedule("linear", 0.5, 9)},
    }
    for folder in sorted(pathlib.Path(models).iterdir()):
        model = SparseEncoder(str(folder), device="cpu")
        vectors = model.encode(TEXTS, convert_to_sparse_tensor=False)
        golden["vectors"][folder.name] = [[round(x, 7) for x in row] for row in vectors.tolist()]
        golden["decoded"][folder.name] = model.decode(vectors[0], top_k=3)
    for name in CASES:
        golden["losses"][name] = loss(pathlib.Path(models) / "bert-max-relu", name)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(golden, file)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
