"""Rows: the files in which they are kept, and means of them with their intervals.

A *row* is a trial with what was measured. A file is a JSON list with one row a line, in a fixed
order, so that git shows what changed. It is replaced whole: whoever reads it sees the old list or
the new one. All functions raise TypeError or ValueError if an argument is not as described.
"""

import base64
import json
import math
import numbers
from pathlib import Path
from typing import NamedTuple

from aehelpers import arguments as arg
from aehelpers import files
from aehelpers.data import LARGEST_SEED
import numpy as np
from scipy import special

FOLDER = Path(__file__).parents[1] / "published"
IDENTITY = ("data", "arm", "labels", "seed", "settings")
ROW = arg.entries(
    data=str, arm=str, labels=arg.integer(), seed=arg.integer(0, LARGEST_SEED), settings=dict
)
IN_FOLDER = arg.instance((str, Path), "the path of a folder")
VALUES = arg.reals(fewest=2)


class Interval(NamedTuple):
    """A mean of independent values, with a 95 % interval from Student's t distribution.

    Attributes
    ----------
    mean, low, high : float
    n : int
        The number of values.
    """

    mean: float
    low: float
    high: float
    n: int


@arg.checked(name=str, folder=IN_FOLDER)
def read(name, folder=FOLDER):
    """Return the rows of one file.

    Parameters
    ----------
    name : str
        Such as ``"comparison"``, for ``published/comparison.json`` in this package.
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
    path = Path(folder) / f"{name}.json"
    how_to_restore = (
        "Install the course again, or, in a git clone, restore it with "
        f"`git checkout -- {path}`, or remove it and measure again."
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


@arg.checked(name=str, rows=arg.sequence(ROW), folder=IN_FOLDER)
def write(name, rows, folder=FOLDER):
    """Replace one file by these rows, in a fixed order; whole or not at all.

    Parameters
    ----------
    name, folder
        As in `read`.
    rows : list of dict
        As `read` returns them. What JSON cannot hold is a TypeError.

    Raises
    ------
    OSError
        If the file cannot be written; it is then unchanged.
    """
    try:
        lines = [json.dumps(row, ensure_ascii=False) for row in sorted(rows, key=_place)]
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"rows holds what JSON cannot ({error}); expected values that it can"
        ) from None
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    files.write_whole(Path(folder) / f"{name}.json", text.encode())


@arg.checked(row=arg.entries(**dict.fromkeys(IDENTITY, object)))
def identity(row):
    """Return what tells one trial from another: its data, arm, labels, seed and settings, as text.

    Parameters
    ----------
    row : dict
        A row, or ``trial._asdict()`` for the `Trial` that it is about.
    """
    return json.dumps([row[key] for key in IDENTITY], sort_keys=True)


def pack(flags):
    """Return an array of bool, shape (n,), as text; eight of them are a byte in base64."""
    return base64.b64encode(np.packbits(flags).tobytes()).decode("ascii")


def unpack(text, n):
    """Return the n flags that `pack` made into this text."""
    return np.unpackbits(np.frombuffer(base64.b64decode(text), np.uint8), count=n).astype(bool)


@arg.checked(rows=arg.sequence(ROW, fewest=1))
def select(rows, **wanted):
    """Return the rows that have these values, such as ``data="mnist", labels=100``, by seed."""
    for key, value in wanted.items():
        _entry_of(rows).check("the name of a value", key, {})
        arg.instance((str, numbers.Real), "a string or a number").check(key, value, {})
        there = [row[key] for row in rows]
        if value not in there:
            raise ValueError(arg.wrong_choice(key, value, dict.fromkeys(map(str, there))))
        rows = [row for row in rows if row[key] == value]
    return sorted(rows, key=_place)


@arg.checked(values=VALUES)
def interval(values):
    """Return the mean of independent values and the 95 % interval for their expectation.

    Parameters
    ----------
    values : sequence of float, at least 2
        One value a seed. They are taken as independent draws from a normal distribution.

    Returns
    -------
    Interval
    """
    return _interval(values, 1 / len(values))


@arg.checked(values=VALUES)
def range_of_one(values):
    """Return the mean of independent values and the 95 % interval for *one* further value.

    It is wider than `interval`, and does not shrink to nothing with more values: a prediction
    interval, as in section 2.3 of G. J. Hahn and W. Q. Meeker, *Statistical Intervals*, 1991.
    Parameters are those of `interval`.
    """
    return _interval(values, 1 + 1 / len(values))


@arg.checked(rows=arg.sequence(ROW, fewest=1), controls=arg.sequence(ROW, fewest=1))
def difference(rows, controls, measured="accuracy"):
    """Return the mean difference of two arms, paired by seed, with its 95 % interval.

    Parameters
    ----------
    rows, controls : lists of dict
        The rows of two arms on the same data and labels, each seed once. The seeds that both have
        count.
    measured : str
        The name of a number that all of them have.

    Returns
    -------
    Interval
        Of `rows` minus `controls`: above zero where `rows` is higher.
    """
    for name, given in {"rows": rows, "controls": controls}.items():
        _entry_of(given).check("measured", measured, {})
        found = [row[measured] for row in given]
        arg.sequence(arg.number(-math.inf, math.inf)).check(f"{measured} in {name}", found, {})
    mine, theirs = ({row["seed"]: row[measured] for row in given} for given in (rows, controls))
    shared = sorted(mine.keys() & theirs.keys())
    if (len(mine), len(theirs)) != (len(rows), len(controls)) or len(shared) < 2:
        seeds, others = (sorted(row["seed"] for row in given) for given in (rows, controls))
        found = f"rows has the seeds {seeds} and controls {others}"
        raise ValueError(f"{found}; expected each once, and at least two that both have")
    return interval([mine[seed] - theirs[seed] for seed in shared])


@arg.checked(interval=arg.instance(Interval, "an Interval of differences"))
def points(interval):
    """Return a difference and its interval as text, in percentage points: "+5.8 (+5.3 to +6.4)"."""
    mean, low, high = (100 * value for value in interval[:3])
    return f"{mean:+.1f} ({low:+.1f} to {high:+.1f})"


@arg.checked(values=VALUES)
def p_value(values):
    """Return how probable a mean at least as far from 0 would be if the expectation were 0.

    The two-sided p-value of Student's t test of these independent values, 0 to 1. Parameters are
    those of `interval`.
    """
    n, mean, deviation = _moments(values)
    if deviation == 0:
        return float(mean == 0)
    return float(2 * special.stdtr(n - 1, -abs(mean) / (deviation / math.sqrt(n))))


@arg.checked(p_values=arg.reals(fewest=1), level=arg.number(0, 1, open_ends=True))
def survive(p_values, level=0.05):
    """Return which of several hypotheses are rejected when all are tested together.

    The method of S. Holm, *A simple sequentially rejective multiple test procedure*, 1979: with
    probability 1 - `level`, no true hypothesis is rejected.

    Parameters
    ----------
    p_values : sequence of float
    level : float

    Returns
    -------
    list of bool
    """
    order, n = np.argsort(p_values, kind="stable"), len(p_values)
    passes = np.asarray(p_values)[order] <= level / np.arange(n, 0, -1)
    rejected = np.zeros(n, bool)
    rejected[order] = np.logical_and.accumulate(passes)
    return rejected.tolist()


@arg.checked(values=VALUES, seed=arg.integer(0, LARGEST_SEED))
def bootstrap(values, seed=0):
    """Return the mean of independent values and a 95 % interval, whatever their distribution.

    The percentile interval of B. Efron and R. Tibshirani, *An Introduction to the Bootstrap*, 1993,
    from 2,000 resamples.

    Parameters
    ----------
    values : sequence of float
        One for each test image, say.
    seed : int

    Returns
    -------
    Interval
    """
    values = np.asarray(values, dtype=float)
    # So often each different value is drawn; most images have one of a few.
    different, counts = np.unique(values, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(len(values), counts / len(values), 2_000)
    means = drawn @ different / len(values)
    low, high = np.quantile(means, (0.025, 0.975))
    return Interval(float(values.mean()), float(low), float(high), len(values))


def _interval(values, factor):
    """Return the interval whose variance is that of the values times a factor."""
    n, mean, deviation = _moments(values)
    half = special.stdtrit(n - 1, 0.975) * deviation * math.sqrt(factor)
    return Interval(float(mean), float(mean - half), float(mean + half), n)


def _moments(values):
    """Return the number of values, their mean and their standard deviation."""
    values = np.asarray(values, dtype=float)
    return len(values), values.mean(), values.std(ddof=1)


def _entry_of(rows):
    """Return the kind of argument that is the name of an entry of all rows."""
    return arg.one_of(*(key for key in rows[0] if all(key in row for row in rows)))


def _place(row):
    return row["data"], row["arm"], row["labels"], row["seed"], json.dumps(row["settings"])
