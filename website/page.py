"""Write an executed notebook as one page that needs neither a kernel nor the network.

usage: python -m website.page NOTEBOOK PAGE

The page holds all that it shows, and asks nobody for anything. What Jupyter stored of the
notebook's widgets is part of it, and host.js brings them to life.
"""

import copy
import html
import json
from pathlib import Path
import re
from string import Template
import sys

from nbconvert import HTMLExporter
import nbformat
from pygments.formatters import HtmlFormatter

HERE = Path(__file__).parent
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
STILL = 'class="ae-still"'  # see aehelpers/show/live.py
OURS = "AnyModel"  # what anywidget calls the model of a widget that brings its own code
SHOWN = {OURS, "VBoxModel", "HBoxModel", "DropdownModel", "ButtonModel"}  # as in host.js
SOURCES = ("_esm", "_css")  # traits that many widgets have in common, like some of their bytes
EXECUTE = (
    "run `jupyter nbconvert --to notebook --execute --output-dir FOLDER NOTEBOOK`, "
    "and take the notebook that it writes into FOLDER"
)


def page(notebook):
    """Return the page of an executed notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        With the state of its widgets, as nbclient and nbconvert store it. Its first heading is the
        title of the page. A widget without code of its own, such as a progress bar, is left out.

    Returns
    -------
    str
    """
    states = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    _check(notebook, states)
    needed = {model_id: _needed(model_id, states) for model_id in _views(notebook)}
    alive = {model_id: parts for model_id, parts in needed.items() if _has_code(parts, states)}
    return Template(_read("page.html")).substitute(
        title=html.escape(_title(notebook)),
        style=_read("page.css") + _colours(),
        body=_body(notebook, alive),
        widgets=_widgets(states, set().union(*alive.values())) if alive else "",
    )


def _read(name):
    return (HERE / name).read_text(encoding="utf-8")


def _outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def _views(notebook):
    """Return the identities of the widgets that are shown, in their order."""
    shown = [output.get("data", {}).get(VIEW) for output in _outputs(notebook)]
    return [view["model_id"] for view in shown if view]


def _check(notebook, states):
    """Raise ValueError unless all cells were run, and all widgets have a state."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    not_run = sum(cell.execution_count is None for cell in code)
    if not_run:
        raise ValueError(f"{not_run} of {len(code)} cells were not run; {EXECUTE}")
    views = _views(notebook)
    stills = sum(STILL in o.get("data", {}).get("text/html", "") for o in _outputs(notebook))
    if stills > len(views) or not states.keys() >= set(views):
        raise ValueError(f"the notebook is stored without the state of its widgets; {EXECUTE}")


def _title(notebook):
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    heading = re.search(r"^# +(.+)$", "\n".join(prose), re.MULTILINE)
    if not heading:
        raise ValueError("the notebook has no heading, which would be the title of the page")
    return re.sub(r"[*_`]", "", heading[1])


def _needed(model_id, states):
    """Return the identities of a widget and of what is in it, as far as host.js shows them."""
    stored = states[model_id]
    if stored["model_name"] not in SHOWN:
        return set()
    children = (name.removeprefix("IPY_MODEL_") for name in stored["state"].get("children", ()))
    return {model_id}.union(*(_needed(child, states) for child in children))


def _has_code(model_ids, states):
    return any(states[model_id]["model_name"] == OURS for model_id in model_ids)


def _body(notebook, alive):
    """Return the cells of a notebook in HTML, with a place for each widget that is alive."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata.pop("widgets", None)  # _widgets writes what is needed of it
    for cell in notebook.cells:
        if cell.cell_type == "markdown":  # an image elsewhere becomes its text alternative
            cell.source = re.sub(r"!\[([^\]]*)\]\((?!data:|attachment:)[^)]*\)", r"\1", cell.source)
    for output in _outputs(notebook):
        if VIEW in output.get("data", {}):
            model_id = output.data[VIEW]["model_id"]
            place = f'<div class="widget-view" data-model="{model_id}"></div>'
            output.data = {"text/html": place if model_id in alive else ""}
    exporter = HTMLExporter(
        template_name="basic",
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    body, _ = exporter.from_notebook_node(notebook)
    return body


def _colours():
    """Return the colours of code, on a light and on a dark page."""
    light, dark = (
        HtmlFormatter(style=style).get_style_defs(".highlight")
        for style in ("default", "github-dark")
    )
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}"


def _widgets(states, needed):
    """Return the states that host.js reads, with each long text once, and host.js itself."""
    numbers = {}

    def number(text):
        return numbers.setdefault(text, len(numbers))

    def pointing(stored):
        state = stored["state"]
        places = {trait: number(state[trait]) for trait in SOURCES if trait in state}
        buffers = [b | {"data": number(b["data"])} for b in stored.get("buffers", ())]
        return stored | {"state": state | places, "buffers": buffers}

    shown = {model_id: pointing(states[model_id]) for model_id in sorted(needed)}
    content = {"states": shown, "texts": list(numbers)}
    text = json.dumps(content, sort_keys=True).replace("<", r"\u003c")  # no tag ends the script
    return (
        f'<script type="application/json" id="widget-states">{text}</script>\n'
        f'<script type="module">\n{_read("host.js")}</script>'
    )


def main(source, target):
    """Write the page of the notebook in one file to another, or say why it cannot be one."""
    try:
        text = page(nbformat.read(source, as_version=4))
    except ValueError as error:
        sys.exit(f"{source}: {error}")
    Path(target).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
