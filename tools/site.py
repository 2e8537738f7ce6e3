"""Build the website: execute the notebooks that have changed, and make pages of all of them.

usage: python -m tools.site SITE

A notebook is executed once for its code, the package and the locked dependencies; what came of it
is kept beside the site. After a change of its text only the page is made anew. A notebook without
widgets is taken with its stored outputs.
"""

import copy
import functools
import hashlib
from pathlib import Path
import platform
import sys

from aehelpers import files
import nbformat

from tools import ROOT
from tools.notebooks import code, code_cells, execute_anew, paths, read
from website import live
from website.build import build


@functools.cache
def surroundings():
    """Return a digest of all that a notebook's outputs depend on, but for its own code."""
    digest = hashlib.sha256(platform.python_version().encode())
    package = (ROOT / "aehelpers").rglob("*")
    used = [path for path in package if path.is_file() and "__pycache__" not in path.parts]
    for path in sorted([*used, ROOT / "constraints.txt"]):
        digest.update(f"\n{path.relative_to(ROOT).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def executed(path, kept, run=execute_anew):
    """Return a notebook as it is when executed, with the state of its widgets.

    Parameters
    ----------
    path : pathlib.Path
        Of the notebook.
    kept : pathlib.Path
        The folder of what earlier executions have given.
    run : callable, optional
        Takes a notebook and a folder, and runs the one in the other.

    Returns
    -------
    nbformat.NotebookNode
    """
    notebook = read(path)
    if not any(map(live.has_widget, live.outputs(notebook))):
        return notebook
    key = hashlib.sha256(f"{surroundings()}\n{code(notebook)}".encode()).hexdigest()[:16]
    outcome = kept / f"{path.stem}-{key}.ipynb"
    if not outcome.exists():
        print(f"running {path.name}", flush=True)
        fresh = copy.deepcopy(notebook)
        run(fresh, path.parent)
        for earlier in kept.glob(f"{path.stem}-*.ipynb"):
            earlier.unlink()
        files.write_whole(outcome, nbformat.writes(fresh).encode())
    return with_outputs(notebook, read(outcome))


def with_outputs(notebook, ran):
    """Return a notebook with the outputs and widgets of another that has the same code."""
    made = copy.deepcopy(notebook)
    for mine, its in zip(code_cells(made), code_cells(ran)):
        mine.outputs, mine.execution_count = its.outputs, its.execution_count
    made.metadata["widgets"] = ran.metadata["widgets"]
    return made


def all_executed(kept):
    """Return all notebooks as they are when executed, by their paths; see `executed`."""
    return {path.relative_to(ROOT).as_posix(): executed(path, kept) for path in paths()}


def main(site):
    """Build the site, or say what is wrong with it."""
    site = Path(site).resolve()
    try:
        build(all_executed(site.with_name(f"{site.name}-executed")), site)
    except (RuntimeError, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
