"""Writes training-sentence-transformers-6.0.1.json: thirty optimizer steps of small models.

    python3 src/test/python/training_golden.py

The model is that of encoder/architectures/bert.json, with weights by the formula of
ArchitectureParityTest. Losses are those of sentence-transformers, the loop is that of the Trainer of
transformers: AdamW without decay of biases and norms, a linear schedule after warmup, gradients
clipped to norm 1. Needs sentence-transformers.
"""

import json
import pathlib
import tempfile
import zlib

import numpy
import sentence_transformers
import torch
import transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import losses, modules

RESOURCES = pathlib.Path(__file__).parent.parent / "resources/io/silverspark/model"
ARCHITECTURE = json.loads((RESOURCES / "encoder/architectures/bert.json").read_text())
STEPS, WARMUP, PEAK, BATCH = 30, 3, 1e-3, 8
WORDS = "cat dog boat song rain mat".split()
PROBES = ["The cat sat on the mat.", "a song", "rain in the red boat"]


def weight(name, shape, dtype):
    mask = (1 << 64) - 1
    values = numpy.empty(int(numpy.prod(shape)), dtype=numpy.float32)
    seed = zlib.crc32(name.encode())
    norm = name.endswith("LayerNorm.weight")
    for i in range(values.size):
        z = (seed + (i + 1) * 0x9E3779B97F4A7C15) & mask
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & mask
        z ^= z >> 31
        value = numpy.float32((z >> 40) * 2.0**-23 - 1)
        if norm:
            values[i] = numpy.float32(1) + value * numpy.float32(0.1)
        else:
            values[i] = value * numpy.float32(0.4)
    return torch.from_numpy(values.reshape(shape)).to(dtype)


def fill(module, dtype):
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(weight(name, tuple(parameter.shape), dtype))


def config(part, **more):
    return transformers.BertConfig(**{**ARCHITECTURE[part]["config"], **more})


def examples():
    rows = []
    for i in range(24):
        first = f"the {WORDS[i % 6]} sat on a {WORDS[(i // 6 + 1 + i) % 6]}"
        second = f"a {WORDS[i % 6]} ran in the {WORDS[(i * 5 + 2) % 6]}" + " on the mat" * (i % 3)
        rows.append([first, second])
    return rows


def train(parameters, step_loss):
    """The loop of the Trainer; parameters by name, the loss by the indices of a batch."""
    parameters = [(n, p) for n, p in parameters if p.requires_grad]
    decayed = [p for n, p in parameters if not n.endswith("bias") and "LayerNorm" not in n]
    others = [p for n, p in parameters if n.endswith("bias") or "LayerNorm" in n]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}],
        lr=PEAK,
    )
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)
    steps, batches = [], []
    for step in range(STEPS):
        batch = [(step * BATCH + i * 7) % 24 for i in range(BATCH)]
        loss = step_loss(batch)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_([p for _, p in parameters], 1.0)
        steps.append([loss.item(), norm.item(), schedule.get_last_lr()[0]])
        batches.append(batch)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
    return {"batches": batches, "steps": steps}


def transformer(folder, part):
    path = pathlib.Path(folder)
    (path / "tokenizer.json").write_text(json.dumps(ARCHITECTURE["tokenizer"]))
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(path / "tokenizer.json"),
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )
    tokenizer.save_pretrained(folder)
    return tokenizer


