"""A notebook is executed once for its code and what the code depends on."""

from unittest.mock import Mock

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


def change(path, **cell):
    made = nbformat.read(path, as_version=4)
    for cell_of in made.cells:
        cell_of.source = cell.get(cell_of.cell_type, cell_of.source)
    nbformat.write(made, path)


def test_it_is_run_once_and_again_when_its_code_or_the_package_changes(
    stored, tmp_path, monkeypatch
):
    kept, ran = tmp_path / "kept", notebook({"a": own("code")}, "a")

    def run(made, folder):  # stands for a kernel
        made.cells[-1].outputs = ran.cells[-1].outputs
        made.metadata["widgets"] = ran.metadata["widgets"]

    kernel = Mock(side_effect=run)
    first = site.executed(stored, kept, kernel)
    assert VIEW in first.cells[-1].outputs[-1].data
    assert site.executed(stored, kept, kernel) == first
    change(stored, markdown="# Another title")
    made = site.executed(stored, kept, kernel)
    assert made.cells[0].source == "# Another title"
    assert made.metadata["widgets"]
    assert kernel.call_count == 1
    change(stored, code="another")
    site.executed(stored, kept, kernel)
    assert kernel.call_count == 2
    assert len(list(kept.iterdir())) == 1
    monkeypatch.setattr(site, "surroundings", lambda: "another package")
    site.executed(stored, kept, kernel)
    assert kernel.call_count == 3


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
