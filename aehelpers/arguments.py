"""Checks of arguments, declared next to the signature of a function and run on every call.

``@checked(k=integer(1, 784), sigma=number(0, 10))`` above a function rejects any other k or sigma:
with a TypeError if the type is wrong, and with a ValueError if the value is. The message gives the
name of the argument, its value and what is expected. Defaults are not checked.

Each argument is declared with a `Kind` or a class. Kinds are checked in the order in which they
are declared, and share the sizes of arrays within one call: ``x=array(FLOATS, "n", "m"),
k=integer(1, "m")`` allows at most as many units as x has columns.
"""

from collections.abc import Callable
import difflib
import functools
import inspect
import math
import numbers
from pathlib import Path
from typing import NamedTuple

import numpy as np

MOST = 10**9  # the largest whole number that makes sense anywhere in the course
FLOATS = {"f": "floats"}
INTEGERS = {"i": "integers", "u": "integers"}
BYTES = {"uint8": "uint8, pixels from 0 to 255"}
WORDS = {
    bool: "True or False",
    bytes: "bytes",
    dict: "a dict",
    np.ndarray: "a NumPy array",
    Path: "a pathlib.Path",
    str: "a string",
}


class Kind(NamedTuple):
    """A set of values that an argument may have.

    Attributes
    ----------
    check : callable
        ``check(name, value, sizes)`` raises if the value is wrong. `sizes` is a dict of named
        sizes, which it may read and extend.
    wrong : tuple
        A few values that `check` rejects, for tests.
    """

    check: Callable
    wrong: tuple


def checked(**kinds):
    """Return a decorator that checks the named arguments of a function on every call.

    Parameters
    ----------
    **kinds : Kind or class
    """
    kinds = {name: as_kind(kind) for name, kind in kinds.items()}

    def decorate(function):
        names = list(inspect.signature(function).parameters)
        if unknown := kinds.keys() - set(names):
            raise ValueError(f"{function.__name__} has no argument {', '.join(sorted(unknown))}")

        @functools.wraps(function)
        def call(*given, **named):
            sizes, values = {}, dict(zip(names, given)) | named
            for name, kind in kinds.items():
                if name in values:
                    kind.check(name, values[name], sizes)
            return function(*given, **named)

        call.kinds = kinds
        return call

    return decorate


def as_kind(kind):
    """Return a kind unchanged, and a class as the kind of its instances."""
    if isinstance(kind, Kind):
        return kind
    return instance(kind, WORDS.get(kind) or f"a {kind.__name__}")


def instance(type_, expected, **measures):
    """Accept instances of a class; `expected` describes them in error messages.

    Each of the `measures` is a function that takes the instance and returns the size of that name.
    """

    def check(name, value, sizes):
        if not isinstance(value, type_):
            raise TypeError(f"{name} is {shown(value)}; expected {expected}")
        sizes.update((size, measure(value)) for size, measure in measures.items())

    return Kind(check, tuple(wrong for wrong in (None, 3, "x") if not isinstance(wrong, type_)))


def optional(kind):
    """Accept None, and what another kind accepts."""
    kind = as_kind(kind)

    def check(name, value, sizes):
        if value is not None:
            kind.check(name, value, sizes)

    return Kind(check, tuple(wrong for wrong in kind.wrong if wrong is not None))


def narrowed(kind, complaint, *wrong):
    """Accept what a kind accepts, unless ``complaint(value, sizes)`` says what is wrong with it.

    It returns the words after the name in the error message, or None. The `wrong` values are
    examples, for tests.
    """

    def check(name, value, sizes):
        kind.check(name, value, sizes)
        if words := complaint(value, sizes):
            raise ValueError(f"{name} {words}")

    return Kind(check, (*kind.wrong, *wrong))


def integer(lowest=0, highest=MOST):
    """Accept a whole number in a range; `highest` may be a named size, as in "m" or "m - 1"."""

    def check(name, value, sizes):
        end = _size(highest, sizes)
        expected = f"a whole number from {lowest} to {end}"
        if not isinstance(value, numbers.Integral) or isinstance(value, bool):
            raise TypeError(f"{name} is {shown(value)}; expected {expected}")
        if not lowest <= value <= end:
            raise ValueError(f"{name} is {shown(value)}; expected {expected}")

    return Kind(check, (None, "1", 1.5, True, lowest - 1, 10**30))


def _size(size, sizes):
    """Return a size given as a number, or as a name such as "m" or "m - 1"."""
    if not isinstance(size, str):
        return size
    name, _, less = size.partition(" - ")
    return sizes.get(name, MOST) - int(less or 0)


