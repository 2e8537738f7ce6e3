"""What becomes of the cells of an executed notebook on the site."""

import base64
import io
import json
import re

import nbformat
from PIL import Image
import pytest

from tests.website.common import STILL, box, code_cell, model, notebook, own, without_widgets
from tools.notebooks import chapters
from website.cells import anchor, digest, folded, prepared, with_files, with_terms
from website.live import VIEW

MARKDOWN = nbformat.v4.new_markdown_cell


def png(width=4, height=2):
    buffer = io.BytesIO()
    Image.new("L", (width, height)).save(buffer, "png")
    return buffer.getvalue()


def sources(made):
    return [cell.source for cell in made.cells]


def test_long_texts_become_files_that_widgets_share_and_the_page_names_them():
    buffers = [{"path": ["images"], "encoding": "base64", "data": "AQID"}]
    states = {"a": own("code", "style", buffers=buffers), "b": own("code", "style")}
    files = {}
    made = prepared(notebook(states, "a", "b"), "../_static/", files.__setitem__)
    for text in ("code", "style", "AQID"):
        script = files[f"widgets/{digest(text.encode())}.js"].decode()
        assert script == f'(self.widgetTexts ??= {{}})["{digest(text.encode())}"] = "{text}";\n'
    assert len(files) == 4
    found = re.search('id="widget-states">(.*)</script>', made.cells[-1].source)
    content = json.loads(found[1])
    assert content["folder"] == "../_static/widgets/"
    _, script = files[f"widgets/{content['stored']}.js"].decode().split(" = ")
    stored = json.loads(json.loads(script.removesuffix(";\n")))
    assert stored["a"]["state"]["_esm"] == digest(b"code")
    assert stored["a"]["buffers"][0]["data"] == digest(b"AQID")
    assert "widgets" not in made.metadata


def test_a_widget_without_code_leaves_nothing_behind():
    states = {"a": own("code"), "training": box("bar"), "bar": model("FloatProgressModel")}
    made = prepared(notebook(states, "training", "a"), "_static/", lambda *_: None)
    training, alive = made.cells[1:3]
    assert training.outputs == []
    assert [list(output.data) for output in alive.outputs] == [["text/html"], ["text/html"]]
    assert 'data-model="a"' in alive.outputs[1].data["text/html"]


def test_a_notebook_loses_its_badges_and_the_cell_for_colab_and_gets_a_note():
    made = notebook({})
    made.cells[
        0
    ].source = "# One\n\n[![Open](b.svg)](https://mybinder.org) [![Open](c.svg)](x)\n\nTwo"
    made.cells.append(code_cell(source='if "google.colab" in sys.modules: ...'))
    after = prepared(made, "_static/", None, note="<p>Note</p>")
    assert sources(after) == ["# One\n\n\nTwo", "<p>Note</p>"]
    assert len(made.cells) == 2


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_nobody_reads_about_the_cell_that_a_page_does_not_have(path):
    made = prepared(without_widgets(path), "../_static/", lambda *_: None)
    assert not any("Colab" in source for source in sources(made))


def test_pictures_become_files_and_keep_their_place():
    files = {}
    data = base64.b64encode(png()).decode()
    text = f'<img alt="a" width="800" src="data:image/png;base64,{data}">'
    made = with_files(text, "../_static/", files.__setitem__)
    (name,) = files
    assert files[name] == png()
    picture = f'<img alt="a" width="800" height="400" loading="lazy" src="../_static/{name}">'
    assert made == f'<a class="ae-picture" href="../_static/{name}">{picture}</a>'


def test_only_the_html_of_an_output_is_shown():
    made = notebook({"a": own("one")}, "a")
    made.cells[1].outputs[0].data["image/png"] = "AAAA"
    after = prepared(made, "_static/", lambda *_: None)
    assert list(after.cells[1].outputs[0].data) == ["text/html"]
    assert VIEW in made.cells[1].outputs[1].data
    assert after.cells[1].outputs[0].data["text/html"] == STILL["text/html"]


def test_each_solution_is_folded_below_its_heading_and_its_task():
    cells = [MARKDOWN("# Solutions"), MARKDOWN("## 1. A\n\n*Do this.*\n\nSo."), code_cell()]
    cells += [MARKDOWN("## 2. B\n\nThus *that*."), MARKDOWN("More.")]
    unfold, fold = "<details class='solution'><summary>Show the solution</summary>", "</details>"
    assert [cell.source for cell in folded(cells)] == [
        "# Solutions",
        *("## 1. A\n\n*Do this.*", unfold, "So.", "1", fold),
        *("## 2. B", unfold, "Thus *that*.", "More.", fold),
    ]


def test_a_term_in_bold_leads_to_the_glossary_and_says_what_it_means():
    meanings = {"code (of an image)": "x", "sigmoid": 'It is "S".'}
    text = with_terms("A **Sigmoid**, a **word**, ***all***.", meanings, "../_static/")
    link = '<a class="term" href="../docs/glossary.html#term-sigmoid" title="It is &quot;S&quot;.">'
    assert text == f"A {link}**Sigmoid**</a>, a **word**, ***all***."
    assert anchor("spread (labels)") == "term-spread-labels"
