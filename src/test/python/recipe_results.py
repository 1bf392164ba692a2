"""The table of docs/benchmarks.md: every recipe on cut rows of MNLI, STS-B and Banking77, over several seeds.

    python src/test/python/recipe_results.py DATA OUTPUT [SEED ...]

DATA holds glue/mnli, glue/stsb and banking77 as Parquet in the Hub's layout. Runs are kept in OUTPUT/results.tsv as
recipe, seed, model, Spearman and Pearson on STS-B validation; those that are there already are skipped. At the end
the table is printed in Markdown: mean over the seeds, and the spread from the least to the greatest. SILVERSPARK
names another launcher than conf/silverspark.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

HOME = Path(__file__).resolve().parents[3]
LAUNCHER = os.environ.get("SILVERSPARK", str(HOME / "conf" / "silverspark"))

COMMON = [
    "spark.master=local[1]",
    "model.layers=3",
    "data.nli.validation=",
    "data.sts.test=",
    "data.intents.test=",
    "data.rows.nli=6000",
    "data.rows.intents=2000",
    "evaluate.tasks=sts",
    "evaluate.resamples=10",
    "evaluate.full=false",
    "train.precision=bf16",
    "train.checkpointSteps=0",
]
PRETRAIN = ["pretrain.precision=bf16", "pretrain.rows=2000", "pretrain.checkpointSteps=0"]
CROSS = ["cross.precision=bf16", "silver.precision=bf16", "cross.checkpointSteps=0"]

# name, configuration, settings on top of the common ones
RECIPES = [
    ("raw encoder, softmax", "raw-encoder-builtin", ["train.warmupSteps=20"]),
    ("raw encoder, cosine", "raw-encoder-builtin",
     ["train.warmupSteps=20", "train.loss=CosineSimilarityLoss"]),
    ("raw encoder, in-batch negatives", "raw-encoder-builtin",
     ["train.warmupSteps=20", "train.loss=MultipleNegativesRankingLoss"]),
    ("MiniLM, in-batch negatives", "minilm-mnrl", ["model.layers=0"]),
    ("MiniLM, faulty", "minilm-mnrl-faulty", ["model.layers=0"]),
    ("Augmented SBERT, the book's", "glue-mnli", ["gold.rows=2000", "data.intents.train=", *CROSS]),
    ("GPL", "gpl", ["gold.rows=1000", "mine.negativesPerAnchor=1", "cross.layers=3", *CROSS]),
    ("several data sets, proportional", "multi-dataset", []),
    ("several data sets, round-robin", "multi-dataset", ["train.multiDatasetBatchSampler=round-robin"]),
    ("scored pairs", "scored-pairs", ["gold.rows=1000"]),
    ("positive pairs", "positive-pairs", []),
    ("labelled sentences", "labelled-sentences", []),
    ("triplets", "triplets", []),
    ("distillation", "distillation", []),
    ("TSDAE", "tsdae", PRETRAIN),
    ("SimCSE", "simcse", PRETRAIN),
    ("adaptive pre-training", "adaptive-pretraining", ["gold.rows=1000", *PRETRAIN, *CROSS, "silver.rows=4000"]),
]


def run(name, configuration, settings, seed, data, output):
    """One pipeline; returns its models as (name, Spearman, Pearson). A run of its own tables, so none is stale."""
    directory = output / "run"
    shutil.rmtree(directory, ignore_errors=True)
    options = [*COMMON, *settings, f"data.dir={data}", f"run.dir={directory}", f"run.seed={seed}"]
    command = [LAUNCHER, "pipeline", "--conf", str(HOME / "conf" / f"{configuration}.conf")]
    command += [part for option in options for part in ("--set", option)]
    log = output / f"{name.replace(' ', '-')}-{seed}.log"
    with log.open("w") as lines:
        ended = subprocess.run(command, stdout=lines, stderr=subprocess.STDOUT, cwd=HOME)
    if ended.returncode != 0:
        print(f"{name}, seed {seed}: exit {ended.returncode}, see {log}", file=sys.stderr)
        return []
    models = json.loads((directory / "evaluation.json").read_text())["models"]
    return [
        (m["name"], m["metrics"]["sts_spearman"]["value"], m["metrics"]["sts_pearson"]["value"]) for m in models
    ]


def read(results):
    values = defaultdict(dict)
    for line in results.read_text().splitlines():
        name, seed, model, spearman, pearson = line.split("\t")
        values[name, model][int(seed)] = (float(spearman), float(pearson))
    return values


def spread(values):
    return f"{statistics.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def main(data, output, seeds):
    output.mkdir(parents=True, exist_ok=True)
    results = output / "results.tsv"
    results.touch()
    for seed in seeds:
        for name, configuration, settings in RECIPES:
            if any(key[0] == name and seed in of for key, of in read(results).items()):
                continue
            for model, spearman, pearson in run(name, configuration, settings, seed, data, output):
                with results.open("a") as lines:
                    lines.write(f"{name}\t{seed}\t{model}\t{spearman:.4f}\t{pearson:.4f}\n")
    print("| recipe | model | seeds | Spearman | Pearson |")
    print("| --- | --- | --- | --- | --- |")
    for (name, model), of in read(results).items():
        spearman, pearson = zip(*of.values())
        print(f"| {name} | {model} | {len(of)} | {spread(spearman)} | {spread(pearson)} |")


if __name__ == "__main__":
    main(
        Path(sys.argv[1]).resolve(),
        Path(sys.argv[2]).resolve(),
        [int(seed) for seed in sys.argv[3:]] or [42, 43, 44],
    )
