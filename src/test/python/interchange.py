"""The same model in SilverSpark and in Python's sentence-transformers must give the same numbers.

    python interchange.py check FOLDER    loads the models that SilverSpark wrote into FOLDER
    python interchange.py write FOLDER    writes small random models for SilverSpark to load

FOLDER/expected.json holds texts, pairs and graded pairs, and for each model, which is the folder
of its name, what the writing side computed: vectors and the STS evaluation of a sentence encoder,
logits and scores of a cross-encoder. `check` compares and prints a line a model; it ends with 1 if
a number is further away than 1e-5. `write` reads the texts from expected.json and adds its models.
InterchangeTest calls both.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import safetensors.torch
import torch
import transformers
from sentence_transformers import CrossEncoder, SentenceTransformer
from tokenizers import ByteLevelBPETokenizer, BertWordPieceTokenizer

try:  # sentence-transformers 6
    from sentence_transformers.sentence_transformer.evaluation import EmbeddingSimilarityEvaluator
    from sentence_transformers.sentence_transformer.modules import (
        Dense,
        LayerNorm,
        Normalize,
        Pooling,
        Transformer,
    )
except ImportError:
    from sentence_transformers.evaluation import EmbeddingSimilarityEvaluator
    from sentence_transformers.models import Dense, LayerNorm, Normalize, Pooling, Transformer

TOLERANCE = 1e-5
# Weights wide enough that texts differ: the usual 0.02 gives all first tokens nearly one vector.
SHAPE = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64)
SHAPE["initializer_range"] = 0.3


# --- what Python computes -----------------------------------------------------------------------


def sentence_numbers(model, data):
    first, second, gold = zip(*data["sts"])
    evaluator = EmbeddingSimilarityEvaluator(first, second, gold, main_similarity="cosine")
    metrics = evaluator(model)
    return {
        "kind": "sentence",
        "embeddings": model.encode(data["texts"], batch_size=4).tolist(),
        "pearson": float(metrics["pearson_cosine"]),
        "spearman": float(metrics["spearman_cosine"]),
    }


def cross_numbers(model, data):
    """Logits, and the scores that SilverSpark makes of them: see CrossEncoder.scores."""
    pairs = data["pairs"]
    logits = model.predict(pairs, activation_fn=torch.nn.Identity(), batch_size=4)
    if model.num_labels == 1:
        scores = model.predict(pairs, batch_size=4)
        logits = logits.reshape(-1, 1)
    else:
        names = {name.lower(): number for number, name in model.config.id2label.items()}
        match = names["entailment"] if model.num_labels == 3 else 1
        scores = model.predict(pairs, apply_softmax=True, batch_size=4)[:, match]
    return {"kind": "cross", "logits": logits.tolist(), "scores": scores.tolist()}


# --- check: SilverSpark wrote, Python loads -----------------------------------------------------


def check(folder):
    data = json.loads((folder / "expected.json").read_text())
    wrong = 0
    for name, expected in data["models"].items():
        if expected["kind"] == "sentence":
            found = sentence_numbers(SentenceTransformer(str(folder / name), device="cpu"), data)
        else:
            found = cross_numbers(CrossEncoder(str(folder / name), device="cpu"), data)
        differences = {key: distance(found[key], expected[key]) for key in found if key != "kind"}
        good = all(value <= TOLERANCE for value in differences.values())
        wrong += not good
        numbers = " ".join(f"{key}={value:.1e}" for key, value in differences.items())
        print(f"{'same' if good else 'DIFFERENT'} {name} {numbers}")
    print(f"{len(data['models'])} models checked, {wrong} differ")
    return 1 if wrong or not data["models"] else 0


def distance(found, expected):
    found, expected = np.asarray(found), np.asarray(expected)
    if found.shape != expected.shape:
        return float("inf")
    difference = float(np.max(np.abs(found - expected)))
    return float("inf") if np.isnan(difference) else difference


# --- write: Python writes, SilverSpark loads ----------------------------------------------------


def write(folder):
    torch.manual_seed(3)
    file = folder / "expected.json"
    data = json.loads(file.read_text())
    data["models"] = {}
    words = data["texts"] + [text for row in data["sts"] for text in row[:2]]
    with tempfile.TemporaryDirectory() as work:
        for kind, save in {
            "bert": save_bert,
            "roberta": save_roberta,
            "mpnet": save_mpnet,
            "distilbert": save_distilbert,
        }.items():
            save(Path(work) / kind, words)
            write_sentence(Path(work) / kind, folder / kind, "mean", kind == "bert", data)
            for labels in (1, 2, 3):
                write_cross(Path(work) / kind, folder / f"{kind}-{labels}-labels", labels, data)
        for mode in ("cls", "max"):
            write_sentence(Path(work) / "bert", folder / f"bert-{mode}", mode, mode == "cls", data)
        width = SHAPE["hidden_size"]
        for name, rest in {
            "dense-normalised": [Pooling(width), Dense(width, 20), Normalize()],
            "two-modes": [Pooling(width, ("mean", "cls")), LayerNorm(2 * width)],
        }.items():
            write_modules(Path(work) / "bert", folder / name, rest, data)
        for name, zipped in {"pickle": True, "old-pickle": False}.items():
            rest = [Pooling(width), Dense(width, 20, activation_function=torch.nn.GELU())]
            write_modules(Path(work) / "bert", folder / name, rest, data)
            pickle_weights(folder / name, zipped)
        model = CrossEncoder(
            str(Path(work) / "bert"), num_labels=1, device="cpu", activation_fn=torch.nn.Identity()
        )
        save_cross(model, folder / "bert-identity", data)
    data["versions"] = versions()
    file.write_text(json.dumps(data))
    print(f"{len(data['models'])} models written")
    return 0


def write_sentence(transformer, target, mode, normalize, data):
    pooling = Pooling(SHAPE["hidden_size"], pooling_mode=mode)
    write_modules(transformer, target, [pooling] + [Normalize()] * normalize, data)


def write_modules(transformer, target, rest, data):
    modules = [Transformer(str(transformer))] + rest
    model = SentenceTransformer(modules=modules, device="cpu")
    model.max_seq_length = 24
    model.save(str(target))
    data["models"][target.name] = sentence_numbers(model, data)


def pickle_weights(target, zipped):
    """Puts pytorch_model.bin in the place of each model.safetensors."""
    for file in target.rglob("model.safetensors"):
        weights = safetensors.torch.load_file(file)
        pickle = file.with_name("pytorch_model.bin")
        torch.save(weights, pickle, _use_new_zipfile_serialization=zipped)
        file.unlink()


def write_cross(transformer, target, labels, data):
    model = CrossEncoder(str(transformer), num_labels=labels, device="cpu")
    if labels == 3:  # as the NLI cross-encoders of the Hub have them
        names = ["contradiction", "entailment", "neutral"]
        model.config.id2label = dict(enumerate(names))
        model.config.label2id = {name: number for number, name in enumerate(names)}
    save_cross(model, target, data)


def save_cross(model, target, data):
    model.save_pretrained(str(target))
    data["models"][target.name] = cross_numbers(model, data)


def save_bert(target, words):
    word_pieces(target, words, "[PAD] [UNK] [CLS] [SEP] [MASK]")
    save(target, transformers.BertModel, transformers.BertConfig, **SHAPE)


def save_distilbert(target, words):
    word_pieces(target, words, "[PAD] [UNK] [CLS] [SEP] [MASK]")
    shape = dict(dim=32, n_layers=2, n_heads=4, hidden_dim=64, initializer_range=0.3)
    save(target, transformers.DistilBertModel, transformers.DistilBertConfig, **shape)


def save_mpnet(target, words):
    word_pieces(target, words, "<s> <pad> </s> [UNK] <mask>")
    special = dict(bos_token_id=0, pad_token_id=1, eos_token_id=2)
    save(target, transformers.MPNetModel, transformers.MPNetConfig, **SHAPE, **special)


def save_roberta(target, words):
    target.mkdir(parents=True)
    tokenizer = ByteLevelBPETokenizer()
    special = "<s> <pad> </s> <unk> <mask>".split()
    tokenizer.train_from_iterator(words, vocab_size=400, special_tokens=special)
    tokenizer.save_model(str(target))
    special = dict(bos_token_id=0, pad_token_id=1, eos_token_id=2, type_vocab_size=1)
    save(target, transformers.RobertaModel, transformers.RobertaConfig, **SHAPE, **special)


def word_pieces(target, words, special):
    target.mkdir(parents=True)
    special = special.split()
    unknown = next(token for token in special if "UNK" in token)
    tokenizer = BertWordPieceTokenizer(unk_token=unknown)
    tokenizer.train_from_iterator(words, vocab_size=400, special_tokens=special)
    tokenizer.save_model(str(target))


def save(target, model_class, config_class, **shape):
    """The model, then its tokenizer made of the vocabulary as AutoTokenizer makes it."""
    vocabulary = 0
    for name in ("vocab.txt", "vocab.json"):
        file = target / name
        if file.exists():
            text = file.read_text()
            vocabulary = len(json.loads(text)) if name.endswith("json") else len(text.splitlines())
    config = config_class(vocab_size=vocabulary, max_position_embeddings=64, **shape)
    model_class(config).eval().save_pretrained(target)
    tokenizer = transformers.AutoTokenizer.from_pretrained(target, model_max_length=60)
    tokenizer.save_pretrained(target)


def versions():
    import sentence_transformers

    packages = (sentence_transformers, transformers, torch)
    return {package.__name__: package.__version__ for package in packages}


if __name__ == "__main__":
    command, directory = sys.argv[1:]
    torch.set_num_threads(1)
    print(json.dumps(versions()))
    sys.exit({"check": check, "write": write}[command](Path(directory)))
