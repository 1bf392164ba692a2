"""The work of `benchmark-suite` done by sentence-transformers at its best, and how SilverSpark compares.

    conf/silverspark benchmark-suite --output out/suite.json
    python src/test/python/peer_suite.py out/suite.json [--seconds 2] [--output out/peer.json]

Takes model, device and pairs from the suite's files and measures the same keys:

- encode and score at the default batch of 32 and at several others: `.default` and `.steady`, the best one
- train by autocast (bf16) or in fp32, at the suite's batch sizes
- on a CPU with each number of threads up to the cores: every rate is that of the best number

Each rate is the median of three measurements of at least --seconds, after a pass to warm up; texts and pairs a second.
Prints the numbers as JSON, then ratios: SilverSpark's first pass and steady rate over each of the peer's rates.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import time

import torch
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.losses import CosineSimilarityLoss

DEFAULT_BATCH = 32
CPU_BATCHES = [8, 16, 32, 64, 128]
GPU_BATCHES = [32, 64, 128, 256, 512, 1024, 2048]
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def rate(work, seconds):
    """Units a second of work that was done before."""
    begin, done = time.perf_counter(), 0
    while done == 0 or time.perf_counter() - begin < seconds:
        done += work()
    return done / (time.perf_counter() - begin)


class Peer:
    def __init__(self, model, device, seconds, threads, batches):
        self.model, self.device, self.seconds = model, device, seconds
        self.on_cpu = device == "cpu"
        cores = os.cpu_count() or 1
        self.threads = sorted({1, max(1, cores // 2), cores}) if self.on_cpu else [torch.get_num_threads()]
        self.threads = threads or self.threads
        self.batches = batches or (CPU_BATCHES if self.on_cpu else GPU_BATCHES)

    def best(self, works):
        """The best of some ways to do the same work, each with each number of threads: (way, threads, rate)."""
        trials = []
        for way, work in works.items():
            for threads in self.threads:
                torch.set_num_threads(threads)
                work()
                trials.append((rate(work, self.seconds / 4), way, threads))
        _, way, threads = max(trials)
        torch.set_num_threads(threads)
        return way, threads, statistics.median(rate(works[way], self.seconds) for _ in range(3))

    def inference(self, key, run, numbers):
        """run(batch) returns work."""
        way, threads, steady = self.best({size: run(size) for size in self.batches})
        _, default_threads, default = self.best({DEFAULT_BATCH: run(DEFAULT_BATCH)})
        numbers[key + ".default"] = default
        numbers[key + ".steady"] = max(steady, default)
        numbers[key + ".bestBatch"] = way
        numbers[key + ".bestThreads"] = threads
        numbers[key + ".defaultThreads"] = default_threads

    def encode(self, key, precision, pairs, numbers):
        encoder = SentenceTransformer(self.model, device=self.device, model_kwargs={"torch_dtype": DTYPES[precision]})
        texts = [text for pair in pairs for text in (pair["sentence1"], pair["sentence2"])]
        with torch.inference_mode():
            self.inference(key, lambda size: lambda: len(encoder.encode(texts, batch_size=size)), numbers)

    def score(self, key, precision, pairs, numbers):
        encoder = CrossEncoder(
            self.model, num_labels=1, device=self.device, model_kwargs={"torch_dtype": DTYPES[precision]}
        )
        texts = [(pair["sentence1"], pair["sentence2"]) for pair in pairs]
        self.inference(key, lambda size: lambda: len(encoder.predict(texts, batch_size=size)), numbers)

    def train(self, key, precision, size, pairs, numbers):
        encoder = SentenceTransformer(self.model, device=self.device)
        loss = CosineSimilarityLoss(encoder)
        optimizer = torch.optim.AdamW(encoder.parameters(), lr=2e-5, fused=not self.on_cpu)
        scaler = torch.amp.GradScaler(self.device.split(":")[0], enabled=precision == "fp16")

        def amp():
            if precision == "fp32":
                return contextlib.nullcontext()
            return torch.autocast(self.device.split(":")[0], dtype=DTYPES[precision])

        batches = [pairs[i : i + size] for i in range(0, len(pairs) - size + 1, size)]
        place = iter(range(sys.maxsize))

        def step():
            batch = batches[next(place) % len(batches)]
            features = [encoder.preprocess([pair[column] for pair in batch]) for column in ("sentence1", "sentence2")]
            features = [{name: move(value, self.device) for name, value in each.items()} for each in features]
            labels = torch.tensor([pair["score"] / 5 for pair in batch], device=self.device)
            with amp():
                value = loss(features, labels)
            scaler.scale(value).backward()
            scaler.unscale_(optimizer)
            torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            scaler.step(optimizer)
            scaler.update()
            optimizer.zero_grad()
            return size

        def steps():
            encoder.train()
            done = sum(step() for _ in range(1 if self.on_cpu else 10))
            if not self.on_cpu:
                torch.cuda.synchronize()
            return done

        _, threads, steady = self.best({size: steps})
        numbers[key + ".steady"] = steady
        numbers[key + ".bestThreads"] = threads


def move(value, device):
    return value.to(device, non_blocking=True) if isinstance(value, torch.Tensor) else value


def table(ours, peer):
    head = ("a second", "first pass", "steady", "peer, 32", "peer, best", "ratios")
    lines = ["%-24s %12s %12s %12s %12s   %s" % head]
    for key in [key[: -len(".steady")] for key in peer if key.endswith(".steady")]:
        first, steady = ours[key + ".firstPass"], ours[key + ".steady"]
        best, default = peer[key + ".steady"], peer.get(key + ".default")
        ratios = ["first/best %.2f" % (first / best), "steady/best %.2f" % (steady / best)]
        if default:
            ratios.append("first/32 %.2f" % (first / default))
        row = (key, first, steady, default or float("nan"), best)
        lines.append("%-24s %12.0f %12.0f %12.0f %12.0f   " % row + ", ".join(ratios))
    return "\n".join(lines)


def numbers_of(text):
    return [int(number) for number in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", help="JSON of benchmark-suite")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--threads", type=numbers_of, help="such as 1,2; default 1, half of the cores, all of them")
    parser.add_argument("--batches", type=numbers_of, help="such as 32,64; default 8 to 128, on a GPU 32 to 2048")
    parser.add_argument("--pairs", type=int, default=sys.maxsize, help="most pairs of each part; default all")
    parser.add_argument("--output", help="file for the numbers")
    arguments = parser.parse_args()
    with open(arguments.suite, encoding="utf-8") as file:
        suite = json.load(file)
    parts = {}
    with open(suite["pairsFile"], encoding="utf-8") as lines:
        for line in lines:
            pair = json.loads(line)
            parts.setdefault(pair["part"], []).append(pair)
    numbers = {}
    peer = Peer(
        suite["modelDirectory"], suite["setDevice"], arguments.seconds, arguments.threads, arguments.batches
    )
    for key, all_pairs in parts.items():
        pairs = all_pairs[: arguments.pairs]
        kind, *rest = key.split(".")
        precision = rest[0] if rest else ""
        if precision == "int8":  # the peer has none: compared with its fp32
            continue
        if kind == "encode":
            peer.encode(key, precision, pairs, numbers)
        elif kind == "score":
            peer.score(key, precision, pairs, numbers)
        elif kind == "train":
            peer.train(key, precision, int(rest[1][len("batch") :]), pairs, numbers)
    result = {"peer": "sentence-transformers", "torch": torch.__version__, "numbers": numbers}
    if arguments.output:
        with open(arguments.output, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=2)
    print(json.dumps(result, indent=2))
    print(table(suite["numbers"], numbers))


if __name__ == "__main__":
    main()
