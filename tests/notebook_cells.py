"""How nbval compares the cells of a notebook, and the claims that are tested after the last one.

A pytest plugin, which conftest.py loads. Two things are added to nbval:

- In a cell with the tag "trained", numbers come out of a training, which ends a little differently
  on another machine. They may differ a little; everything else of the output may not.
- tests/claims/ holds a file for each notebook whose text claims something about such numbers. It is
  run in the notebook's own kernel after its last cell. A line that starts with "# %% " begins a
  claim and says what it is about.
"""

import collections
from pathlib import Path
import re

import nbformat
from nbval.plugin import IPyNbCell, IPyNbFile
import pytest

CLAIMS = Path(__file__).with_name("claims")
# Not within a word: an encoded image is full of digits.
NUMBER = re.compile(r"(?<!\w)[-+\N{MINUS SIGN}]?\d[\d,]*(?:\.\d+)?(?:e-?\d{1,2}(?!\d))?")
SHARE, UNITS = 0.1, 10  # numbers may differ by a tenth, or by ten units of the last printed place


def like_stored(new, stored):
    """Return the stored text, with the new number in place of each that differs more than a little.

    Where the words differ, the new text is returned as it is.
    """
    if words(new) != words(stored):
        return new
    numbers = iter(NUMBER.findall(new))
    return NUMBER.sub(lambda found: _kept(next(numbers), found.group()), stored)


def _kept(number, stored):
    return stored if close(number, stored) else number


def words(text):
    """Return a text without its numbers, and without the spaces that align them."""
    return NUMBER.sub("N", text).split()


def close(one, other):
    """Return whether two printed numbers differ a little at most."""
    number, another = map(value, (one, other))
    places = max(len(text.partition("e")[0].partition(".")[2]) for text in (one, other))
    exponent = int(one.partition("e")[2] or 0)
    unit = 10.0 ** (exponent - places)
    return abs(number - another) <= max(SHARE * abs(number), UNITS * unit) * (1 + 1e-9)


def value(text):
    return float(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))


class Cell(IPyNbCell):
    """A cell of a notebook, or a claim about it."""

    def compare_outputs(self, test, ref, skip_compare=None):
        if "trained" in self.cell.metadata.get("tags", ()):
            test = as_stored(test, ref)
        return super().compare_outputs(test, ref, skip_compare)


def as_stored(outputs, stored):
    """Return new outputs with the stored numbers where theirs differ a little.

    The first text of a kind, such as text/html, is compared with the first stored one of this
    kind, as nbval does it: other outputs, such as a live widget, may be between them.
    """
    texts = collections.defaultdict(list)
    for part in map(_parts, stored):
        for kind, text in part.items():
            texts[kind].append(text)
    new = nbformat.from_dict(outputs)
    for part in map(_parts, new):
        for kind, text in part.items():
            if texts[kind] and isinstance(text, str):
                part[kind] = like_stored(text, texts[kind].pop(0))
    return new


def _parts(output):
    """Return the texts of an output by their kinds, as the dict that holds them."""
    return output.get("data", output)


class File(IPyNbFile):
    """A notebook and the claims about it."""

    def collect(self):
        number = 0
        for item in super().collect():
            yield self._cell(item.name, number, item.cell, item.options)
            number += 1
        for title, source in claims(CLAIMS / f"{self.path.stem}.py"):
            cell = nbformat.v4.new_code_cell(source, outputs=[])
            yield self._cell(f"claim: {title}", number, cell, collections.defaultdict(bool))
            number += 1

    def _cell(self, name, number, cell, options):
        return Cell.from_parent(self, name=name, cell_num=number, cell=cell, options=options)


def claims(path):
    """Return pairs of title and source of the claims in a file; none where it does not exist."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = re.split(r"^# %% (.+)\n", text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2]))


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path, parent):
    found = yield
    return [
        File.from_parent(parent, path=file_path) if type(one) is IPyNbFile else one for one in found
    ]