def number(lowest, highest, open_ends=False):
    """Accept a real number in a range, and never NaN; `open_ends` excludes both ends."""
    span = f"above {lowest:g} and below" if open_ends else f"from {lowest:g} to"
    expected = f"a number {span} {highest:g}"

    def check(name, value, sizes):
        if not isinstance(value, numbers.Real) or isinstance(value, bool):
            raise TypeError(f"{name} is {shown(value)}; expected {expected}")
        try:
            real = float(value)  # a narrower type may be unable to hold the ends of the range
        except OverflowError:  # a whole number too large for a float
            real = math.inf if value > 0 else -math.inf
        inside = lowest < real < highest if open_ends else lowest <= real <= highest
        if not inside:
            raise ValueError(f"{name} is {shown(value)}; expected {expected}")

    outside = filter(math.isfinite, (lowest - 1 - abs(lowest), highest + 1 + abs(highest)))
    return Kind(check, (None, "1", True, math.nan, *outside))


def one_of(*options):
    """Accept one of a few strings; the error message suggests the closest one."""

    def check(name, value, sizes):
        if not isinstance(value, str):
            listed = ", ".join(options)
            raise TypeError(f"{name} is {shown(value)}; expected a string, one of {listed}")
        if value not in options:
            raise ValueError(wrong_choice(name, value, options))

    return Kind(check, (None, 3, "", f"{options[0]}x"))


def wrong_choice(name, value, options):
    """Return the error message for a value that is not an option; it suggests the closest one."""
    nearest = difflib.get_close_matches(str(value).lower(), options, n=1)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    return f"{name} is {shown(value)}; expected one of {', '.join(options)}{hint}"


def sequence(kind=object, length=None, fewest=0, most=MOST):
    """Accept a list, tuple, range or array of items of one kind; `length` may be a named size."""
    kind = as_kind(kind)

    def check(name, value, sizes):
        listed = isinstance(value, (list, tuple, range)) or (
            isinstance(value, np.ndarray) and value.ndim > 0
        )
        if not listed:
            raise TypeError(f"{name} is {shown(value)}; expected a sequence, such as a list")
        _check_length(name, value, length, fewest, most, sizes)
        for place, part in enumerate(value):
            kind.check(f"{name}[{place}]", part, sizes)

    short = () if fewest == 0 and length in (None, 0) else ([],)
    return Kind(check, (None, 3, "abc", *short, *([part] for part in kind.wrong)))


def _check_length(name, value, length, fewest, most, sizes):
    wanted = sizes.setdefault(length, len(value)) if isinstance(length, str) else length
    if wanted is not None and len(value) != wanted:
        raise ValueError(f"{name} has length {len(value)}; expected {wanted}")
    if not fewest <= len(value) <= most:
        expected = f"at least {fewest}" if most == MOST else f"{fewest} to {most}"
        found = f"has length {len(value)}" if len(value) else "is empty"
        raise ValueError(f"{name} {found}; expected {expected}")


def tuple_of(*kinds):
    """Accept a sequence with one entry of each of these kinds, in this order."""
    kinds = [as_kind(kind) for kind in kinds]
    whole = sequence(length=len(kinds))

    def check(name, value, sizes):
        whole.check(name, value, sizes)
        for place, (kind, part) in enumerate(zip(kinds, value)):
            kind.check(f"{name}[{place}]", part, sizes)

    return Kind(check, whole.wrong)


def mapping(kind=object, most=MOST):
    """Accept a dict, not an empty one, with strings as keys and values of one kind."""
    kind = as_kind(kind)

    def check(name, value, sizes):
        as_kind(dict).check(name, value, sizes)
        _check_length(name, value, None, 1, most, sizes)
        for key, part in value.items():
            as_kind(str).check(f"a key of {name}", key, sizes)
            kind.check(f"{name}[{key!r}]", part, sizes)

    return Kind(check, (None, 3, [], {}, {1: 1}, *({"a": part} for part in kind.wrong)))


def entries(**kinds):
    """Accept a dict with at least these entries, each of its kind."""
    kinds = {key: as_kind(kind) for key, kind in kinds.items()}
    expected = f"a dict with {', '.join(kinds)}"

    def check(name, value, sizes):
        if not isinstance(value, dict):
            raise TypeError(f"{name} is {shown(value)}; expected {expected}")
        if missing := [key for key in kinds if key not in value]:
            raise ValueError(f"{name} lacks {', '.join(missing)}; expected {expected}")
        for key, kind in kinds.items():
            kind.check(f"{name}[{key!r}]", value[key], sizes)

    return Kind(check, (None, 3, {}))


