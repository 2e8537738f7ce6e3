"""The stop button, pressed in a real kernel as JupyterLab presses it."""

from jupyter_client.manager import start_new_kernel
import pytest

PATIENCE = 600  # seconds for what takes a few: only a kernel that hangs needs them
SET_UP = """
import time
from aehelpers import data, learn
from aehelpers.learn.memory import keras
import numpy as np
images = data.load("mnist")[0][0].reshape(-1, 784)
model = learn.build_autoencoder()
model.compile("adam", "mse")
"""


@pytest.fixture
def kernel(tmp_path):
    manager, client = start_new_kernel(
        startup_timeout=PATIENCE, kernel_name="python3", cwd=tmp_path
    )
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_the_stop_button_ends_a_training_and_nothing_else(kernel):
    manager, client = kernel
    said = []

    def hear(message):
        content = message["content"]
        said.append(content.get("text") or content.get("ename") or "")

    client.execute_interactive(SET_UP, timeout=PATIENCE, output_hook=hear)
    endless = "epochs=10**6, patience=10**6, updates_per_epoch=20"
    client.execute(f"history = learn.fit(model, images, {endless})")
    wait_for(client, lambda content: "Validation: from" in str(content))  # beside the progress bar
    manager.interrupt_kernel()
    client.get_shell_msg(timeout=PATIENCE)
    after = "print(history.interrupted, np.isfinite(model(data.scale(images[:5]))).all())"
    client.execute_interactive(after, timeout=PATIENCE, output_hook=hear)
    assert "".join(said).split() == ["True", "True"]


def wait_for(client, event):
    """Read what a kernel publishes until the event is there."""
    while not event(client.get_iopub_msg(timeout=PATIENCE)["content"]):
        pass


SLOW_TO_BUILD = """
from pathlib import Path
class Slow(keras.losses.MeanSquaredError):
    def call(self, *arguments):
        print("builds", flush=True)
        while not Path("pressed").exists():
            time.sleep(0.01)
        return super().call(*arguments)
model.compile("adam", Slow(), jit_compile=False)
"""


def test_a_model_can_be_trained_after_the_stop_button_while_its_graph_was_built(kernel, tmp_path):
    manager, client = kernel
    client.execute_interactive(SET_UP + SLOW_TO_BUILD, timeout=PATIENCE, output_hook=lambda _: None)
    client.execute("stopped = learn.fit(model, images[:500], epochs=3)")
    wait_for(client, lambda content: "builds\n" in content.get("text", ""))
    manager.interrupt_kernel()
    (tmp_path / "pressed").touch()
    assert client.get_shell_msg(timeout=PATIENCE)["content"]["status"] == "ok"
    said = []
    client.execute_interactive(
        "again = learn.fit(model, images[:500], epochs=3)\n"
        "print(stopped.interrupted, len(stopped.loss), again.interrupted, len(again.loss))",
        timeout=PATIENCE,
        output_hook=lambda message: said.append(message["content"].get("text", "")),
    )
    assert "".join(said).split()[-4:] == ["True", "0", "False", "3"]
