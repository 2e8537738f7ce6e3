"""Time and memory of an epoch against the number of images, the code size and the depth.

Each point is a process of its own that trains one epoch, after an update that compiles.
"""

from aehelpers.experiments import machine

from tools.bench import fingerprint_with, make_trial

USUAL = {"images": 60_000, "code_size": 64, "depth": 3}
OTHERS = {"images": (1_000, 4_000, 16_000), "code_size": (4, 512, 2_048), "depth": (0, 1, 2)}
HIDDEN = (512, 256, 128)  # a network of depth d has the first d of them on each side


def plan():
    """Return a trial for the usual point, and for each in which one of the three is another."""
    code = fingerprint_with(__file__)
    points = {"usual": USUAL} | {
        f"{name} = {value}": USUAL | {name: value}
        for name, values in OTHERS.items()
        for value in values
    }
    return [make_trial(arm, code, **point) for arm, point in points.items()]


def measure(trial):
    """Return the seconds of an epoch and the peak memory of its process."""
    return machine.in_fresh_process(train, *(trial.settings[name] for name in USUAL))


def train(images, code_size, depth):
    """Train in this process, and measure it."""
    from aehelpers import data, learn
    from aehelpers.learn.memory import keras

    pictures = data.load("mnist")[0][0].reshape(-1, 784)[:images]
    keras.utils.set_random_seed(0)
    model = learn.build_autoencoder(code_size, HIDDEN[:depth], "elu", None, "sigmoid")
    model.compile("adam", "mse")
    settings = dict(epochs=1, validation_fraction=0, show=False)
    learn.fit(model, pictures, updates_per_epoch=1, **settings)  # compiles
    seconds = learn.fit(model, pictures, **settings).seconds
    return {"seconds": round(seconds, 2), "peak_gb": round(machine.peak_memory() / 1e9, 3)}
