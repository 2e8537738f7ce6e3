"""Arguments that are declared are checked, and what is wrong is said in words."""

import inspect
import math
from pathlib import Path

from aehelpers import arguments as arg
from aehelpers import exercises, learn, show, widgets
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
import numpy as np
import pytest

from tests.calls import LONG, MODULES, RIGHT, UNDECLARED

NAN, INF = math.nan, math.inf
ROOMS = (exercises, learn, show, widgets)
FOR_NOTEBOOKS = [thing for room in ROOMS for thing in vars(room).values()]


def called(kind, value, **sizes):
    """Check one value by one kind, as an argument x of a function."""
    kind.check("x", value, dict(sizes))


# A kind, a value that it refuses, and the whole message; sizes of the call are m = 4.
REFUSED = [
    (arg.integer(1, 9), 0, ValueError, "x is 0; expected a whole number from 1 to 9"),
    (arg.integer(1, 9), 10, ValueError, "x is 10; expected a whole number from 1 to 9"),
    (arg.integer(1, 9), 3.0, TypeError, "x is 3.0; expected a whole number from 1 to 9"),
    (arg.integer(1, 9), True, TypeError, "x is True; expected a whole number from 1 to 9"),
    (arg.integer(1, "m"), 5, ValueError, "x is 5; expected a whole number from 1 to 4"),
    (arg.integer(1, "m - 1"), 4, ValueError, "x is 4; expected a whole number from 1 to 3"),
    (arg.number(0, 1), NAN, ValueError, "x is nan; expected a number from 0 to 1"),
    (arg.number(0, 1), -(10**400), ValueError, "expected a number from 0 to 1"),
    (arg.number(0, 1), "1", TypeError, "x is '1'; expected a number from 0 to 1"),
    (arg.number(0, 1), 1j, TypeError, "x is 1j; expected a number from 0 to 1"),
    (arg.number(0, 1, open_ends=True), 1, ValueError, "expected a number above 0 and below 1"),
    (arg.number(0, 1, open_ends=True), 0, ValueError, "expected a number above 0 and below 1"),
    (arg.as_kind(str), 3, TypeError, "x is 3; expected a string"),
    (arg.as_kind(bool), 1, TypeError, "x is 1; expected True or False"),
    (arg.as_kind(Path), "x", TypeError, "x is 'x'; expected a pathlib.Path"),
    (arg.optional(str), 3, TypeError, "x is 3; expected a string"),
    (arg.one_of("relu", "elu"), "rleu", ValueError, "one of relu, elu; did you mean 'relu'?"),
    (arg.one_of("relu", "elu"), 3, TypeError, "x is 3; expected a string, one of relu, elu"),
    (arg.sequence(str), "ab", TypeError, "x is 'ab'; expected a sequence, such as a list"),
    (arg.sequence(str), ["a", 1], TypeError, "x[1] is 1; expected a string"),
    (arg.sequence(str, 2), ["a"], ValueError, "x has length 1; expected 2"),
    (arg.sequence(str, "m"), ["a"], ValueError, "x has length 1; expected 4"),
    (arg.sequence(str, fewest=1), [], ValueError, "x is empty; expected at least 1"),
    (arg.sequence(str, most=1), ["a", "b"], ValueError, "x has length 2; expected 0 to 1"),
    (arg.tuple_of(str, int), ["a", "b"], TypeError, "x[1] is 'b'; expected a int"),
    (arg.mapping(str), {"a": 1}, TypeError, "x['a'] is 1; expected a string"),
    (arg.mapping(str), {1: "a"}, TypeError, "a key of x is 1; expected a string"),
    (arg.mapping(str), {}, ValueError, "x is empty; expected at least 1"),
    (arg.entries(a=str, b=str), {"a": ""}, ValueError, "x lacks b; expected a dict with a, b"),
    (arg.entries(a=str), {"a": 1}, TypeError, "x['a'] is 1; expected a string"),
    (arg.array(arg.FLOATS, "n", "m"), np.ones((2, 3)), ValueError, "(2, 3); expected (n, 4)"),
    (arg.array(arg.FLOATS, 3), np.ones(4), ValueError, "x has shape (4,); expected (3,)"),
    (arg.array(arg.FLOATS, "n"), np.ones(0), ValueError, "nothing empty"),
    (arg.array(arg.FLOATS, "n"), np.full(2, NAN), ValueError, "x holds NaN or infinity"),
    (arg.array(arg.FLOATS, "n"), np.ones(2, int), TypeError, "has dtype int64; expected floats"),
    (arg.array(arg.FLOATS), [1.0], TypeError, "x is [1.0]; expected a NumPy array of floats"),
    (arg.array(arg.FLOATS, "n", 784), np.ones((2, 28, 28)), ValueError, "images.reshape(n, 784)"),
    (arg.indices("n", 10), np.array([0, 10]), ValueError, "x goes from 0 to 10; expected 0 to 9"),
    (arg.indices("n", "m"), np.array([4]), ValueError, "x goes from 4 to 4; expected 0 to 3"),
    (arg.pixels(), np.ones((2, 4)), TypeError, "scaled pixels cannot be told from others"),
    (arg.scaled_pixels(), np.ones((2, 4), np.uint8), TypeError, "as `data.scale` returns them"),
    (arg.scaled_pixels(), np.full((2, 4), 255.0), ValueError, "x goes from 255 to 255; expected"),
    (arg.reals(), "abc", TypeError, "x is 'abc'; expected a sequence of numbers"),
    (arg.reals(), 3, TypeError, "x is 3; expected a sequence of numbers"),
    (arg.reals(), [INF], ValueError, "x is [inf]; expected finite numbers in a row"),
    (arg.reals("m"), [1.0], ValueError, "x has length 1; expected 4"),
    (arg.increasing(0), [2, 1], ValueError, "x is [2, 1]; expected numbers that increase, from 0"),
    (arg.increasing(0), [1, 1], ValueError, "expected numbers that increase, from 0 on"),
    (arg.increasing(1), [0, 1], ValueError, "expected numbers that increase, from 1 on"),
]
ALLOWED = [
    (arg.integer(1, 9), [1, 9, np.uint8(2), np.int64(9)]),
    (arg.integer(1, "m"), [4]),
    (arg.integer(1, "unknown"), [10**6]),
    (arg.number(0, 1), [0, 1, 0.5, np.float32(0.5), np.int64(1)]),
    (arg.optional(str), [None, ""]),
    (arg.sequence(str), [[], ("a",), np.array(["a"])]),
    (arg.sequence(arg.integer()), [range(3)]),
    (arg.mapping(str), [{"a": "b"}]),
    (arg.entries(a=str), [{"a": "", "others": 1}]),
    (arg.array(arg.FLOATS), [np.ones(()), np.ones((0, 3)), np.ones((1, 2, 3), np.float32)]),
    (arg.array(arg.INTEGERS, "k"), [np.ones(1, np.uint8), np.ones(9, int)]),
    (arg.reals(finite=False), [[NAN, 1], range(3), np.ones(2)]),
    (arg.increasing(0), [[0], range(3), np.arange(4)]),
    (arg.pixels("m"), [np.ones((2, 4), np.uint8)]),
]


