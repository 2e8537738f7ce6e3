"""Train the networks that come with the course, and write aehelpers/weights/.

usage: python -m tools.pretrain

Notebook 0 shows them. They are trained as in the notebooks, on the training images of one data set
and without labels; the test MSE is that of the weights as they are written, in 16 bits.
"""

import json

from aehelpers import data, files, learn, networks
import numpy as np

SEED = 0


def _recipe(hidden_sizes, code_size, epochs=20, rate=0.002, noise=0.0, code_activation=None):
    model = dict(
        hidden_sizes=hidden_sizes,
        code_size=code_size,
        hidden_activation="elu",
        code_activation=code_activation,
        output_activation="sigmoid",
    )
    return learn.Recipe(model, epochs, rate, noise, quick=True)


TRAINED = {  # by name: the data set, and how
    # With a sigmoid the codes fill a square, for a map; without, a few are far from the rest.
    "digits, k = 2": ("mnist", _recipe((128, 32), 2, 40, 0.005, code_activation="sigmoid")),
    "digits, k = 8": ("mnist", _recipe((128,), 8)),
    "digits, k = 32": ("mnist", _recipe((128,), 32)),
    "clothes, k = 32": ("fashion_mnist", _recipe((128,), 32)),
    "digits with noise": ("mnist", _recipe((128,), 128, noise=0.5)),
}


def train(name):
    """Return a network, trained now or read from the cache, and its test MSE."""
    dataset, recipe = TRAINED[name]
    (training, _), (tests, _) = data.load(dataset)
    rows = training.reshape(-1, networks.INPUT_SIZE)
    network = networks.from_keras(learn.train_bank({name: recipe}, rows, SEED)[name])
    clean = data.scale(tests.reshape(-1, networks.INPUT_SIZE))
    errors = network(data.add_noise(clean, recipe.noise, SEED)) - clean
    return network, float(np.mean(np.square(errors, dtype=np.float64)))


def write(name):
    """Train a network and write its file; return what is to be known about it."""
    network, test_mse = train(name)
    arrays = {}
    for layer in network.layers:
        arrays[f"{layer.name}.kernel"] = layer.kernel.astype(np.float16)
        arrays[f"{layer.name}.biases"] = layer.biases.astype(np.float16)
    file = name.replace(",", "").replace(" = ", "_").replace(" ", "_") + ".npz"
    dataset, recipe = TRAINED[name]
    return {
        "file": file,
        "sha256": files.write_arrays(networks.FOLDER / file, arrays),
        "layers": [[layer.name, layer.activation] for layer in network.layers],
        "dataset": dataset,
        "recipe": recipe._asdict(),
        "seed": SEED,
        "test_mse": test_mse,
    }


if __name__ == "__main__":
    about = {name: write(name) for name in TRAINED}
    text = json.dumps(about, indent=1) + "\n"
    files.write_whole(networks.FOLDER / "about.json", text.encode("utf-8"))
