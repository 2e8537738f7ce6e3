"""The stop button, pressed in a real kernel as JupyterLab presses it."""

from tests.conftest import PATIENCE

SET_UP = """
import time
from aehelpers import data, learn
from aehelpers.learn.memory import keras
import numpy as np
images = data.load("mnist")[0][0].reshape(-1, 784)
model = learn.build_autoencoder()
model.compile("adam", "mse")
"""


def test_the_stop_button_ends_a_training_and_nothing_else(kernel):
    manager, client = kernel
    said = []

    def hear(message):
        content = message["content"]
        said.append(content.get("text") or content.get("ename") or "")

    client.execute_interactive(SET_UP, timeout=PATIENCE, output_hook=hear)
    endless = "epochs=10**6, patience=10**6, updates_per_epoch=20"
    client.execute(f"history = learn.fit(model, images, {endless})")
    while "Validation: from" not in str(client.get_iopub_msg(timeout=PATIENCE)["content"]):
        pass  # the loss curve comes after the first epoch
    manager.interrupt_kernel()
    client.get_shell_msg(timeout=PATIENCE)
    after = "print(history.interrupted, np.isfinite(model(data.scale(images[:5]))).all())"
    client.execute_interactive(after, timeout=PATIENCE, output_hook=hear)
    assert "".join(said).split() == ["True", "True"]
