"""Print how readable each notebook is: its prose, and how its cells follow each other.

usage: python -m tools.readability

LIX (C. H. Björnsson, Läsbarhet, 1968) is the mean number of words in a sentence plus the percentage
of words with more than six letters. Below 40 is easy, above 50 difficult. A picture is an output
with an image or a widget; a preparation is a code cell without output, and the longest run of these
is given without the cells that import or hold an exercise.
"""

import itertools
import re
import statistics

from tools import notebooks

LONG = 7  # letters


def plain_prose(path):
    """Return the text of a notebook without headings, links, code, formulas and references."""
    text = notebooks.prose(notebooks.read(path)).split("## References")[0]
    text = re.sub(r"\$\$.*?\$\$", ".", text, flags=re.DOTALL)
    text = re.sub(r"\[!\[.*?\]\(.*?\)\]\(.*?\)", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\$[^$]*\$|`[^`]*`", "x", text)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return re.sub(r"[*_]", "", "\n".join(lines))


def sentences(text):
    """Return the sentences of a text, each as its words."""
    parts = re.split(r"(?<=[.!?])\s|\n\s*\n|\n- ", text)
    found = [re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", part) for part in parts]
    return [words for words in found if words]


def lix(found):
    """Return the LIX of some sentences."""
    words = [word for sentence in found for word in sentence]
    long = sum(len(word) >= LONG for word in words)
    return len(words) / len(found) + 100 * long / len(words)


def shows_picture(cell):
    """Return whether an output of a cell is an image, a widget or a table."""
    found = "".join(str(output.get("data", {})) for output in cell.get("outputs", ()))
    return any(mark in found for mark in ("<img", "image/png", "ae-still", "<svg"))


def measures(path):
    """Return what is measured of a notebook, by the heading of its column."""
    notebook = notebooks.read(path)
    cells = [cell for cell in notebook.cells if "google.colab" not in cell.source]
    code = [cell for cell in cells if cell.cell_type == "code"]
    pictures = [number for number, cell in enumerate(cells, 1) if shows_picture(cell)]
    prepares = [
        not cell.outputs and "import" not in cell.source and "None" not in cell.source
        for cell in code
    ]
    found = sentences(plain_prose(path))
    lengths = [len(words) for words in found]
    source = notebooks.code(notebook)
    return {
        "cells": len(cells),
        "code": len(code),
        "pictures": len(pictures),
        "first": min(pictures, default=0),
        "longest cell": max(len(cell.source.splitlines()) for cell in code),
        "preparing": max(len(list(run)) if it else 0 for it, run in itertools.groupby(prepares)),
        "asserts": len(re.findall(r"^\s*assert\b", source, re.MULTILINE)),
        "abouts": source.count("\u2248"),
        "words": sum(lengths),
        "per sentence": round(statistics.mean(lengths), 1),
        "spread": round(statistics.stdev(lengths), 1),
        "longest": max(lengths),
        "LIX": round(lix(found)),
    }


if __name__ == "__main__":
    rows = {path.stem: measures(path) for path in notebooks.paths()}
    headings = list(next(iter(rows.values())))
    print(f"{'notebook':30}", *(f"{heading:>{len(heading) + 1}}" for heading in headings))
    for name, row in rows.items():
        print(f"{name:30}", *(f"{value:>{len(key) + 1}}" for key, value in row.items()))
