"""A notebook is executed once for its code and what the code depends on."""

import nbformat
import pytest

from tests.website.common import STILL, code_cell, notebook, own
from tools import site
from website.live import VIEW


@pytest.fixture
def stored(tmp_path):
    """Return the path of a stored notebook with a widget, as `make notebooks` leaves it."""
    made = notebook({})
    made.cells.append(code_cell(STILL, source="widget"))
    path = tmp_path / "01_one.ipynb"
    nbformat.write(made, path)
    return path


class Run:
    """Stands for a kernel, and counts how often it was needed."""

    def __init__(self):
        self.times = 0

    def __call__(self, made, folder):
        self.times += 1
        ran = notebook({"a": own("code")}, "a")
        made.cells[-1].outputs = ran.cells[-1].outputs
        made.metadata["widgets"] = ran.metadata["widgets"]


def change(path, **cell):
    made = nbformat.read(path, as_version=4)
    for cell_of in made.cells:
        cell_of.source = cell.get(cell_of.cell_type, cell_of.source)
    nbformat.write(made, path)


def test_it_is_run_once_and_again_when_its_code_changes(stored, tmp_path):
    run, kept = Run(), tmp_path / "kept"
    first = site.executed(stored, kept, run)
    assert VIEW in first.cells[-1].outputs[-1].data
    assert site.executed(stored, kept, run) == first
    assert run.times == 1
    change(stored, code="another")
    site.executed(stored, kept, run)
    assert run.times == 2
    assert len(list(kept.iterdir())) == 1


def test_a_change_of_its_text_needs_no_run(stored, tmp_path):
    run, kept = Run(), tmp_path / "kept"
    site.executed(stored, kept, run)
    change(stored, markdown="# Another title")
    made = site.executed(stored, kept, run)
    assert run.times == 1
    assert made.cells[0].source == "# Another title"
    assert made.metadata["widgets"]


def test_it_is_run_again_when_the_package_changes(stored, tmp_path, monkeypatch):
    run, kept = Run(), tmp_path / "kept"
    site.executed(stored, kept, run)
    monkeypatch.setattr(site, "surroundings", lambda: "another package")
    site.executed(stored, kept, run)
    assert run.times == 2


def test_a_notebook_without_widgets_is_taken_as_it_is_stored(tmp_path):
    path = tmp_path / "01_one.ipynb"
    nbformat.write(notebook({}), path)
    site.executed(path, tmp_path / "kept", run=None)
    assert not (tmp_path / "kept").exists()


def test_what_it_depends_on_is_the_whole_package_and_the_lock(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "ROOT", tmp_path)
    (tmp_path / "aehelpers").mkdir()
    code, lock = tmp_path / "aehelpers" / "a.js", tmp_path / "constraints.txt"
    found = set()
    for text, locked in (("1", "1"), ("2", "1"), ("2", "2")):
        code.write_text(text, encoding="utf-8")
        lock.write_text(locked, encoding="utf-8")
        found.add(site.surroundings.__wrapped__())
    assert len(found) == 3
