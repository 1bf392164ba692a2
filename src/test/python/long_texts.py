"""Vectors of texts that are longer than the model takes, for LongTextsTest.

    python long_texts.py MODEL... > src/test/resources/io/silverspark/model/encoder/long-texts.json

Each MODEL is a directory that LongTextsTest names and NarrowModel writes. Windows have WINDOW tokens with the special
ones, the prompt in front of each, and OVERLAP tokens of the one before. "mean" is the mean of the windows' vectors, scaled
to length 1 where the model ends with that; "late" is the mean of all token vectors, each token once as the window that has
it first sees it, with the closing token of each window, and then the modules behind the pooling.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from sentence_transformers import SentenceTransformer

WINDOW, OVERLAP = 12, 3
PROMPTS = ["", "query: "]
TEXTS = [
    "A short text.",
    "The old man and the boy walked to the station, where the train to the north had left an hour ago; so they had tea.",
    "Nobody knew the answer " * 12,
    "",
]


def windows(model: SentenceTransformer, text: str, prompt: str) -> list[tuple[list[int], int]]:
    """Ids of each window, and how many leading ones are not new."""
    tokenizer = model.tokenizer
    ids = tokenizer(prompt + text, add_special_tokens=False, truncation=False)["input_ids"]
    repeated = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    first, last = [tokenizer.cls_token_id], [tokenizer.sep_token_id]
    end = min(len(ids), WINDOW - 2)
    found = [(first + ids[:end] + last, 0)]
    while end < len(ids):
        start, end = end - OVERLAP, min(len(ids), end - OVERLAP + WINDOW - 2 - len(repeated))
        found.append((first + repeated + ids[start:end] + last, 1 + len(repeated) + OVERLAP))
    return found


def features(ids: list[int]) -> dict[str, torch.Tensor]:
    row = torch.tensor([ids])
    return {"input_ids": row, "attention_mask": torch.ones_like(row), "token_type_ids": torch.zeros_like(row)}


def mean(model: SentenceTransformer, text: str, prompt: str) -> torch.Tensor:
    vectors = [model(features(ids))["sentence_embedding"][0] for ids, _ in windows(model, text, prompt)]
    vector = torch.stack(vectors).mean(0)
    normalizes = type(list(model.children())[-1]).__name__ == "Normalize"
    return torch.nn.functional.normalize(vector, dim=0) if normalizes else vector


def late(model: SentenceTransformer, text: str, prompt: str) -> torch.Tensor:
    transformer, _, *others = model.children()
    tokens = [
        transformer(features(ids))["token_embeddings"][0][known:] for ids, known in windows(model, text, prompt)
    ]
    state = {"sentence_embedding": torch.cat(tokens).mean(0, keepdim=True)}
    for module in others:
        state = module(state)
    return state["sentence_embedding"][0]


def main(directories: list[str]) -> None:
    result = {"window": WINDOW, "overlap": OVERLAP, "texts": TEXTS, "prompts": PROMPTS, "models": {}}
    with torch.no_grad():
        for directory in directories:
            model = SentenceTransformer(directory, device="cpu").eval()
            result["models"][Path(directory).name] = {
                name: [[[round(float(x), 7) for x in pool(model, text, prompt)] for text in TEXTS] for prompt in PROMPTS]
                for name, pool in (("mean", mean), ("late", late))
            }
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
