"""How time and memory of a training grow with the images, the code and the depth.

usage: python -m benchmarks.growth        (Linux; 2 minutes)

Each training is one epoch of batch 256 through MNIST, in a process of its own; one thing varies and
the others stay: 60,000 images, a code of 64, one hidden layer of 256 units each way. Seconds are
those of `training.fit`, compiling included, without XLA; the memory is the peak of the process. The
figure is docs/growth.png, and its text alternative docs/growth.txt.
"""

import json
import sys
import time

from benchmarks import common

COMMAND = "python -m benchmarks.growth"
FIGURE = common.ROOT / "docs" / "growth.png"
BASE = {"images": 60_000, "code": 64, "depth": 1}
VARIED = {
    "images": (1_000, 3_000, 10_000, 30_000, 60_000),
    "code": (1, 8, 64, 512, 2_048),
    "depth": (0, 1, 2, 4, 8),
}
TITLES = {"images": "number of images", "code": "code size k", "depth": "hidden layers each way"}
BATCH = 256


def runs() -> list[dict]:
    """Return what is trained: the base, and what differs from it in one thing."""
    varied = [BASE | {name: value} for name, values in VARIED.items() for value in values]
    return [run for number, run in enumerate(varied) if run not in varied[:number]]


def train(run: dict) -> dict:
    """Train for one epoch in this process; return its seconds and the peak memory."""
    from aehelpers import models, training
    from aehelpers.backend import keras

    from benchmarks import recipes

    images = recipes.flat_images("mnist")[0][: run["images"]]
    keras.utils.set_random_seed(0)
    model = models.build_autoencoder(
        run["code"], (256,) * run["depth"], "elu", code_activation=None, output_activation="sigmoid"
    )
    updates = max(10, run["images"] // BATCH)
    model.compile(training.quick_adam(0.002, updates), "mse", jit_compile=False)
    started = time.perf_counter()
    training.fit(model, images, epochs=1, batch_size=BATCH, validation_fraction=0, show=False)
    seconds = time.perf_counter() - started
    return {"seconds": round(seconds, 2), "peak_gb": common.peak_gb()}


def series(rows: list[dict]) -> dict[str, list[dict]]:
    """Return for each thing that varies its rows, the smallest first."""
    return {
        name: sorted(
            (row for row in rows if all(row[o] == BASE[o] for o in BASE if o != name)),
            key=lambda row: row[name],
        )
        for name in VARIED
    }


def tables(rows: list[dict]) -> str:
    """Return a table for each thing that varies."""
    return "\n\n".join(
        common.table(
            f"One epoch against the {TITLES[name]}",
            [TITLES[name], "seconds", "peak GB"],
            [[f"{r[name]:,}", f"{r['seconds']:.1f}", f"{r['peak_gb']:.2f}"] for r in varied],
        )
        for name, varied in series(rows).items()
    )


def figure(rows: list[dict]):
    """Return the figure: seconds above, memory below, one column for each thing that varies."""
    from aehelpers import plotting
    import matplotlib

    with matplotlib.rc_context(plotting.STYLE):
        drawn = plotting.Figure(height=5.4)
        axes = drawn.subplots(2, len(VARIED), sharey="row", sharex="col")
        drawn.alt = "One epoch of training on two processor cores."
        for column, (name, varied) in zip(axes.T, series(rows).items()):
            x = [row[name] for row in varied]
            for ax, key, colour, look in (
                (column[0], "seconds", plotting.BLUE, "o-"),
                (column[1], "peak_gb", plotting.RED, "s-"),
            ):
                ax.plot(x, [row[key] for row in varied], look, color=colour)
                ax.set_xscale("symlog" if name == "depth" else "log")
                ax.set_xticks(x, [f"{value:,}" for value in x], rotation=40, ha="right")
                ax.minorticks_off()
                ax.set_ylim(bottom=0)
            column[1].set_xlabel(TITLES[name])
            points = "; ".join(
                f"{row[name]:,}: ≈ {row['seconds']:.1f} s, ≈ {row['peak_gb']:.2f} GB"
                for row in varied
            )
            drawn.alt += f" Against the {TITLES[name]}: {points}."
        axes[0, 0].set_ylabel("seconds of one epoch")
        axes[1, 0].set_ylabel("peak memory (GB)")
        drawn.suptitle("How a training grows", x=0.01, ha="left", fontsize=12)
    return drawn


def main() -> None:
    rows = common.collect(
        "growth", COMMAND, runs(), lambda run: common.in_own_process("benchmarks.growth", run)
    )
    drawn = figure(rows)
    FIGURE.write_bytes(drawn.png())
    FIGURE.with_suffix(".txt").write_text(f"{drawn.alt}\n", encoding="utf-8")
    print(f"\n{tables(rows)}\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(train(json.loads(sys.argv[1]))))
    else:
        main()
