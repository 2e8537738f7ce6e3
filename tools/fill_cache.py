"""Train the models behind the sliders, so that a learner's first run finds them in the cache.

usage: python -m tools.fill_cache

The notebooks themselves say which models these are: those that use a bank are run, and for both
data sets where there is a choice. Their outputs are dropped.
"""

import nbformat

from tools.notebooks import code, execute, paths, read

if __name__ == "__main__":
    for path in paths():
        notebook = read(path)
        if "train_bank(" in code(notebook):
            print(f"running {path.name}", flush=True)
            if "def material(name)" in code(notebook):
                notebook.cells.append(nbformat.v4.new_code_cell('material("fashion_mnist");'))
            execute(notebook, path.parent)
