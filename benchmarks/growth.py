"""Time and memory of an epoch against the number of images, the code size and the depth.

usage: python -m benchmarks.growth

Each point is a process of its own that trains one epoch, after an update that compiles. The
figure goes to docs/growth.png, its text alternative into the results.
"""

import functools
import json
from pathlib import Path
import re
import subprocess
import sys

from aehelpers.show import plotting

from benchmarks import common

COMMAND = "python -m benchmarks.growth"
FIGURE = common.ROOT / "docs" / "growth.png"
USUAL = {"images": 60_000, "code": 64, "depth": 3}
VALUES = {
    "images": [1_000, 4_000, 16_000, 60_000],
    "code": [4, 64, 512, 2_048],
    "depth": [0, 1, 2, 3],
}
HIDDEN = (512, 256, 128)  # a network of depth d has the first d of them on each side


def train(images, code, depth):
    """Train in this process; print seconds of an epoch and the peak memory."""
    from aehelpers import data
    from aehelpers.learn import models, training
    from aehelpers.learn.memory import keras

    pictures = data.load("mnist")[0][0].reshape(-1, 784)[:images]
    keras.utils.set_random_seed(0)
    model = models.build_autoencoder(code, HIDDEN[:depth], "elu", None, "sigmoid")
    model.compile("adam", "mse")
    settings = dict(epochs=1, validation_fraction=0, show=False)
    training.fit(model, pictures, updates_per_epoch=1, **settings)  # compiles
    seconds = training.fit(model, pictures, **settings).seconds
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024 / 1e9
    print(json.dumps({"seconds": round(seconds, 2), "peak_gb": round(peak, 3)}))


def measure():
    """Return a row for each value of each of the three, the other two as usual."""
    points = [(name, USUAL | {name: v}) for name, values in VALUES.items() for v in values]
    return [{"varied": name} | point | in_own_process(*point.values()) for name, point in points]


@functools.cache  # the usual point is measured once
def in_own_process(*point):
    """Return what `train` prints in a new process."""
    command = [sys.executable, "-m", "benchmarks.growth", *map(str, point)]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=True, cwd=common.ROOT
    )
    return json.loads(done.stdout.splitlines()[-1])


def report(rows):
    """Return three tables in one."""
    lines = [
        [
            f"{row['varied']} = {row[row['varied']]:,}",
            f"{row['seconds']:.2f}",
            f"{row['peak_gb']:.2f}",
        ]
        for row in rows
    ]
    return common.table(
        "One epoch, batch 256 (else 60,000 images, code 64, depth 3)",
        ["", "seconds", "peak GB"],
        lines,
    )


def figure(rows):
    """Return the figure: seconds of an epoch against the number of images."""
    own = [row for row in rows if row["varied"] == "images"]
    return plotting.curves(
        [row["images"] for row in own],
        {"seconds of an epoch": [row["seconds"] for row in own]},
        "An epoch of 784-512-256-128-64-…-784, batch 256",
        "number of images",
        "seconds",
    )


def main():
    rows = measure()
    picture = figure(rows)
    FIGURE.write_bytes(picture.png())
    common.save("growth", COMMAND, rows)
    print(report(rows), flush=True)
    plain = picture.alt.replace("≈ ", "").replace("…", "...")  # not every console has these signs
    print(f"{FIGURE.relative_to(common.ROOT)}: {plain}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        train(*map(int, sys.argv[1:]))
    else:
        main()
