"""What the stored rows of benchmarks say: tables, and a figure. Nothing is measured here.

Each function with the name of a benchmark takes its rows and returns a table.
"""

import itertools
import statistics

from aehelpers.experiments import results
from aehelpers.show import Table, curves

from tools import ROOT

FOLDER = ROOT / "results"

# What is trained on each data set, each after the other's code that it is compared with.
COMPARED_WITH = {
    ("mnist", "article"): None,
    ("mnist", "same layers"): "article",
    ("mnist", "own layers"): "article",
    ("fashion_mnist", "article"): None,
    ("fashion_mnist", "same layers"): "article",
    ("fashion_mnist", "own layers"): "article",
    ("fashion_mnist", "tutorial"): None,
    ("fashion_mnist", "tutorial's layers"): "tutorial",
    ("fashion_mnist", "tutorial's layers, its time"): "tutorial",
}
PARTS = ("input pipeline", "optimizer update", "loss and gradients", "dispatch")
MILLISECONDS = {
    "median_ms": "median",
    "p95_ms": "95 %",
    "largest_ms": "largest",
    "burst_ms": "burst",
}


def stored(name):
    """Return the rows of a benchmark; none if it was never measured."""
    return results.read(name, FOLDER) if (FOLDER / f"{name}.json").exists() else []


def spread(values, digits=1):
    """Return median and range of a few measurements, as in ``"31.2 (30.1 to 33.0)"``."""
    values = sorted(values)
    median = statistics.median(values)
    return f"{median:.{digits}f} ({values[0]:.{digits}f} to {values[-1]:.{digits}f})"


def times_faster(rows, data, arm):
    """Return how many times faster an arm was, seed by seed; None where its loss is larger."""
    seconds = {(row["arm"], row["seed"]): row for row in rows if row["data"] == data}
    pairs = [
        (seconds[COMPARED_WITH[data, arm], seed], row)
        for (other, seed), row in seconds.items()
        if other == arm
    ]
    return [
        base["seconds"] / row["seconds"] if row["mse"] <= base["mse"] else None
        for base, row in pairs
    ]


def trainings(rows):
    """Compare the trainings of the course with the code of others."""
    lines = []
    for (data, arm), base in COMPARED_WITH.items():
        own = results.select(rows, data=data, arm=arm)
        faster = times_faster(rows, data, arm) if base else []
        lines.append(
            [
                f"{data}: {arm}",
                spread(row["seconds"] for row in own),
                spread((row["mse"] for row in own), 4),
                f"{max(row['peak_gb'] for row in own):.2f}",
                "not reached" if None in faster else spread(faster) if faster else "",
            ]
        )
    headings = ["training", "seconds", "test MSE", "peak GB", "times faster"]
    return Table("Seconds to the other's own test MSE: median (range)", headings, lines)


def limit(rows):
    """Compare an update with the time that its matrix products take, and list its parts."""
    lines = [
        [
            f"{row['settings']['batch']:,}",
            f"{row['least_ms']:.1f}",
            spread(row["ms"]),
            spread(row["times_the_least"], 2),
            *(f"{row[part]:.1f}" for part in PARTS),
        ]
        for row in sorted(rows, key=lambda row: row["settings"]["batch"])
    ]
    title = (
        f"Matrix products alone, at {rows[0]['gflop_per_s']} GFLOP/s, against an update of "
        "784-512-256-128-64-...-784,\nand the parts of an update, each alone, in ms"
    )
    return Table(title, ["batch", "least", "update", "times the least", *PARTS], lines)


def _varied(rows, name):
    """Return the rows that differ from the usual point in this setting at most."""
    names = {"images", "code_size", "depth"} - {name}
    (usual,) = (row["settings"] for row in rows if row["arm"] == "usual")
    own = [row for row in rows if all(row["settings"][other] == usual[other] for other in names)]
    return sorted(own, key=lambda row: row["settings"][name])