def dense(name, dtype):
    with tempfile.TemporaryDirectory() as folder:
        transformer(folder, "encoder")
        bert = transformers.BertModel(config("encoder"), add_pooling_layer=False)
        fill(bert, torch.float32)
        bert.save_pretrained(folder)
        body = modules.Transformer(folder)
    model = SentenceTransformer(modules=[body, modules.Pooling(8, "mean")], device="cpu").to(dtype)
    if name == "SoftmaxLoss":
        loss = losses.SoftmaxLoss(model, 8, 3).to(dtype)
        with torch.no_grad():
            loss.classifier.weight.copy_(weight("classifier.weight", (3, 24), dtype))
            loss.classifier.bias.zero_()
        labels = torch.tensor([i % 3 for i in range(24)])
    elif name == "CosineSimilarityLoss":
        loss = losses.CosineSimilarityLoss(model)
        labels = torch.tensor([(i % 5) / 4 for i in range(24)], dtype=dtype)
    elif name == "AdaptiveLayerLoss":
        inner = losses.MultipleNegativesRankingLoss(model)
        loss = losses.AdaptiveLayerLoss(model, inner, n_layers_per_step=-1)
        labels = None
    elif name == "Matryoshka2dLoss":
        inner = losses.CosineSimilarityLoss(model)
        loss = losses.Matryoshka2dLoss(
            model, inner, [8, 4], n_layers_per_step=-1, n_dims_per_step=-1, layer_weighting="log"
        )
        labels = torch.tensor([(i % 5) / 4 for i in range(24)], dtype=dtype)
    else:
        loss = losses.MultipleNegativesRankingLoss(model)
        labels = None
    rows = examples()
    model.train()

    def step_loss(batch):
        columns = [model.preprocess([rows[i][c] for i in batch]) for c in range(2)]
        return loss(columns, None if labels is None else labels[batch])

    result = train(list(loss.named_parameters()), step_loss)
    model.eval()
    result["embeddings_after"] = model.encode(PROBES).tolist()
    if labels is not None:
        result["labels"] = labels.tolist()
    if name == "SoftmaxLoss":
        result["classifier_bias_after"] = loss.classifier.bias.tolist()
        result["classifier_weight_after"] = loss.classifier.weight.tolist()
    return result


def cross(count, dtype):
    model = transformers.BertForSequenceClassification(config("classifier", num_labels=count))
    fill(model, torch.float32)
    model.to(dtype)
    with tempfile.TemporaryDirectory() as folder:
        tokenizer = transformer(folder, "classifier")
    rows = examples()
    labels = torch.tensor([i % 2 for i in range(24)])

    def logits(indices):
        pairs = [rows[i] for i in indices]
        columns = map(list, zip(*pairs))
        options = {"padding": True, "return_token_type_ids": True, "return_tensors": "pt"}
        return model(**tokenizer(*columns, **options)).logits

    def step_loss(batch):
        if count == 1:
            loss = torch.nn.BCEWithLogitsLoss()
            return loss(logits(batch).view(-1), labels[batch].to(dtype))
        return torch.nn.CrossEntropyLoss()(logits(batch), labels[batch])

    model.eval()
    with torch.no_grad():
        before = logits(range(24)).tolist()
    result = train(list(model.named_parameters()), step_loss)
    with torch.no_grad():
        result["logits_after"] = logits(range(24)).tolist()
    return {"logits_before": before, "labels": labels.tolist(), **result}


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


def largest_difference(one, other):
    if isinstance(one, dict):
        return max(largest_difference(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return max(map(largest_difference, one, other), default=0)
    return abs(one - other)


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    result = {
        "generator": "src/test/python/training_golden.py; sentence-transformers "
        f"{sentence_transformers.__version__}, transformers {transformers.__version__}, torch "
        f"{torch.__version__}, float64, CPU; weights by the formula of ArchitectureParityTest",
        "settings": {"steps": STEPS, "warmup": WARMUP, "peak": PEAK, "batch": BATCH},
        "examples": examples(),
        "probes": PROBES,
        "dense": {},
        "cross": {},
    }
    names = ["CosineSimilarityLoss", "MultipleNegativesRankingLoss", "SoftmaxLoss"]
    names += ["AdaptiveLayerLoss", "Matryoshka2dLoss"]
    for kind, make, keys in (("dense", dense, names), ("cross", cross, [1, 2])):
        for key in keys:
            result[kind][str(key)] = make(key, torch.float64)
            single = make(key, torch.float32)
            print(key, "float32 differs by", largest_difference(single, result[kind][str(key)]))
    target = RESOURCES / "training/training-sentence-transformers-6.0.1.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(rounded(result)) + "\n")


if __name__ == "__main__":
    main()
