"""Published measurements: the files in published/, and means with their intervals.

A file is a JSON list with one measured run a line, in a fixed order, so that git shows what
changed. It is replaced whole: whoever reads it sees the old list or the new one.
"""

import json
import math
import numbers
from pathlib import Path
from typing import NamedTuple

from aehelpers import arguments_old as arguments
from aehelpers import files
from aehelpers.data import LARGEST_SEED
import numpy as np
from scipy import special

FOLDER = Path(__file__).parents[1] / "published"
IDENTITY = ("data", "arm", "labels", "seed", "settings")


class Interval(NamedTuple):
    """A mean of independent runs, with a 95 % interval from Student's t distribution.

    Attributes
    ----------
    mean, low, high : float
    n : int
        The number of runs.
    """

    mean: float
    low: float
    high: float
    n: int


def read(name, folder=FOLDER):
    """Return the rows of one results file.

    Parameters
    ----------
    name : str
        Such as ``"pretraining"``, for ``published/pretraining.json`` in this package.
    folder : pathlib.Path

    Returns
    -------
    list of dict
        Each with ``data``, ``arm``, ``labels``, ``seed``, ``settings``, ``versions``,
        ``seconds``, and what was measured, such as ``accuracy`` in 0..1.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    OSError
        If the file is damaged.
    """
    arguments.text("name", name)
    arguments.instance("folder", folder, (str, Path), "the path of a folder")
    path = Path(folder) / f"{name}.json"
    how_to_restore = "Remove it and measure again."
    if path.parent.resolve() == FOLDER.resolve():
        how_to_restore = (
            "Install the course again, or, in a git clone of it, restore the file with "
            f"`git checkout -- aehelpers/published/{path.name}`."
        )
    if not path.is_file():
        raise FileNotFoundError(f"The results file {path} is missing. {how_to_restore}")
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        if len({identity(row) for row in rows}) < len(rows):
            raise ValueError("a row stands there twice")
    except (ValueError, TypeError) as error:
        raise OSError(f"The results file {path} is damaged ({error}). {how_to_restore}") from None
    return rows


def write(name, rows, folder=FOLDER):
    """Replace one results file by these rows, in a fixed order; whole or not at all.

    Parameters
    ----------
    name, folder
        As in `read`.
    rows : list of dict
        As `read` returns them.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described, or a row holds what JSON cannot.
    OSError
        If the disk does not take it. The file is then as it was.
    """
    arguments.text("name", name)
    _check_rows("rows", rows)
    arguments.instance("folder", folder, (str, Path), "the path of a folder")
    try:
        lines = [json.dumps(row, ensure_ascii=False) for row in sorted(rows, key=_place)]
    except (TypeError, ValueError) as error:
        raise TypeError(f"rows holds what JSON cannot ({error}); expected others") from None
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    files.write_whole(Path(folder) / f"{name}.json", text.encode())


def identity(row):
    """Return what tells one run from another: its data, arm, labels, seed and settings, as text.

    Raises
    ------
    TypeError, ValueError
        If it is no dict, or has no such entry.
    """
    arguments.entries("row", row, IDENTITY)
    return json.dumps([row[key] for key in IDENTITY], sort_keys=True)


def select(rows, **wanted):
    """Return the rows that have these values, such as ``data="mnist", labels=100``, by seed.

    Raises
    ------
    TypeError, ValueError
        If `rows` are no rows, one of them has no such entry, or none has these values.
    """
    _check_rows("rows", rows)
    for key, value in wanted.items():
        _check_entry("the name of a value", key, rows)
        arguments.instance(key, value, (str, numbers.Real), "a string or a number")
        if isinstance(value, str):
            arguments.choice(key, value, dict.fromkeys(str(row[key]) for row in rows))
    chosen = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    if not chosen:
        raise ValueError(f"no row has {wanted}; expected values that are in the results file")
    return sorted(chosen, key=_place)


def interval(values):
    """Return the mean of independent values and the 95 % interval for their expectation.

    Parameters
    ----------
    values : sequence of float, at least 2
        One value a seed. They are taken as independent draws from a normal distribution.

    Returns
    -------
    Interval

    Raises
    ------
    TypeError, ValueError
        If there are fewer than two values, or one is not finite or no number.
    """
    return _interval(values, lambda n: 1 / n)


def range_of_one(values):
    """Return the mean of independent values and the 95 % interval for *one* further value.

    It is wider than `interval`, and does not shrink to nothing with more values: a prediction
    interval, as in section 2.3 of G. J. Hahn and W. Q. Meeker, *Statistical Intervals*, 1991.
    Parameters and errors are those of `interval`.
    """
    return _interval(values, lambda n: 1 + 1 / n)


def difference(rows, controls, measured="accuracy"):
    """Return the mean difference of two arms, paired by seed, with its 95 % interval.

    Parameters
    ----------
    rows, controls : lists of dict
        The runs of two arms on the same data and labels.
    measured : str
        The name of an entry that all of them have.

    Returns
    -------
    Interval
        Of `rows` minus `controls`: above zero where `rows` is higher.

    Raises
    ------
    TypeError, ValueError
        If they are no rows, one has no such entry or no number there, or the two do not have the
        same seeds, each once.
    """
    for name, given in {"rows": rows, "controls": controls}.items():
        _check_rows(name, given)
        _check_entry("measured", measured, given)
        for row in given:
            arguments.number(f"{measured} in {name}", row[measured], -math.inf, math.inf)
    by_seed = {row["seed"]: row[measured] for row in controls}
    seeds = [row["seed"] for row in rows]
    if sorted(seeds) != sorted(by_seed) or len(by_seed) != len(controls):
        raise ValueError(
            f"rows has the seeds {sorted(seeds)} and controls "
            f"{sorted(row['seed'] for row in controls)}; expected the same, each once"
        )
    return interval([row[measured] - by_seed[row["seed"]] for row in rows])


def _interval(values, variance_factor):
    try:
        values = np.asarray(values, dtype=float)
    except (TypeError, ValueError, OverflowError):
        found = arguments.shown(values)
        raise TypeError(f"values is {found}; expected a sequence of numbers") from None
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        found = values.tolist()
        raise ValueError(f"values is {found}; expected at least two finite numbers in a row")
    n = len(values)
    mean, deviation = values.mean(), values.std(ddof=1)
    half = special.stdtrit(n - 1, 0.975) * deviation * math.sqrt(variance_factor(n))
    return Interval(float(mean), float(mean - half), float(mean + half), n)


def _check_rows(name, rows):
    """Raise unless they are rows as `read` returns them; there may be none."""
    arguments.sequence(name, rows)
    for number, row in enumerate(rows):
        here = f"{name}[{number}]"
        arguments.entries(here, row, IDENTITY)
        for entry in ("data", "arm"):
            arguments.text(f"{entry} of {here}", row[entry])
        arguments.whole(f"labels of {here}", row["labels"], 0)
        arguments.whole(f"seed of {here}", row["seed"], 0, LARGEST_SEED)
        arguments.instance(f"settings of {here}", row["settings"], dict, "a dict")


def _check_entry(name, entry, rows):
    """Raise unless it is the name of an entry that all rows have."""
    arguments.text(name, entry)
    if len(rows):
        arguments.choice(name, entry, [key for key in rows[0] if all(key in row for row in rows)])


def _place(row):
    return row["data"], row["arm"], row["labels"], row["seed"], json.dumps(row["settings"])
