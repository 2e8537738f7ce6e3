"""What tests in JupyterLab need: notebooks, settings, and a look at what is shown."""

import json

import nbformat

from tools.lab import sliders_of

WINDOW = {"width": 1280, "height": 1000}
STATE = "application/vnd.jupyter.widget-state+json"
OTHER_IMAGES = (
    "Other images need a kernel, and none runs here. The sliders still work; "
    "run this cell in a notebook to get other images."
)
# One of each: an explorer, one with a choice, a question and its answer, a training that shows its
# progress.
CELLS = [
    """import numpy as np
from aehelpers import learn, widgets
def make(dataset="one", draw=0):
    pages = np.zeros((3, 2, 28, 28), np.uint8) + np.uint8([[[[0]]], [[[90]]], [[[180]]]])
    return {"panels": [widgets.Panel("Levels", pages + np.uint8(draw), ("k",))]}
widgets.Explorer("Alone", {"k": [1, 2, 4]}, start={"k": 2}, **make())""",
    """two = {"One": "one", "Two": "two"}
widgets.Chooser("With a choice", {"k": [1, 2, 4]}, {"k": 2}, make, two)""",
    """question = widgets.Guess("How much?", ["little", "much"])
question""",
    """question.answer("much", because="It is a lot.")""",
    """network = learn.build_autoencoder(4, ())
network.compile("sgd", "mse")
learn.fit(network, np.zeros((32, 784), np.uint8), epochs=1, batch_size=16);""",
]


def write_settings(jupyter, extension, settings):
    """Write settings of a person, which count from the next opened page on; return their file."""
    path = jupyter.course.parent / "settings" / extension / "plugin.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings), encoding="utf-8")
    return path


def run_new(page, jupyter, name, sources):
    """Write a notebook with these cells, open it, and run all of them without an error."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3 (ipykernel)", "name": "python3"}
    nbformat.write(notebook, jupyter.folder / name)
    jupyter.open(page, name)
    assert jupyter.run_all(page) == []


def save(page, jupyter, name):
    """Save with the keyboard, whatever has the focus; return the state of widgets in the file."""
    with page.expect_response(lambda a: a.request.method == "PUT" and name in a.url):
        page.keyboard.press("Control+s")
    notebook = json.loads((jupyter.folder / name).read_text(encoding="utf-8"))
    return notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})


def shut_down(page, jupyter):
    """End all kernels."""
    headers = {"Authorization": f"token {jupyter.token}"}
    for session in jupyter.ask(page, "api/sessions").json():
        page.request.delete(f"{jupyter.address}/api/sessions/{session['id']}", headers=headers)


def reopen(page, jupyter, name):
    """Open a notebook whose kernel has ended."""
    shut_down(page, jupyter)
    jupyter.open(page, name)


def shown(page, text):
    """Return whether a text is to be seen anywhere in the page."""
    found = page.get_by_text(text).evaluate_all("all => all.map(one => one.checkVisibility())")
    return any(found)


def press(page, explorer, key, state, times=1):
    """Press a key on the focused slider, and wait until the explorer shows this state."""
    for _ in range(times):
        page.keyboard.press(key)
    page.wait_for_function(
        "([root, state]) => root.dataset.state === state", arg=[explorer.element_handle(), state]
    )


def move(page, number, key, state):
    """Move the only slider of an explorer; return the grey value of its picture then."""
    explorer = page.locator(".ae-explorer").nth(number)
    handle = sliders_of(explorer).first
    handle.scroll_into_view_if_needed()
    handle.focus()
    press(page, explorer, key, state)
    return explorer.locator("canvas").first.evaluate(
        "canvas => canvas.getContext('2d').getImageData(0, 0, 1, 1).data[0]"
    )
