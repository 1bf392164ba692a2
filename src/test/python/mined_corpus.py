"""mine against mine_hard_negatives(corpus=...) of sentence-transformers: 10,000 questions, 100,000 texts of a corpus.

    conf/silverspark generate --sentences 220000 --output out/generated
    conf/silverspark distill --output out/static
    python src/test/python/mined_corpus.py data out/generated/nli out
    SILVERSPARK_MEMORY=3g conf/silverspark ingest --conf out/mined.conf
    SILVERSPARK_MEMORY=3g conf/silverspark mine --conf out/mined.conf
    python src/test/python/mined_corpus.py compare out

"data" writes questions with one or two answers, the corpus and the settings; "compare" mines the same with
sentence-transformers and prints how many rows differ. For the other formats change mine.outputFormat and mine.output in
out/mined.conf, and give the format after the folder. A negative may stand for another one whose score is within 2e-6 of
its own; with any other difference the program fails.

MinedCorpusTest runs it with 300 questions, 3,000 texts and another model.
"""

import json
import sys
import time
from pathlib import Path

QUESTIONS, CORPUS, NEGATIVES = 10_000, 100_000, 4


def lines(path):
    with open(path) as file:
        for line in file:
            yield json.loads(line)


def data(generated, folder, questions_count=QUESTIONS, corpus_count=CORPUS):
    pairs = [row for path in sorted(generated.glob("*.jsonl")) for row in lines(path)]
    with open(folder / "questions.jsonl", "w") as questions:
        for i in range(questions_count):
            answers = [pairs[i]["sentence2"]] + ([pairs[i + questions_count]["sentence2"]] if i % 5 == 0 else [])
            for answer in answers:
                questions.write(json.dumps({"question": pairs[i]["sentence1"], "answer": answer}) + "\n")
    with open(folder / "corpus.jsonl", "w") as corpus:
        for i in range(corpus_count):
            corpus.write(json.dumps({"id": f"text-{i}", "body": pairs[questions_count + i]["sentence1"]}) + "\n")
    (folder / "mined.conf").write_text(
        f"""run.name = mined
run.dir = {folder}/mined
data {{ dir = {folder}, pairs {{ train = questions.jsonl, columns {{ anchor = question, positive = answer }} }} }}
gold.source = pairs
model {{ base = {folder}/static, precision = fp32 }}
mine {{
  corpus = "query:SELECT id, body FROM json.`{folder}/corpus.jsonl`", corpusColumn = body, corpusId = id
  maxScore = 0.8, minScore = 0.2, rangeMin = 1, rangeMax = null, negativesPerAnchor = {NEGATIVES}
  produce = triplets
  output = {folder}/mined.delta, outputFormat = n-tuple, outputScores = true
}}
"""
    )


def table(path):
    """Rows of a Delta table: the files that its log has added and not removed."""
    import pyarrow.parquet

    files = {}
    for commit in sorted((path / "_delta_log").glob("*.json")):
        for action in lines(commit):
            if "add" in action:
                files[action["add"]["path"]] = True
            if "remove" in action:
                files.pop(action["remove"]["path"], None)
    return [row for file in files for row in pyarrow.parquet.read_table(path / file).to_pylist()]


def texts_by_anchor(rows):
    """The texts of each anchor with their scores, the best first, whatever the format."""
    found = {}
    for row in rows:
        scores = row.get("scores", row.get("score"))
        cells = [cell for key, cell in row.items() if not key.startswith("score") and key not in ("id", "ids", "row")]
        texts = [text for cell in cells[1:] for text in (cell if isinstance(cell, list) else [cell])]
        scored = zip(scores if isinstance(scores, list) else [scores], texts)
        found.setdefault(cells[0], set()).update((text, score) for score, text in scored)
    return {anchor: sorted(texts, key=lambda each: -each[1]) for anchor, texts in found.items()}


def compare(folder, output_format="n-tuple", model=None, max_score=0.8):
    from datasets import Dataset
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.util import mine_hard_negatives

    rows = list(lines(folder / "questions.jsonl"))
    started = time.time()
    mined = mine_hard_negatives(
        Dataset.from_dict({"anchor": [r["question"] for r in rows], "positive": [r["answer"] for r in rows]}),
        SentenceTransformer(str(model or folder / "static"), device="cpu"),
        corpus=[row["body"] for row in lines(folder / "corpus.jsonl")],
        max_score=max_score,
        min_score=0.2,
        range_min=1,
        num_negatives=NEGATIVES,
        output_format=output_format,
        output_scores=True,
        faiss_batch_size=1000,
        verbose=False,
    )
    print(f"sentence-transformers: {len(mined):,} rows in {time.time() - started:.0f} s")

    theirs = texts_by_anchor(mined)
    ours_rows = table(folder / "mined.delta")
    ours = texts_by_anchor(ours_rows)
    print(f"SilverSpark: {len(ours_rows):,} rows")
    assert len(mined) == len(ours_rows), "other rows"
    assert theirs.keys() == ours.keys(), "other questions"
    swapped, farthest = 0, 0.0
    for anchor, texts in theirs.items():
        assert len(texts) == len(ours[anchor]), (anchor, texts, ours[anchor])
        for (theirs_text, theirs_score), (ours_text, ours_score) in zip(texts, ours[anchor]):
            farthest = max(farthest, abs(theirs_score - ours_score))
            swapped += theirs_text != ours_text
    assert farthest < 2e-6, f"scores differ by {farthest:.1e}"
    print(f"the same texts, scores within {farthest:.1e}; {swapped} of equal score in other places")


if sys.argv[1] == "data":
    data(Path(sys.argv[2]), Path(sys.argv[3]), *map(int, sys.argv[4:]))
else:
    compare(Path(sys.argv[2]), *sys.argv[3:5], *map(float, sys.argv[5:]))
