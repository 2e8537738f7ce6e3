"""Run notebooks from top to bottom in a fresh kernel and store their outputs.

usage: python -m tools.notebooks [NOTEBOOK ...]        (default: all in notebooks/)

A notebook is replaced only after all of its cells ran without an error. What would change
from run to run or means nothing in a file (timings, identities of live widgets) is left out.
"""

import os
from pathlib import Path
import sys
import tempfile

from aehelpers import files
from nbclient import NotebookClient
import nbformat

from tools import ROOT

FOLDER = ROOT / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {  # what nbconvert needs for a script, and no version of Python
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


def chapters():
    """Return the paths of the notebooks without their solutions."""
    return sorted(FOLDER.glob("[0-9]*.ipynb"))


def paths():
    """Return the paths of all notebooks, those with the solutions last."""
    return chapters() + sorted(FOLDER.glob("solutions/[0-9]*.ipynb"))


def read(path):
    """Return the notebook in a file."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    """Return the code cells of a notebook, in their order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def code(notebook):
    """Return the text of all code cells."""
    return "\n".join(cell.source for cell in code_cells(notebook))


def prose(notebook):
    """Return the text of all Markdown cells."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def execute(notebook, folder, **environment):
    """Run all cells in a fresh kernel, in a folder, with these environment variables besides."""
    NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        coalesce_streams=True,  # how prints arrive in parts depends on how busy the machine is
        extra_arguments=["--log-level=ERROR"],  # no warning that nobody encrypts what stays here
    ).execute(env=os.environ | environment)


def execute_anew(notebook, folder):
    """Run all cells as for a new learner: with an empty cache."""
    with tempfile.TemporaryDirectory() as cache:
        execute(notebook, folder, AEHELPERS_CACHE=cache)


def run(path):
    """Execute one notebook and write it back, whole or not at all."""
    notebook = read(path)
    execute_anew(notebook, path.resolve().parent)
    store(notebook, path)


def store(notebook, path):
    """Write an executed notebook, without what belongs to the session."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        for left_behind in ("lines_to_next_cell", "execution"):  # an editor's, a clock's
            cell.metadata.pop(left_behind, None)
        if "outputs" in cell:  # a live widget is an output of its own, below its still picture
            cell.outputs = [o for o in cell.outputs if WIDGET not in o.get("data", {})]
    nbformat.validate(notebook)
    files.write_whole(path, f"{nbformat.writes(notebook)}\n".encode())


if __name__ == "__main__":
    for path in [Path(name) for name in sys.argv[1:]] or paths():
        print(f"running {path.name}", flush=True)
        run(path)
