"""A notebook with one of each widget; others as nbclient leaves them, written by hand."""

import nbformat

from tests.jupyterlab import common
from tools.notebooks import chapters, read
from website.live import STATE, VIEW, outputs
from website.live import STILL as MARK

# One of each widget. A later cell may use what an earlier one has made.
CELLS = [
    *common.CELLS,
    """from aehelpers import data, networks, theory
images = data.load("mnist")[1][0].reshape(-1, 784)[:50]
pca = theory.principal_components(images)
pair = {"k = 2": learn.build_autoencoder(2, (16,), "elu", None, "sigmoid")}
widgets.Draw(pair, images)""",
    "widgets.Map(pair, images)",
    "widgets.Morph(pair, images)",
    "widgets.Spoil(pair, images, pca)",
    "widgets.Search(images, {'pixels': data.scale(images)})",
    "widgets.Label(images[:3], ['cat', 'dog'])",
    """from aehelpers.experiments.results import interval
few, more = ({"an arm": (interval(runs), runs)} for runs in ([0.4, 0.6], [0.7, 0.9]))
places = dict(sliders={"labels": [10, 100]}, start={"labels": 10}, measured=[few, more])
widgets.Intervals("Arms", "mean in %", **places, groups={"all": ["an arm"]}, limits=(0, 100))""",
]
EACH = f"notebooks/{chapters()[-1].name}"  # in its place they are part of a site
TRAININGS = 1  # whose progress bar has no code of its own

STILL = {"text/html": '<div class="ae-still">A still form.</div>'}


def model(name, buffers=(), **traits):
    """Return the state of a widget as a notebook stores it."""
    stored = {"model_name": name, "model_module": "", "state": {"_dom_classes": []} | traits}
    return stored | {"buffers": list(buffers)}


def own(esm, css="", **options):
    """Return the state of a widget of ours, with its code."""
    return model("AnyModel", _esm=esm, _css=css, **options)


def box(*children):
    """Return the state of a box with widgets of these identities in it."""
    return model("VBoxModel", children=[f"IPY_MODEL_{child}" for child in children])


def code_cell(*bundles, source="1"):
    outputs = [nbformat.v4.new_output("display_data", data=bundle) for bundle in bundles]
    return nbformat.v4.new_code_cell(source, outputs=outputs, execution_count=1)


def notebook(states, *views):
    """Return a notebook with these states, and a cell for each view: its still form and itself."""
    cells = [nbformat.v4.new_markdown_cell("# A *small* notebook < 1")]
    cells += [code_cell(STILL, {VIEW: {"model_id": view}}) for view in views]
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata["widgets"] = {STATE: {"state": states}}
    return nbformat.from_dict(made)


def without_widgets(path):
    """Return a stored notebook in which the still form of a widget is an output like others."""
    made = read(path)
    for output in outputs(made):
        if "text/html" in output.get("data", {}):
            output.data["text/html"] = output.data["text/html"].replace(MARK, "")
    return made
