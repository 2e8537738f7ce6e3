"""A learner who stops every training, runs every cell twice, and runs all cells again."""

import os
from pathlib import Path
import signal

from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
import nbformat
import pytest

from tools import notebooks

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks"
TRAINS = (
    "learn.fit(",
    "train_bank(",
    "train_with(",
    "= train(",
    "all_five(",
    "experiments.measure(",
    "= learn.fit_both(",
    ": race(",
    "= update_seconds(",
)
PRESSES = (1, 100)  # after so many updates of a cell the stop button is pressed, if it makes them

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


class Learner:
    """A kernel in the folder of the notebooks, and the cells that are run in it."""

    def __init__(self, client, notebook):
        self.client, self.notebook = client, notebook
        self.code = [i for i, c in enumerate(notebook.cells) if c.cell_type == "code"]

    def run(self, number):
        """Run one cell; an error in it fails the test."""
        self.client.execute_cell(self.notebook.cells[number], number)

    def stop(self, number, n_updates):
        """Run a cell in which the stop button is pressed; return whether the cell says so."""
        self.arrange(f"at_update({n_updates}, {int(signal.SIGINT)})")
        try:
            self.run(number)
        except CellExecutionError as error:
            if error.ename != "KeyboardInterrupt":
                raise
            return True
        finally:
            self.arrange("never()")
        return "nterrupted" in str(self.notebook.cells[number].outputs)

    def arrange(self, call):
        """Call a function of tests.interruptions in the kernel."""
        source = (
            f"import sys; sys.path.append({str(ROOT)!r})\n"
            f"from tests import interruptions; interruptions.{call}"
        )
        self.client.execute_cell(nbformat.v4.new_code_cell(source), 0)

    def trains(self, number):
        source = self.notebook.cells[number].source
        lines = [line for line in source.splitlines() if not line.startswith(("def ", "    "))]
        calls = "\n".join(lines) if source.startswith("def ") else source
        return any(call in calls for call in TRAINS)


@pytest.fixture
def learner(cache, request):
    notebook = notebooks.read(request.param)
    manager = KernelManager(kernel_name="python3")
    where = {"metadata": {"path": str(FOLDER)}}
    client = NotebookClient(notebook, km=manager, resources=where)
    with client.setup_kernel(env=os.environ | {"AEHELPERS_CACHE": str(cache)}):
        yield Learner(client, notebook)
    manager.shutdown_kernel(now=True)  # nbclient leaves a kernel alone that it did not start


EACH = pytest.mark.parametrize(
    "learner", notebooks.chapters(), indirect=True, ids=lambda path: path.stem
)


@EACH
def test_every_training_may_be_stopped_and_every_cell_run_twice(learner):
    stopped = 0
    for number in learner.code:
        if learner.trains(number):
            stopped += sum([learner.stop(number, n_updates) for n_updates in PRESSES])
        learner.run(number)
        learner.run(number)
    assert stopped


@EACH
def test_after_going_back_to_an_earlier_section_the_rest_still_runs(learner):
    """All cells, then the second section's cells again, then from the middle to the end."""
    for number in learner.code:
        learner.run(number)
    for number in learner.code[1 : len(learner.code) // 3] + learner.code[len(learner.code) // 2 :]:
        learner.run(number)
