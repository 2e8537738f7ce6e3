"""Cells of a training may print other numbers, but not other words; claims are tested."""

import nbformat
import pytest

from tests import notebook_cells


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("loss 0.0123", "loss 0.0127", True),
        ("loss 0.0123", "loss 0.0234", False),
        ("loss 0.0123", "error 0.0123", False),
        ("  81.4 % of 10,000", "80.6 % of 10,000", True),
        ("81.4 %", "69.9 %", False),
        ("+0.3 (-0.2 to +0.8)", "-0.1 (-0.7 to +0.5)", True),
        ("1,200 updates", "1,310 updates", True),
        ("1,200 updates", "1,400 updates", False),
        ("2e-05 of it", "2.1e-05 of it", True),
        ("2e-05 of it", "9e-03 of it", False),
        ("3 and 4", "3", False),
        ("ab8e4567=", "ab8e4568=", False),
    ],
)
def test_numbers_of_a_training_may_differ_a_little(one, other, same):
    assert (notebook_cells.like_stored(one, other) == other) == same


def test_each_number_is_compared_by_itself():
    """Seconds, which nbval's file of patterns replaces, do not count against the numbers beside."""
    new, stored = "loss 0.0309 in 5.47 s", "loss 0.0307 in 9.12 s"
    assert notebook_cells.like_stored(new, stored) == "loss 0.0307 in 5.47 s"


def test_a_live_output_more_does_not_hide_the_others():
    line = nbformat.v4.new_output("stream", name="stdout", text="95.1 %")
    stored = nbformat.v4.new_output("stream", name="stdout", text="95.2 %")
    live = nbformat.v4.new_output("display_data", data={"text/latex": "1"})
    assert notebook_cells.as_stored([live, line], [stored]) == [live, stored]


CELLS = [
    ("loss = 0.0125; print('loss', loss)", "loss 0.0123\n", ["trained"]),
    ("print('loss', loss + 1)", "loss 0.0123\n", ["trained"]),
    ("print('word', loss)", "loss 0.0123\n", ["trained"]),
    ("print('loss', loss)", "loss 0.0123\n", []),
    ("print(3)", "3\n", []),
]
CLAIMS = """\
# %% what is right
assert loss < 1
# %% what is not
assert loss > 1
"""


def test_a_notebook_is_compared_and_its_claims_are_tested_in_its_kernel(pytester, monkeypatch):
    cells = [
        nbformat.v4.new_code_cell(
            source,
            outputs=[nbformat.v4.new_output("stream", name="stdout", text=text)],
            metadata={"tags": tags},
            execution_count=1,
        )
        for source, text, tags in CELLS
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), pytester.path / "lesson.ipynb")
    (pytester.path / "lesson.py").write_text(CLAIMS, encoding="utf-8")
    monkeypatch.setattr(notebook_cells, "CLAIMS", pytester.path)
    options = ("--nbval", "-p", "tests.notebook_cells", "lesson.ipynb", "-v", "-p", "no:xdist")
    done = pytester.runpytest_inprocess(*options)
    done.assert_outcomes(passed=3, failed=4)
    done.stdout.fnmatch_lines(
        [
            *("*Cell 0 PASSED*", "*Cell 1 FAILED*", "*Cell 2 FAILED*", "*Cell 3 FAILED*"),
            *("*Cell 4 PASSED*", "*what is right PASSED*", "*what is not FAILED*"),
        ]
    )
