"""Runs a PySpark notebook from its first cell to its last, in the session of the test's JVM.

    python run_notebook.py NOTEBOOK [save]

A cell fails if it raises, or if the kinds of its outputs are not those saved in the file; `save`
writes the outputs into the file. Pictures and rich objects are not known here: a cell prints, and
its last expression, unless None, is shown as text. NotebooksTest calls this.
"""

import ast
import contextlib
import io
import json
import os
import sys
from pathlib import Path

from jvm_session import attach


def run(source, names):
    """What the cell prints, and its last value as text or ''."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    expression = None
    if isinstance(last, ast.Expr):
        expression = ast.Expression(tree.body.pop().value)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), names)
        value = eval(compile(expression, "cell", "eval"), names) if expression else None
    return printed.getvalue(), "" if value is None else repr(value)


def outputs(number, printed, value):
    found = []
    if printed:
        text = printed.splitlines(keepends=True)
        found.append({"output_type": "stream", "name": "stdout", "text": text})
    if value:
        data = {"text/plain": value.splitlines(keepends=True)}
        found.append(
            {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": number}
        )
    return found


def kinds(found):
    return [one.get("name") or next(iter(one["data"])) for one in found]


def main(file, save):
    notebook = json.loads(file.read_text())
    os.chdir(file.parent)
    spark = attach()
    spark.conf.set("spark.sql.shuffle.partitions", "2")
    names = {"__name__": "__main__", "spark": spark}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells, 1):
        try:
            found = outputs(number, *run("".join(cell["source"]), names))
        except Exception as error:
            raise SystemExit(f"{file}, cell {number}: {type(error).__name__}: {error}")
        if save:
            cell["outputs"], cell["execution_count"] = found, number
        elif kinds(found) != kinds(cell["outputs"]):
            raise SystemExit(
                f"{file}, cell {number}: gives {kinds(found)}, saved are {kinds(cell['outputs'])}"
                " (-Dnotebooks.save=true)"
            )
    if save:
        Path(file.name).write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
    print(f"all {len(cells)} cells ran")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] == ["save"])
