"""Checks of arguments: each error names the argument, what came, and what is expected."""

import difflib
import math
import numbers

import numpy as np

MOST = 10**9  # the largest whole number that makes sense anywhere in the course


def whole(name, value, lowest, highest=MOST):
    """Raise unless `value` is an integer in the range.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    value : object
    lowest, highest : int

    Raises
    ------
    TypeError
        If it is no integer; a bool is none, and neither is 3.0.
    ValueError
        If it is out of range.
    """
    expected = f"a whole number from {lowest} to {highest}"
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name} is {shown(value)}; expected {expected}")
    if not lowest <= value <= highest:
        raise ValueError(f"{name} is {shown(value)}; expected {expected}")


def number(name, value, lowest, highest, open_ends=False):
    """Raise TypeError unless `value` is a real number, ValueError unless it is in the range.

    NaN is in no range. With `open_ends` the two ends are not in it either.
    """
    expected = f"from {lowest:g} to {highest:g}"
    if open_ends:
        expected = f"above {lowest:g} and below {highest:g}"
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} is {shown(value)}; expected a number {expected}")
    try:
        real = float(value)  # a narrower type could not hold the ends of the range
    except OverflowError:  # a whole number that is larger than any float
        real = math.inf
    inside = lowest < real < highest if open_ends else lowest <= real <= highest
    if not inside:
        raise ValueError(f"{name} is {shown(value)}; expected a number {expected}")


def text(name, value):
    """Raise TypeError unless `value` is a string."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {shown(value)}; expected a string")


def choice(name, value, options):
    """Raise TypeError unless `value` is a string, ValueError unless it is one of the options.

    The message suggests the nearest option.
    """
    listed = ", ".join(options)
    if not isinstance(value, str):
        raise TypeError(f"{name} is {shown(value)}; expected a string, one of {listed}")
    if value not in options:
        raise ValueError(wrong_choice(name, value, options))


def wrong_choice(name, value, options):
    """Return the sentence about a value that is none of the options: it suggests the nearest."""
    nearest = difflib.get_close_matches(str(value).lower(), options, n=1)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    return f"{name} is {shown(value)}; expected one of {', '.join(options)}{hint}"


def instance(name, value, type_, expected):
    """Raise TypeError unless `value` has the type; `expected` says in words what it should be."""
    if not isinstance(value, type_):
        raise TypeError(f"{name} is {shown(value)}; expected {expected}")


def array(name, value, kinds, shape):
    """Raise unless `value` is a NumPy array of one of the kinds, with the shape and no NaN.

    Parameters
    ----------
    name : str
    value : object
    kinds : dict of str to str
        Kinds of dtypes, as in ``dtype.kind``, or names of dtypes, with words for each.
    shape : tuple of (int or str)
        A number is the size that a dimension must have. A string is the name of a size, at least
        1; the same name twice means the same size.

    Raises
    ------
    TypeError
        If it is no NumPy array, or has another dtype.
    ValueError
        If it has another shape, is empty, or holds NaN or infinity.
    """
    words = " or ".join(kinds.values())
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{name} is {shown(value)}; expected a NumPy array of {words}")
    if value.dtype.kind not in kinds and value.dtype.name not in kinds:
        raise TypeError(f"{name} has dtype {value.dtype}; expected {words}")
    sizes = {}
    fits = value.ndim == len(shape) and value.size > 0
    for size, wanted in zip(value.shape, shape):
        if isinstance(wanted, str):
            wanted = sizes.setdefault(wanted, size)
        fits = fits and size == wanted
    if not fits:
        written = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
        raise ValueError(f"{name} has shape {value.shape}; expected ({written}), nothing empty")
    if value.dtype.kind == "f" and not np.isfinite(value).all():
        raise ValueError(f"{name} holds NaN or infinity; expected finite numbers")


def pixels(name, images, m=None):
    """Raise unless `images` are rows of uint8 pixels, 0 to 255; `m` is their number, if given.

    The errors are those of `array`.
    """
    if isinstance(images, np.ndarray) and images.dtype.kind == "f":
        raise TypeError(
            f"{name} has dtype {images.dtype}; expected uint8, pixels from 0 to 255 as `data.load` "
            "returns them (scaled pixels cannot be told from others)"
        )
    array(name, images, {"uint8": "uint8, pixels from 0 to 255"}, ("n", "m" if m is None else m))


def scaled_pixels(name, images):
    """Raise unless `images` are rows of float pixels from 0 to 1.

    The errors are those of `array`, and ValueError for pixels outside 0..1.
    """
    if isinstance(images, np.ndarray) and images.dtype == np.uint8:
        raise TypeError(
            f"{name} has dtype uint8; expected floats from 0 to 1, as `data.scale` returns them"
        )
    array(name, images, {"f": "floats from 0 to 1"}, ("n", "m"))
    if images.min() < 0 or images.max() > 1:
        raise ValueError(
            f"{name} goes from {images.min():g} to {images.max():g}; expected pixels from 0 to 1, "
            "as `data.scale` returns them"
        )


def sequence(name, value, length=None):
    """Raise TypeError unless `value` is a sequence of things, ValueError unless it is so long.

    A string or a dict is none.
    """
    listed = isinstance(value, (list, tuple, range)) or (
        isinstance(value, np.ndarray) and value.ndim > 0
    )
    if not listed:
        raise TypeError(f"{name} is {shown(value)}; expected a sequence, such as a list")
    if length is not None and len(value) != length:
        raise ValueError(f"{name} has length {len(value)}; expected {length}")


def entries(name, value, needed):
    """Raise TypeError unless `value` is a dict, ValueError unless it has these keys."""
    expected = f"a dict with {', '.join(needed)}"
    if not isinstance(value, dict):
        raise TypeError(f"{name} is {shown(value)}; expected {expected}")
    missing = [key for key in needed if key not in value]
    if missing:
        raise ValueError(f"{name} lacks {', '.join(missing)}; expected {expected}")


def shown(value):
    """Return a value as a short text for a message."""
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} with shape {value.shape}"
    if isinstance(value, np.generic):
        value = value.item()  # 0.5 instead of np.float64(0.5)
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:57]}..."