def growth(rows):
    """List seconds and memory of an epoch by the number of images, the code size, the depth."""
    lines = [
        [
            f"{name.replace('_', ' ')} = {row['settings'][name]:,}",
            f"{row['seconds']:.2f}",
            f"{row['peak_gb']:.2f}",
        ]
        for name in ("images", "code_size", "depth")
        for row in _varied(rows, name)
    ]
    title = "One epoch, batch 256 (else 60,000 images, code size 64, depth 3)"
    return Table(title, ["", "seconds", "peak GB"], lines)


def growth_figure(rows):
    """Draw the seconds of an epoch against the number of images."""
    own = _varied(rows, "images")
    return curves(
        [row["settings"]["images"] for row in own],
        {"seconds of an epoch": [row["seconds"] for row in own]},
        "An epoch of 784-512-256-128-64-…-784, batch 256",
        "number of images",
        "seconds",
    )


def waiting(rows):
    """List what a learner waits for before anything is trained."""
    by_arm = itertools.groupby(rows, key=lambda row: row["arm"])
    lines = [[arm, spread((row["seconds"] for row in own), 2)] for arm, own in by_arm]
    return Table("Waiting: median (range)", ["", "seconds"], lines)


def slider_latency(rows):
    """List how long each slider takes from key press to painted picture."""
    lines = [
        [row["arm"], slider["slider"], slider["kernel"], str(slider["steps"])]
        + [f"{slider[name]:.1f}" for name in MILLISECONDS]
        for row in rows
        for slider in row["sliders"]
    ]
    headings = ["notebook", "slider", "kernel", "steps", *MILLISECONDS.values()]
    return Table("Milliseconds from key press to painted picture", headings, lines)


def touch(rows):
    """Return the milliseconds from event to painted picture in each widget, idle and busy."""
    columns = ["median_ms", "p95_ms", "largest_ms"]
    table = [
        [row["widget"], row["kernel"], *(f"{row[name]:.1f}" for name in columns)]
        for trial in rows
        for row in trial["widgets"]
    ]
    table += [["forward pass", "", f"{trial['forward_ms']:.2f}", "", ""] for trial in rows]
    headings = ["widget", "kernel", *(MILLISECONDS[name] for name in columns)]
    return Table("Milliseconds from pointer or key to painted picture", headings, table)


def by_learners(rows):
    """Return what was measured of each notebook, by the number of learners and of the cache."""
    found = {
        (int(row["arm"].partition(" ")[0]), row["settings"].get("cache", "empty")): {
            name: part
            for name, part in row.items()
            if isinstance(part, dict) and "kernel_mb" in part
        }
        for row in rows
    }
    return dict(sorted(found.items()))


def hub(rows):
    """List what learners who work through notebooks at once on one hub take of it."""
    lines = [
        [
            str(n),
            cache,
            f"`{notebook}`",
            f"{found['first_picture']:.0f} s",
            f"{found['seconds']:.0f} s",
            *(f"{found[part]} MB" for part in ("kernel_mb", "kernel_after_mb", "server_mb")),
            "{} and {} ms".format(*found["slider_ms"]) if "slider_ms" in found else "",
        ]
        for (n, cache), notebooks in by_learners(rows).items()
        for notebook, found in notebooks.items()
    ]
    headings = [
        "at once",
        "cache",
        "notebook",
        "first picture",
        "all finished",
        "kernel",
        "afterwards",
    ]
    headings += ["server", "slider: median and 95 %"]
    return Table("Learners at once on one hub", headings, lines)


def by_cores(rows):
    """Return the rows of each notebook that was measured on several cores and on one."""
    rows = sorted(rows, key=lambda row: (row["arm"], -row["settings"]["cores"]))
    found = {arm: list(own) for arm, own in itertools.groupby(rows, key=lambda row: row["arm"])}
    return {arm: own for arm, own in found.items() if len(own) == 2}


def notebooks(rows):
    """List seconds and memory of each notebook, with nothing in the cache."""
    lines = [
        [
            row["arm"],
            str(row["settings"]["cores"]),
            f"{row['seconds']:.0f}",
            f"{row['peak_gb']:.2f}",
        ]
        for own in by_cores(rows).values()
        for row in own
    ]
    title = "Each notebook in a fresh kernel, with nothing in the cache"
    return Table(title, ["notebook", "cores", "seconds", "peak GB"], lines)
