"""The widgets of an executed notebook, and what a page needs to bring them to life."""

import json
from pathlib import Path

HERE = Path(__file__).parent
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
STILL = 'class="ae-still"'  # see aehelpers/show/live.py
OURS = "AnyModel"  # what anywidget calls the model of a widget that brings its own code
SHOWN = {OURS, "VBoxModel", "HBoxModel", "DropdownModel", "ButtonModel"}  # as in host.js
SOURCES = ("_esm", "_css")  # traits that many widgets have in common, like some of their bytes
FILLED = ("answers",)  # traits that the notebook's code has filled in its learner's place
EXECUTE = (
    "run `jupyter nbconvert --to notebook --execute --output-dir FOLDER NOTEBOOK`, "
    "and take the notebook that it writes into FOLDER"
)


def own(name):
    """Return the text of a file of this folder."""
    return (HERE / name).read_text(encoding="utf-8")


def outputs(notebook):
    """Return the outputs of all cells, in their order."""
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def html_of(output):
    """Return the HTML of an output, or nothing."""
    return output.get("data", {}).get("text/html", "")


def view_of(output):
    """Return the identity of the widget that an output shows, or None."""
    return output.get("data", {}).get(VIEW, {}).get("model_id")


def has_widget(output):
    """Return whether an output is the still form of a widget."""
    return STILL in html_of(output)


def states_of(notebook):
    """Return the states of a notebook's widgets by their identity, or nothing."""
    return notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})


def check(notebook):
    """Raise ValueError unless all cells were run, and all widgets have a state."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    not_run = sum(cell.execution_count is None for cell in code)
    if not_run:
        raise ValueError(f"{not_run} of {len(code)} cells were not run; {EXECUTE}")
    views = list(filter(None, map(view_of, outputs(notebook))))
    stills = sum(map(has_widget, outputs(notebook)))
    if stills > len(views) or not states_of(notebook).keys() >= set(views):
        raise ValueError(f"the notebook is stored without the state of its widgets; {EXECUTE}")


def alive(notebook):
    """Return for each widget that is shown and has code the identities of all that is in it."""
    states = states_of(notebook)
    needed = {view: _needed(view, states) for view in filter(None, map(view_of, outputs(notebook)))}
    return {
        view: parts
        for view, parts in needed.items()
        if any(states[part]["model_name"] == OURS for part in parts)
    }


def _needed(model_id, states):
    """Return the identities of a widget and of what is in it, as far as host.js shows them."""
    stored = states[model_id]
    if stored["model_name"] not in SHOWN:
        return set()
    children = (name.removeprefix("IPY_MODEL_") for name in stored["state"].get("children", ()))
    return {model_id}.union(*(_needed(child, states) for child in children))


def place(model_id):
    """Return the element of a page that host.js fills with a widget."""
    return f'<div class="widget-view" data-model="{model_id}"></div>'


def pointing(states, name_of):
    """Return the states with a name in place of each long text, and without answers.

    Parameters
    ----------
    states : dict of str to dict
        As Jupyter stores them, by identity.
    name_of : callable
        Takes the code, the style or some bytes of a widget, and returns its name.
    """

    def short(stored):
        state = stored["state"]
        names = {trait: name_of(state[trait]) for trait in SOURCES if trait in state}
        opened = {trait: [] for trait in FILLED if trait in state}
        buffers = [b | {"data": name_of(b["data"])} for b in stored.get("buffers", ())]
        return stored | {"state": state | names | opened, "buffers": buffers}

    return {model_id: short(states[model_id]) for model_id in sorted(states)}


def scripts(content):
    """Return the two elements that bring a page to life: what host.js reads, and host.js itself."""
    text = json.dumps(content, sort_keys=True).replace("<", r"\u003c")  # no tag ends the script
    return (
        f'<script type="application/json" id="widget-states">{text}</script>\n'
        f'<script type="module">\n{own("host.js")}</script>'
    )