@pytest.mark.parametrize(("kind", "value", "error", "words"), REFUSED)
def test_what_is_wrong_is_said_in_words(kind, value, error, words):
    with pytest.raises(error) as caught:
        called(kind, value, m=4)
    assert words in str(caught.value)
    assert "x" in str(caught.value)


@pytest.mark.parametrize(("kind", "values"), ALLOWED)
def test_what_is_right_is_allowed(kind, values):
    for value in values:
        called(kind, value, m=4)


def test_sizes_are_shared_by_the_arguments_of_one_call_only():
    @arg.checked(
        x=arg.array(arg.FLOATS, "n", "m"), y=arg.array(arg.FLOATS, "n"), k=arg.integer(1, "m")
    )
    def function(x, y, k=99):
        return k

    assert function(np.ones((2, 3)), np.ones(2), 3) == 3
    assert function(np.ones((5, 4)), y=np.ones(5), k=4) == 4
    assert function(np.ones((5, 4)), np.ones(5)) == 99  # a default is right by declaration
    with pytest.raises(ValueError, match=r"y has shape \(3,\); expected \(2,\)"):
        function(np.ones((2, 3)), np.ones(3), 3)
    with pytest.raises(ValueError, match="k is 4; expected a whole number from 1 to 3"):
        function(np.ones((2, 3)), k=4, y=np.ones(2))


