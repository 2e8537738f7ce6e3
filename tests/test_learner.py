"""A learner who stops every training, runs every cell twice, and runs all cells again."""

import os
from pathlib import Path
import threading

from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
import nbformat
import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
PATHS = sorted(FOLDER.glob("[0-9]*.ipynb"))
TRAINS = (
    "training.fit(",
    "train_bank(",
    "train_with(",
    "= train(",
    "experiments.measure(",
    ": race(",
    "= update_seconds(",
)
SECONDS = 1.5  # into a training, at which the stop button is pressed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


class Learner:
    """A kernel in the folder of the notebooks, and the cells that are run in it."""

    def __init__(self, client, manager, notebook):
        self.client, self.manager, self.notebook = client, manager, notebook
        self.code = [i for i, c in enumerate(notebook.cells) if c.cell_type == "code"]

    def run(self, number):
        """Run one cell; an error in it fails the test."""
        self.client.execute_cell(self.notebook.cells[number], number)

    def stop(self, number):
        """Start a cell and press the stop button; return what stood in the cell's output."""
        button = threading.Timer(SECONDS, self.manager.interrupt_kernel)
        button.start()
        try:
            self.run(number)
        except CellExecutionError as error:
            if error.ename != "KeyboardInterrupt":
                raise
        finally:
            button.cancel()
            button.join()
        self.client.kc.wait_for_ready(timeout=60)

    def trains(self, number):
        source = self.notebook.cells[number].source
        lines = [line for line in source.splitlines() if not line.startswith(("def ", "    "))]
        calls = "\n".join(lines) if source.startswith("def ") else source
        return any(call in calls for call in TRAINS)


@pytest.fixture
def learner(cache, request):
    notebook = nbformat.read(request.param, as_version=4)
    manager = KernelManager(kernel_name="python3")
    where = {"metadata": {"path": str(FOLDER)}}
    client = NotebookClient(notebook, km=manager, timeout=900, resources=where)
    with client.setup_kernel(env=os.environ | {"AEHELPERS_CACHE": str(cache)}):
        yield Learner(client, manager, notebook)
    manager.shutdown_kernel(now=True)  # nbclient leaves a kernel alone that it did not start


EACH = pytest.mark.parametrize("learner", PATHS, indirect=True, ids=lambda path: path.stem)


@EACH
def test_every_training_may_be_stopped_and_every_cell_run_twice(learner):
    stopped = 0
    for number in learner.code:
        if learner.trains(number):
            learner.stop(number)
            stopped += 1
        learner.run(number)
        learner.run(number)
    assert stopped
    assert "This notebook computed for" in str(learner.notebook.cells[learner.code[-1]].outputs)


@EACH
def test_after_going_back_to_an_earlier_section_the_rest_still_runs(learner):
    """All cells, then the second section's cells again, then from the middle to the end."""
    for number in learner.code:
        learner.run(number)
    for number in learner.code[1 : len(learner.code) // 3] + learner.code[len(learner.code) // 2 :]:
        learner.run(number)