def array(dtypes, *shape, hints=None):
    """Accept a NumPy array without NaN or infinity; if a shape is given, not an empty one.

    Parameters
    ----------
    dtypes : dict of str to str
        Each allowed ``dtype.kind`` or name of a dtype, and how error messages describe it.
    *shape : int or str
        A number is the required size of a dimension. A string is the name of a size, which is
        the same in all arguments of a call. Without a shape, any shape is allowed.
    hints : dict of str to str, optional
        For dtypes that are not allowed: what their error message says at its end.
    """
    words, hints = " or ".join(dict.fromkeys(dtypes.values())), hints or {}

    def check(name, value, sizes):
        if not isinstance(value, np.ndarray):
            raise TypeError(f"{name} is {shown(value)}; expected a NumPy array of {words}")
        if not _entry(value.dtype, dtypes):
            hint = _entry(value.dtype, hints)
            raise TypeError(f"{name} has dtype {value.dtype}; expected {words}{hint}")
        if shape:
            _check_shape(name, value, shape, sizes)
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            raise ValueError(f"{name} holds NaN or infinity; expected finite numbers")

    ones = np.ones([2] * (len(shape) + 1))  # one dimension too many
    return Kind(check, (None, [1, 2], np.ones(2, "U1"), *((ones,) if shape else ())))


def _entry(dtype, words):
    """Return the words of a dtype, which stand under its kind or under its name, or nothing."""
    return words.get(dtype.kind) or words.get(dtype.name, "")


def _check_shape(name, value, shape, sizes):
    wanted = [sizes.get(size, size) for size in shape]
    fits = [isinstance(n, str) or n == found for n, found in zip(wanted, value.shape)]
    if value.ndim != len(shape) or value.size == 0 or not all(fits):
        written = ", ".join(map(str, wanted)) + ("," if len(shape) == 1 else "")
        hint = ""
        if len(shape) == 2 and value.ndim == 3:
            hint = "; images of shape (n, 28, 28) become rows with images.reshape(n, 784)"
        raise ValueError(
            f"{name} has shape {value.shape}; expected ({written}), nothing empty{hint}"
        )
    sizes.update((size, n) for size, n in zip(shape, value.shape) if isinstance(size, str))


def indices(length, end):
    """Accept an integer array of shape (length,), from 0 to below `end`, a number or named size."""

    def outside(value, sizes):
        last = _size(end, sizes) - 1
        if value.min() < 0 or value.max() > last:
            return f"goes from {value.min()} to {value.max()}; expected 0 to {last}"

    return narrowed(array(INTEGERS, length), outside, np.array([-1]), np.array([10**10]))


def pixels(m="m", n="n"):
    """Accept images as rows of pixels, of shape (n, m): uint8, 0 to 255, as in `data.load`."""
    hint = " as `data.load` returns them (scaled pixels cannot be told from others)"
    rows = array(BYTES, n, m, hints={"f": hint})
    return Kind(rows.check, (*rows.wrong, np.ones((2, 784)), np.ones((0, 784), np.uint8)))


def scaled_pixels():
    """Accept images as rows of pixels, of shape (n, m): floats, 0 to 1, as in `data.scale`."""
    hint = ", as `data.scale` returns them"
    rows = array({"f": "floats from 0 to 1"}, "n", "m", hints={"uint8": hint})

    def outside(value, sizes):
        if value.min() < 0 or value.max() > 1:
            span = f"goes from {value.min():g} to {value.max():g}"
            return f"{span}; expected pixels from 0 to 1{hint}"

    return narrowed(rows, outside, np.full((2, 784), 255.0), np.ones((2, 784), np.uint8))


def reals(length=None, fewest=0, finite=True):
    """Accept a sequence of numbers; `length` may be a named size."""

    def check(name, value, sizes):
        try:
            row = np.asarray(value, dtype=float)
        except (TypeError, ValueError, OverflowError):
            row = np.array("no number")
        if row.dtype.kind != "f" or row.ndim == 0:
            raise TypeError(f"{name} is {shown(value)}; expected a sequence of numbers")
        if row.ndim != 1 or (finite and not np.isfinite(row).all()):
            raise ValueError(f"{name} is {shown(value)}; expected finite numbers in a row")
        _check_length(name, row, length, fewest, MOST, sizes)

    return Kind(check, (None, "abc", 3, [[1.0]], *(([math.inf],) if finite else ())))


def increasing(lowest, length=None):
    """Accept one or more numbers that increase strictly, the first at least `lowest`."""

    def falls(value, sizes):
        if value[0] < lowest or (np.diff(value) <= 0).any():
            return f"is {shown(value)}; expected numbers that increase, from {lowest:g} on"

    return narrowed(reals(length, fewest=1), falls, [], [2, 1])


def shown(value):
    """Return a short text that shows a value in an error message."""
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} with shape {value.shape}"
    if isinstance(value, np.generic):
        value = value.item()  # 0.5 instead of np.float64(0.5)
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:57]}..."