def test_a_declared_argument_that_is_not_there_is_an_error_at_once():
    with pytest.raises(ValueError, match="paint has no argument imags"):

        @arg.checked(imags=int)
        def paint(images):
            """Do nothing."""


def test_each_argument_is_checked_once():
    seen = []
    kind = arg.Kind(lambda name, value, sizes: seen.append(value), ())

    @arg.checked(a=kind, b=kind, c=kind)
    def function(a, *, b, c=3):
        return a, b, c

    assert function(1, b=2) == (1, 2, 3)
    assert seen == [1, 2]
    assert function.__name__ == "function"


@pytest.mark.parametrize("value", ["x" * 99, list(range(99)), np.float64(0.5), np.ones((2, 3))])
def test_a_value_is_shown_shortly(value):
    assert len(arg.shown(value)) <= 60
    assert "np." not in arg.shown(value)


def kinds_of(function):
    return getattr(function, "kinds", None) or getattr(function.__init__, "kinds", {})


EACH_FUNCTION = pytest.mark.parametrize(
    "function", RIGHT, ids=lambda function: f"{function.__module__}.{function.__name__}"
)


@EACH_FUNCTION
def test_a_right_call_is_right_and_each_wrong_value_of_each_argument_refused(function):
    function(**RIGHT[function])
    for name, kind in kinds_of(function).items():
        assert kind.wrong
        for value in kind.wrong:
            with pytest.raises((TypeError, ValueError)) as caught:
                function(**RIGHT[function] | {name: value})
            assert name in str(caught.value), value
            assert "expected" in str(caught.value), value


def public(module):
    """Return the functions and classes of a module that notebooks and programs call."""
    return {
        thing
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and getattr(thing, "__module__", None) == module.__name__
        and callable(thing)
        and not hasattr(thing, "_fields")  # a NamedTuple is checked where it is used
        and (kinds_of(thing) or thing in FOR_NOTEBOOKS)
        and inspect.signature(thing).parameters
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_arguments_of_each_public_function_are_declared(module):
    for function in public(module):
        assert function in RIGHT or function in LONG, function
        for name in set(inspect.signature(function).parameters) - set(kinds_of(function)):
            assert (function, name) in UNDECLARED or function in LONG, (function, name)


# Anything that a learner could give by mistake.
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([0.0, -1.0, 0.5, NAN, INF, -INF, 1e300, 10**400, -(10**30)]),
    st.sampled_from(["", "mnist", "relu", b"relu"]),
    st.lists(st.integers(-1, 2), max_size=3),
    st.dictionaries(st.sampled_from(["a", 1]), st.integers(0, 2), max_size=2),
    hnp.arrays(
        st.sampled_from([np.uint8, np.int64, np.float32, np.float64, bool, "U1"]),
        st.sampled_from([(), (0,), (3,), (2, 3), (2, 784), (2, 28, 28), (0, 784)]),
    ),
)


@EACH_FUNCTION
@given(draw=st.data())
@settings(max_examples=40, derandomize=True)  # raise it for a wide search
def test_no_wrong_argument_ends_in_a_traceback_from_the_inside(function, draw):
    """With one argument changed, a call works, or the package says what is wrong with it."""
    wrong = draw.draw(st.sampled_from(sorted(RIGHT[function])), label="argument")
    value = draw.draw(ANYTHING, label="value")
    try:
        function(**RIGHT[function] | {wrong: value})
    except (TypeError, ValueError) as error:
        complaint = error
    except FileNotFoundError as error:  # of `results.read`
        complaint = error
    else:
        return
    last = complaint.__traceback__
    while last.tb_next is not None:
        last = last.tb_next
    assert "aehelpers" in last.tb_frame.f_code.co_filename, repr(complaint)
    assert "expected" in str(complaint) or "is missing" in str(complaint), repr(complaint)
