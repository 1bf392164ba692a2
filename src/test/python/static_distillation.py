"""A static model of an encoder by the recipe of Model2Vec, for StaticDistillationTest.

    python static_distillation.py MODEL > src/test/resources/io/silverspark/model/distillation/static-distillation.json

MODEL is a directory that NarrowModel writes. The recipe is computed here by transformers and scikit-learn: each kept token
between [CLS] and [SEP], the mean of the last hidden states, PCA, the weights of SIF over Zipf's law. The vector of a text
is the mean of its tokens' rows, scaled to length 1.
"""

import json
import os
import re
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from sklearn.decomposition import PCA
from transformers import AutoModel, AutoTokenizer

DIMS, SIF = 16, 1e-4
WORDS = ["frobnicate", "New York", "the"]
TEXTS = ["A man plays a guitar.", "They frobnicate in New York."]
TOKENS = [["a", "man", "plays", "a", "guitar", "."], ["they", "frobnicate", "in", "New York", "."]]
ROWS = [0, 1, 2, 500, 3000]

tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
model = AutoModel.from_pretrained(sys.argv[1]).eval()
vocabulary = tokenizer.get_vocab()
dropped = {"[CLS]", "[SEP]", "[MASK]"}
tokens = [
    token
    for token, _ in sorted(vocabulary.items(), key=lambda each: each[1])
    if token not in dropped and not re.match(r"\[unused\d+\]", token)
]
first, last = tokenizer.cls_token_id, tokenizer.sep_token_id
ids = [[first, vocabulary[token], last] for token in tokens]
for word in WORDS:
    if word not in vocabulary:
        tokens.append(word)
        ids.append(tokenizer(word)["input_ids"])
with torch.inference_mode():
    rows = [model(input_ids=torch.tensor([each])).last_hidden_state[0].mean(0).numpy() for each in ids]
pca = PCA(n_components=DIMS, svd_solver="full")
table = pca.fit_transform(np.stack(rows))
frequency = 1 / np.arange(2, len(table) + 2)
frequency /= frequency.sum()
table = table * (SIF / (SIF + frequency))[:, None]
vectors = []
for spelled in TOKENS:
    mean = np.mean([table[tokens.index(token)] for token in spelled], axis=0)
    vectors.append(mean / np.linalg.norm(mean))
print(
    json.dumps(
        {
            "dims": DIMS,
            "words": WORDS,
            "tokens": len(tokens),
            "explainedVariance": float(pca.explained_variance_ratio_.sum()),
            "rows": {row: np.round(table[row], 7).tolist() for row in [*ROWS, len(table) - 1]},
            "texts": TEXTS,
            "vectors": np.round(vectors, 7).tolist(),
        }
    )
)
