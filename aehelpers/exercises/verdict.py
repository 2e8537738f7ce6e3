"""How an answer becomes a verdict: the engine of the exercises.

A judge is a function of the learner's answer. If the answer is right, it returns a sentence that
says why; if not, it raises `Mistake`, `Misfit` or `Open`. The decorator `exercise` turns it into a
function that returns a `Verdict` for any answer, and never raises because of one.

Mistakes are listed as pairs. `compare` takes pairs (result of the mistake, sentence), and `refuse`
takes pairs (whether the mistake was made, sentence). The first pair that matches is reported.
"""

from collections.abc import Callable
import functools
import html
import inspect
import numbers
import textwrap
import traceback
from typing import NamedTuple

from aehelpers import arguments as arg
from aehelpers.learn.memory import keras
import numpy as np

TOLERANCE = 1e-4  # relative; rounding errors of float32 stay below it
ROUNDED = 200  # times the tolerance; a number no further off was probably rounded by hand


class Verdict(NamedTuple):
    """The judgement of an answer. At the end of a notebook cell, it shows its sentence.

    Attributes
    ----------
    state : {"open", "right", "wrong"}
    sentence : str
        One or two sentences, after "Open:", "Right:" or "Not yet:".
    """

    state: str
    sentence: str

    def __repr__(self):
        return self.sentence

    def _repr_html_(self):
        # Unlike a printed line, a paragraph breaks between words when a page is enlarged.
        return f"<p>{html.escape(self.sentence)}</p>"


class Open(Exception):
    """There is no answer yet. The text, if any, says what is missing; the hint follows it."""


class Mistake(Exception):
    """The answer is wrong. The text names the mistake, and says what to do."""


class Misfit(Exception):
    """The answer is not of the expected kind. The text says what it is; "Give ..." follows it."""


def exercise(hint, expected="one number", n_answers=1):
    """Return a decorator that turns a judge into a function that returns a `Verdict`.

    Parameters
    ----------
    hint : str
        What the verdict says while there is no answer.
    expected : str
        A short description of an answer that can follow "Give".
    n_answers : int, at least 1
        How many of the first arguments come from the learner.
    """

    def decorate(judge):
        signature = inspect.signature(judge)

        @functools.wraps(judge)
        def call(*given, **named):
            values = signature.bind(*given, **named).args
            try:
                if any(map(_missing, values[:n_answers])):
                    raise Open
                return Verdict("right", f"Right: {judge(*values)}")
            except Open as reason:
                what = f"{reason}. {hint[0].upper()}{hint[1:]}" if reason.args else hint
                return Verdict("open", f"Open: {what}")
            except Mistake as mistake:
                return Verdict("wrong", f"Not yet: {mistake}")
            except Misfit as misfit:
                return Verdict("wrong", f"Not yet: {misfit}. Give {expected}.")
            except Exception as error:  # from the learner's code, so the learner sees it
                stop = f"it stops with {message(error)}"
                return Verdict("wrong", f"Not yet: {stop} Give {expected}.")

        return call

    return decorate


def _missing(answer):
    """Return whether an answer, or a part of it, is not filled in yet."""
    parts = answer if isinstance(answer, (list, tuple)) else [answer]
    return not parts or any(part is None or part is Ellipsis for part in parts)


def refuse(*pairs):
    """Raise a `Mistake` for the first mistake that was made, if any.

    Parameters
    ----------
    *pairs : (bool, str)
        Whether the mistake was made, and the sentence that names it.
    """
    for made, sentence in pairs:
        if made:
            raise Mistake(sentence)


def expect(fits, answer, subject="your answer"):
    """Raise a `Misfit` that describes an answer unless it fits.

    Parameters
    ----------
    fits : bool
    answer : object
    subject : str
        What to call the answer.
    """
    if not fits:
        raise Misfit(f"{subject} is {described(answer)}")


def compare(value, right, pairs, otherwise, tolerance=TOLERANCE):
    """Raise a `Mistake` unless a value is right.

    Parameters
    ----------
    value, right : float or numpy.ndarray
    pairs : list of (float or numpy.ndarray, str)
        The result of a mistake, and the sentence that names it.
    otherwise : str
        The sentence for a wrong value that no known mistake explains.
    tolerance : float, at least 0
        The largest relative difference between numbers that count as the same.
    """
    if same(value, right, tolerance):
        return
    refuse(*((same(value, candidate, tolerance), sentence) for candidate, sentence in pairs))
    rounded = same(value, right, ROUNDED * tolerance)
    refuse((rounded, "that is close, but not equal. Let Python compute it, and do not round."))
    raise Mistake(otherwise)


def same(a, b, tolerance=TOLERANCE):
    """Return whether two numbers or arrays have the same shape, and nearly the same numbers."""
    return np.shape(a) == np.shape(b) and np.allclose(a, b, tolerance, 1e-9)


def as_array(answer, subject="your answer"):
    """Return an answer as an array of finite numbers, or of True and False.

    Parameters
    ----------
    answer : object
    subject : str
        What to call the answer in the sentence that rejects it.

    Returns
    -------
    numpy.ndarray of bool, int or float
    """
    try:
        array = np.asarray(answer)
        array = array.astype(float) if array.dtype.kind == "O" else array
    except (TypeError, ValueError, OverflowError):
        raise Misfit(f"{subject} is {described(answer)}") from None
    if array.dtype.kind in "SU":
        raise Mistake(f"{subject} is text. Write it as code, without quotation marks.")
    expect(array.dtype.kind in "biuf", answer, subject)
    if not np.isfinite(array).all():
        what = "holds NaN or infinity" if array.ndim else f"is {array}"
        raise Misfit(f"{subject} {what}. Look for a division by zero")
    return array


def as_number(answer):
    """Return an answer as a float; it may be an array or a tensor that holds one number."""
    array = as_array(answer)
    expect(array.size == 1 and array.dtype != bool, array if array.ndim else answer)
    return float(array.item())


def described(answer):
    """Return a short description of an answer."""
    if isinstance(answer, (str, numbers.Number, np.generic, np.ndarray)):
        return arg.shown(answer)
    name = type(answer).__name__
    if isinstance(answer, (list, tuple)):
        return f"a {name} of length {len(answer)}"
    kinds = {keras.Model: "a Keras model", type: "a class", Callable: "a function"}
    named = [words for kind, words in kinds.items() if isinstance(answer, kind)]
    return [*named, f"of type {name}"][0]


def message(error):
    """Return the type and text of an error, shortened and with a full stop."""
    text = "".join(traceback.format_exception_only(error))
    return textwrap.shorten(text, 160, placeholder=" ...").removesuffix(".") + "."
