"""The results files and the intervals."""

import json

from aehelpers.experiments import results
import numpy as np
import pytest

ROW = {"data": "mnist", "arm": "a", "labels": 100, "seed": 0, "settings": {"x": 1}}


def rows(*accuracies, arm="a"):
    return [ROW | {"arm": arm, "seed": n, "accuracy": value} for n, value in enumerate(accuracies)]


def test_rows_come_back_in_a_fixed_order_and_one_on_each_line(tmp_path):
    results.write("some", rows(0.3, 0.2, 0.1)[::-1], tmp_path)
    assert results.read("some", tmp_path) == rows(0.3, 0.2, 0.1)
    lines = (tmp_path / "some.json").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line.rstrip(","))["seed"] for line in lines[1:-1]] == [0, 1, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["some.json"]


def test_a_row_that_cannot_be_written_leaves_the_file_as_it_was(tmp_path):
    results.write("some", rows(0.1), tmp_path)
    with pytest.raises(TypeError):
        results.write("some", [ROW | {"accuracy": object()}], tmp_path)
    assert results.read("some", tmp_path) == rows(0.1)
    assert [path.name for path in tmp_path.iterdir()] == ["some.json"]


def test_a_missing_file_says_how_to_restore_it(tmp_path):
    words = r"some\.json is missing.*git checkout -- \S*some\.json.*measure again"
    with pytest.raises(FileNotFoundError, match=words):
        results.read("some", tmp_path)


@pytest.mark.parametrize("text", ["", "[", "{}[", '[{"data": "mnist"}]', "3", "[3]"])
def test_a_damaged_file_says_how_to_restore_it(tmp_path, text):
    (tmp_path / "some.json").write_text(text, encoding="utf-8")
    with pytest.raises(OSError, match=r"some\.json is damaged.*measure again"):
        results.read("some", tmp_path)


def test_a_doubled_row_is_a_damage(tmp_path):
    results.write("some", [ROW, ROW], tmp_path)
    with pytest.raises(OSError, match="a row stands there twice"):
        results.read("some", tmp_path)


def test_the_interval_is_students():
    # t is 4.302653 for two degrees of freedom and 97.5 %; the standard deviation of 1, 2, 3 is 1.
    mean, low, high, n = results.interval([1, 2, 3])
    assert (mean, n) == (2, 3)
    np.testing.assert_allclose([mean - low, high - mean], 4.302653 / np.sqrt(3), rtol=1e-6)


def test_the_range_of_one_is_wider():
    _, low, high, _ = results.range_of_one([1, 2, 3])
    np.testing.assert_allclose(high - low, 2 * 4.302653 * np.sqrt(4 / 3), rtol=1e-6)


def test_the_intervals_cover_what_they_promise():
    draws = np.random.default_rng(0).normal(5, 2, (4000, 6))
    covered = [results.interval(run[:5]) for run in draws]
    share = np.mean([part.low <= 5 <= part.high for part in covered])
    ranges = [results.range_of_one(run[:5]) for run in draws]
    share_of_one = np.mean([part.low <= run[5] <= part.high for part, run in zip(ranges, draws)])
    assert 0.94 < share < 0.96
    assert 0.94 < share_of_one < 0.96


def test_differences_are_paired_by_seed():
    better = rows(0.5, 0.7, 0.9)
    difference = results.difference(better[::-1], rows(0.4, 0.6, 0.8, arm="b"))
    np.testing.assert_allclose(difference[:3], 0.1)


@pytest.mark.parametrize("controls", [rows(0.1, 0.2), rows(0.1, 0.2, 0.3) + rows(0.1)])
def test_other_seeds_are_refused(controls):
    with pytest.raises(ValueError, match=r"rows has the seeds \[0, 1, 2\] and controls"):
        results.difference(rows(0.1, 0.2, 0.3), controls)


def test_seeds_that_stand_twice_are_refused():
    twice = rows(0.1, 0.2) + rows(0.3)
    with pytest.raises(ValueError, match="expected the same, each once"):
        results.difference(twice, twice)


def test_select_finds_rows_by_their_values():
    found = results.select(rows(0.2, 0.1)[::-1] + rows(0.3, arm="b"), arm="a", labels=100)
    assert found == rows(0.2, 0.1)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (dict(lables=100), "'lables'; expected one of .*did you mean 'labels'"),
        (dict(arm="deep netwrk"), "arm is 'deep netwrk'.*did you mean 'deep network'"),
        (dict(labels=50), "labels is 50; expected one of 100"),
        (dict(arm="b", seed=1), "seed is 1; expected one of 0"),
        (dict(labels=[100]), r"labels is \[100\]; expected a string or a number"),
    ],
)
def test_select_refuses_what_is_not_there(wanted, words):
    given = rows(0.1, 0.2, arm="deep network") + rows(0.3, arm="b")
    with pytest.raises((TypeError, ValueError), match=words):
        results.select(given, **wanted)


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        ("acuracy", "measured is 'acuracy'; expected one of .*did you mean 'accuracy'"),
        ("arm", r"arm in rows\[0\] is 'a'; expected a number"),
    ],
)
def test_a_difference_of_what_is_no_number_is_refused(measured, words):
    with pytest.raises((TypeError, ValueError), match=words):
        results.difference(rows(0.1, 0.2), rows(0.1, 0.2), measured)


@pytest.mark.parametrize("row", [{"data": 1}, ROW | {"seed": -1}, ROW | {"settings": None}])
def test_what_is_no_row_is_refused_and_named(row, tmp_path):
    for call in (
        lambda: results.select([ROW, row], arm="a"),
        lambda: results.write("some", [ROW, row], tmp_path),
    ):
        with pytest.raises((TypeError, ValueError), match=r"^rows\[1\].*expected"):
            call()
    assert not list(tmp_path.iterdir())
