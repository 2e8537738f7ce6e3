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
MILLISECONDS = {"median": "{median_ms:.1f}", "95 %": "{p95_ms:.1f}", "largest": "{largest_ms:.1f}"}


def stored(name):
    """Return the rows of a benchmark; none if it was never measured."""
    return results.read(name, FOLDER) if (FOLDER / f"{name}.json").exists() else []


def spread(values, digits=1):
    """Return median and range of a few measurements, as in ``"31.2 (30.1 to 33.0)"``."""
    values = sorted(values)
    median = statistics.median(values)
    return f"{median:.{digits}f} ({values[0]:.{digits}f} to {values[-1]:.{digits}f})"


def _table(title, columns, rows):
    """Return a table of rows (dicts); of each column, its heading and the format of its texts."""
    lines = [[text.format(**row) for text in columns.values()] for row in rows]
    return Table(title, list(columns), lines)


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
    columns = {"batch": "{settings[batch]:,}", "least": "{least_ms:.1f}"}
    columns |= {"update": "{update}", "times the least": "{times}"}
    columns |= {part: f"{{{part}:.1f}}" for part in PARTS}
    title = (
        f"Matrix products alone, at {rows[0]['gflop_per_s']} GFLOP/s, against an update of "
        "784-512-256-128-64-...-784,\nand the parts of an update, each alone, in ms"
    )
    lines = [
        row | {"update": spread(row["ms"]), "times": spread(row["times_the_least"], 2)}
        for row in sorted(rows, key=lambda row: row["settings"]["batch"])
    ]
    return _table(title, columns, lines)


def _varied(rows, name):
    """Return the rows that differ from the usual point in this setting at most."""
    names = {"images", "code_size", "depth"} - {name}
    (usual,) = (row["settings"] for row in rows if row["arm"] == "usual")
    own = [row for row in rows if all(row["settings"][other] == usual[other] for other in names)]
    return sorted(own, key=lambda row: row["settings"][name])


def growth(rows):
    """List seconds and memory of an epoch by the number of images, the code size, the depth."""
    title = "One epoch, batch 256 (else 60,000 images, code size 64, depth 3)"
    columns = {"": "{point}", "seconds": "{seconds:.2f}", "peak GB": "{peak_gb:.2f}"}
    lines = [
        row | {"point": f"{name.replace('_', ' ')} = {row['settings'][name]:,}"}
        for name in ("images", "code_size", "depth")
        for row in _varied(rows, name)
    ]
    return _table(title, columns, lines)


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
    columns = {"notebook": "{arm}", "slider": "{slider}", "kernel": "{kernel}", "steps": "{steps}"}
    columns |= MILLISECONDS | {"burst": "{burst_ms:.1f}"}
    lines = [slider | {"arm": row["arm"]} for row in rows for slider in row["sliders"]]
    return _table("Milliseconds from key press to painted picture", columns, lines)


def touch(rows):
    """Return the milliseconds from event to painted picture in each widget, idle and busy."""
    columns = {"widget": "{widget}", "kernel": "{kernel}"} | MILLISECONDS
    title = "Milliseconds from pointer or key to painted picture"
    table = _table(title, columns, [row for trial in rows for row in trial["widgets"]])
    table.rows += [["forward pass", "", f"{trial['forward_ms']:.2f}", "", ""] for trial in rows]
    return table


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
    columns = {
        "at once": "{n}",
        "cache": "{cache}",
        "notebook": "`{notebook}`",
        "first picture": "{first_picture:.0f} s",
        "all finished": "{seconds:.0f} s",
        "kernel": "{kernel_mb} MB",
        "afterwards": "{kernel_after_mb} MB",
        "server": "{server_mb} MB",
        "slider: median and 95 %": "{slider}",
    }
    lines = []
    for (n, cache), notebooks in by_learners(rows).items():
        for notebook, found in notebooks.items():
            slider = "{} and {} ms".format(*found["slider_ms"]) if "slider_ms" in found else ""
            lines.append(found | dict(n=n, cache=cache, notebook=notebook, slider=slider))
    return _table("Learners at once on one hub", columns, lines)


def by_cores(rows):
    """Return the rows of each notebook that was measured on several cores and on one."""
    rows = sorted(rows, key=lambda row: (row["arm"], -row["settings"]["cores"]))
    found = {arm: list(own) for arm, own in itertools.groupby(rows, key=lambda row: row["arm"])}
    return {arm: own for arm, own in found.items() if len(own) == 2}


def notebooks(rows):
    """List seconds and memory of each notebook, with nothing in the cache."""
    columns = {"notebook": "{arm}", "cores": "{settings[cores]}"}
    columns |= {"seconds": "{seconds:.0f}", "peak GB": "{peak_gb:.2f}"}
    lines = itertools.chain(*by_cores(rows).values())
    return _table("Each notebook in a fresh kernel, with nothing in the cache", columns, lines)
