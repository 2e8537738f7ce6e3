"""The stop button, pressed in a real kernel as JupyterLab presses it."""

import time

from jupyter_client.manager import start_new_kernel
import pytest

SET_UP = """
import time
from aehelpers import data, models, training
from aehelpers.backend import keras
import numpy as np
images = data.load("mnist")[0][0].reshape(-1, 784)
model = models.build_autoencoder()
model.compile("adam", "mse")
"""


@pytest.fixture
def kernel():
    manager, client = start_new_kernel(kernel_name="python3")
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_the_stop_button_ends_a_training_and_nothing_else(kernel):
    manager, client = kernel
    said = []

    def hear(message):
        content = message["content"]
        said.append(content.get("text") or content.get("ename") or "")

    client.execute_interactive(SET_UP, timeout=120, output_hook=hear)
    client.execute("history = training.fit(model, images, epochs=500)")
    time.sleep(8)
    manager.interrupt_kernel()
    client.get_shell_msg(timeout=60)
    after = "print(history.interrupted, np.isfinite(model(data.scale(images[:5]))).all())"
    client.execute_interactive(after, timeout=60, output_hook=hear)
    assert "".join(said).split() == ["True", "True"]


SLOW_TO_BUILD = """
class Slow(keras.losses.MeanSquaredError):
    def call(self, *arguments):
        print("builds", flush=True)
        time.sleep(3)
        return super().call(*arguments)
model.compile("adam", Slow(), jit_compile=False)
"""


def test_a_model_can_be_trained_after_the_stop_button_while_its_graph_was_built(kernel):
    manager, client = kernel
    client.execute_interactive(SET_UP + SLOW_TO_BUILD, timeout=120, output_hook=lambda _: None)
    client.execute("stopped = training.fit(model, images[:500], epochs=3)")
    while client.get_iopub_msg(timeout=60)["content"].get("text") != "builds\n":
        pass
    manager.interrupt_kernel()
    assert client.get_shell_msg(timeout=60)["content"]["status"] == "ok"
    said = []
    client.execute_interactive(
        "again = training.fit(model, images[:500], epochs=3)\n"
        "print(stopped.interrupted, len(stopped.loss), again.interrupted, len(again.loss))",
        timeout=60,
        output_hook=lambda message: said.append(message["content"].get("text", "")),
    )
    assert "".join(said).split()[-4:] == ["True", "0", "False", "3"]
