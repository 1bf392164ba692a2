"""The work of `benchmark` done by sentence-transformers, for the comparison in docs/benchmarks.md.

    python src/test/python/peer_speed.py encode FILE.jsonl [MODEL] [THREADS]

FILE.jsonl holds sentence1, sentence2 and score (0 to 5) a line, as for `benchmark --pairs`. Prints the median rate
of three measurements of at least three seconds, after one pass to warm up: sentences, steps of 32 pairs, or scored
pairs a second.
"""

import json
import random
import statistics
import sys
import time

import torch
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.losses import CosineSimilarityLoss

BATCH_SIZE = 32


def encode(model, pairs):
    encoder = SentenceTransformer(model, device="cpu")
    texts = list(dict.fromkeys(text for pair in pairs for text in (pair["sentence1"], pair["sentence2"])))
    return lambda: len(encoder.encode(texts))


def label(model, pairs):
    encoder = CrossEncoder(model, num_labels=1, device="cpu")
    texts = [(pair["sentence1"], pair["sentence2"]) for pair in pairs]
    return lambda: len(encoder.predict(texts))


def train(model, pairs):
    encoder = SentenceTransformer(model, device="cpu")
    loss = CosineSimilarityLoss(encoder)
    optimizer = torch.optim.AdamW(encoder.parameters(), lr=2e-5)

    def epoch():
        encoder.train()
        order = random.Random(42).sample(range(len(pairs)), len(pairs))
        for start in range(0, len(order), BATCH_SIZE):
            batch = [pairs[i] for i in order[start : start + BATCH_SIZE]]
            features = [encoder.preprocess([pair[column] for pair in batch]) for column in ("sentence1", "sentence2")]
            loss(features, torch.tensor([pair["score"] / 5 for pair in batch])).backward()
            torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
        return -(-len(order) // BATCH_SIZE)

    return epoch


def rate(work, seconds=3.0):
    begin, done = time.perf_counter(), 0
    while time.perf_counter() - begin < seconds:
        done += work()
    return done / (time.perf_counter() - begin)


if __name__ == "__main__":
    part, file = sys.argv[1:3]
    model = sys.argv[3] if len(sys.argv) > 3 else "sentence-transformers/all-MiniLM-L6-v2"
    torch.set_num_threads(int(sys.argv[4]) if len(sys.argv) > 4 else 2)
    with open(file, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    work = {"encode": encode, "train": train, "label": label}[part](model, rows)
    work()
    print(json.dumps({part: round(statistics.median(rate(work) for _ in range(3)), 2)}))
