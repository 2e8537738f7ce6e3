"""An executed notebook becomes one page."""

import json
import re
import subprocess
import sys

import nbformat
import pytest

from tests.website.common import STILL, box, code_cell, model, notebook, own
from website.page import main, page


def stored(text):
    """Return what is stored in a page for host.js."""
    found = re.search(r'<script type="application/json" id="widget-states">(.*)</script>\n', text)
    return json.loads(found[1])


def places(text):
    return re.findall(r'<div class="widget-view" data-model="(\w+)">', text)


def test_what_code_has_answered_is_open_again():
    made = notebook({"a": own("one", answers=[[0, 1]], n=1)}, "a")
    state = stored(page(made))["states"]["a"]["state"]
    assert (state["answers"], state["n"]) == ([], 1)


def test_a_page_holds_all_that_it_shows():
    made = notebook({"a": own("one")}, "a")
    link = "[![Open](../docs/binder.svg)](https://mybinder.org/)"
    made.cells.insert(1, nbformat.v4.new_markdown_cell(f"{link} ![dot](data:image/gif;base64,R0)"))
    text = page(made)
    assert text.startswith('<!doctype html>\n<html lang="en">')
    assert "<title>A small notebook &lt; 1</title>" in text
    assert re.search(r'<a href="https://mybinder.org/"[^>]*>Open</a>', text)
    addresses = re.findall(r'(?:src|srcset|data|action)="([^"]+)"|<link [^>]*href="([^"]+)"', text)
    assert addresses
    assert all("".join(address).startswith("data:") for address in addresses)
    assert not re.search(r"@import|url\(", text)


def test_views_have_their_place_below_their_still_form_and_the_notebook_stays_as_it_was():
    made = notebook({"a": own("one"), "b": own("two")}, "a", "b", "a")
    before = nbformat.writes(made)
    text = page(made)
    assert nbformat.writes(made) == before
    assert places(text) == ["a", "b", "a"]
    assert len(re.findall(r"A still form\..*?widget-view", text, re.DOTALL)) == 3


def test_only_what_is_shown_goes_into_the_page_and_long_texts_once():
    buffers = [{"path": ["images"], "encoding": "base64", "data": "AQID"}]
    states = {
        "a": own("long", "style", layout="IPY_MODEL_layout", number=1, buffers=buffers),
        "b": own("long", "style", number=2, buffers=buffers),
        "chooser": box("row", "output", "b"),
        "row": model("HBoxModel", children=["IPY_MODEL_button"]),
        "button": model("ButtonModel", description="Other images"),
        "output": model("OutputModel"),
        "layout": model("LayoutModel"),
        "other": own("of a cell that was run again"),
        "training": box("bar"),
        "bar": model("FloatProgressModel"),
    }
    text = page(notebook(states, "a", "chooser", "training"))
    assert places(text) == ["a", "chooser"]  # a bar has no code of its own: its still form stays
    assert text.count("A still form.") == 3
    found = stored(text)
    assert found["states"].keys() == {"a", "b", "chooser", "row", "button"}
    assert sorted(found["texts"]) == ["AQID", "long", "style"]
    for name, number in (("a", 1), ("b", 2)):
        state = found["states"][name]["state"]
        assert state["number"] == number
        assert found["texts"][state["_esm"]] == "long"
        assert found["texts"][state["_css"]] == "style"
        (buffer,) = found["states"][name]["buffers"]
        assert found["texts"][buffer["data"]] == "AQID"
        assert buffer["path"] == ["images"]


def test_no_text_of_a_widget_ends_the_script_that_holds_it():
    text = "</script><!--<script>é"
    page_text = page(notebook({"a": own(text, question=text)}, "a"))
    found = stored(page_text)
    assert found["states"]["a"]["state"]["question"] == text
    assert text in found["texts"]
    assert text not in page_text
    assert len(re.findall("</script>", page_text)) == 2


def test_a_notebook_without_widgets_is_a_page_without_scripts():
    text = page(notebook({}))
    assert "<script" not in text
    assert "<em>small</em>" in text


NOT_RUN = nbformat.v4.new_code_cell("1 + 1")
WITHOUT_VIEW = code_cell(STILL)  # as tools.notebooks stores it


@pytest.mark.parametrize(
    ("cells", "views", "words"),
    [
        ([NOT_RUN], "", "1 of 1 cells were not run; run `jupyter nbconvert --to notebook --ex"),
        ([WITHOUT_VIEW], "", "without the state of its widgets; run `jupyter nbconvert"),
        ([], "a", "without the state of its widgets; run `jupyter nbconvert"),
        (None, "", "no heading"),
    ],
)
def test_what_cannot_become_a_page_is_refused_in_words(cells, views, words):
    made = notebook({}, *views)
    if cells is None:
        made.cells[0].source = "## A section"
    made.cells += cells or []
    with pytest.raises(ValueError, match=re.escape(words)):
        page(made)


def test_the_command_writes_the_page_or_says_what_to_run_and_writes_nothing(tmp_path):
    source, target = tmp_path / "executed.ipynb", tmp_path / "page.html"
    made = notebook({"a": own("one")}, "a")
    nbformat.write(made, source)
    main(source, target)
    assert target.read_text(encoding="utf-8") == page(made)
    target.unlink()
    made.cells.append(NOT_RUN)
    nbformat.write(made, source)
    command = [sys.executable, "-m", "website.page", source, target]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert re.fullmatch(r".*executed\.ipynb: 1 of 2 cells were not run; run `.*\n", done.stderr)
    assert not target.exists()
