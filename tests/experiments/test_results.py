"""The results files and the intervals."""

import json

from aehelpers.experiments import results
import numpy as np
import pytest
from scipy import stats

from tests.calls import refused

ROW = {"data": "mnist", "arm": "a", "labels": 100, "seed": 0, "settings": {"x": 1}}


def rows(*accuracies, arm="a"):
    return [ROW | {"arm": arm, "seed": n, "accuracy": value} for n, value in enumerate(accuracies)]


def test_rows_come_back_in_a_fixed_order_and_one_on_each_line(tmp_path):
    results.write("some", rows(0.3, 0.2, 0.1)[::-1], tmp_path)
    assert results.read("some", tmp_path) == rows(0.3, 0.2, 0.1)
    lines = (tmp_path / "some.json").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line.rstrip(","))["seed"] for line in lines[1:-1]] == [0, 1, 2]
    with pytest.raises(TypeError):  # what cannot be written leaves the file as it was
        results.write("some", [ROW | {"accuracy": object()}], tmp_path)
    assert results.read("some", tmp_path) == rows(0.3, 0.2, 0.1)
    assert [path.name for path in tmp_path.iterdir()] == ["some.json"]


TWICE = json.dumps([ROW, ROW])


@pytest.mark.parametrize("text", [None, "", "[", "{}[", '[{"data": "mnist"}]', "3", "[3]", TWICE])
def test_a_missing_or_damaged_file_says_how_to_restore_it(tmp_path, text):
    if text is not None:
        (tmp_path / "some.json").write_text(text, encoding="utf-8")
    words = r"some\.json is (missing|damaged).*git checkout -- \S*some\.json.*measure again"
    with pytest.raises(FileNotFoundError if text is None else OSError, match=words):
        results.read("some", tmp_path)


def test_the_interval_is_students_and_the_range_of_one_is_wider():
    # t is 4.302653 for two degrees of freedom and 97.5 %; the standard deviation of 1, 2, 3 is 1.
    for interval, variance in {results.interval: 1 / 3, results.range_of_one: 4 / 3}.items():
        half = 4.302653 * np.sqrt(variance)
        np.testing.assert_allclose(interval([1, 2, 3]), (2, 2 - half, 2 + half, 3), rtol=1e-6)


def test_differences_are_paired_by_seed():
    better = rows(0.5, 0.7, 0.9)
    for n, others in ((3, (0.4, 0.6, 0.8)), (2, (0.4, 0.6))):
        found = results.difference(better[::-1], rows(*others, arm="b"))
        np.testing.assert_allclose(found, (0.1, 0.1, 0.1, n))


def test_the_p_value_is_that_of_students_test():
    values = np.random.default_rng(0).normal(0.3, 1, 12)
    assert results.p_value(values) == pytest.approx(stats.ttest_1samp(values, 0).pvalue)
    assert (results.p_value([1, 1, 1]), results.p_value([0, 0])) == (0, 1)


def test_several_hypotheses_are_tested_as_holm_does_it():
    # 0.01 <= 0.05/4, 0.02 > 0.05/3, and so no further one, though 0.03 <= 0.05 alone
    assert results.survive([0.03, 0.01, 0.04, 0.02]) == [False, True, False, False]
    assert results.survive([0.001, 0.012, 0.6]) == [True, True, False]


def test_select_finds_rows_by_their_values():
    found = results.select(rows(0.2, 0.1)[::-1] + rows(0.3, arm="b"), arm="a", labels=100)
    assert found == rows(0.2, 0.1)


DEEP = rows(0.1, 0.2, arm="deep network") + rows(0.3, arm="b")
THREE, DOUBLED = rows(0.1, 0.2, 0.3), rows(0.1) + rows(0.2)
TWO_SEEDS = r"rows has the seeds \[0, 1, 2\] and controls"

test_wrong_calls = refused(
    [
        (results.select, dict(rows=DEEP, lables=100), "'lables'; .*did you mean 'labels'"),
        (results.select, dict(rows=DEEP, arm="deep netwrk"), "did you mean 'deep network'"),
        (results.select, dict(rows=DEEP, data="mnist", labels=50), "labels is 50; expected .* 100"),
        (results.select, dict(rows=DEEP, arm="b", seed=1), "seed is 1; expected one of 0"),
        (results.select, dict(rows=DEEP, labels=[100]), r"\[100\]; expected a string or a number"),
        (results.select, dict(rows=[ROW, {"data": 1}]), r"^rows\[1\].*"),
        (results.select, dict(rows=[ROW, ROW | {"seed": -1}]), r"^rows\[1\].*"),
        (results.select, dict(rows=[ROW, ROW | {"settings": None}]), r"^rows\[1\].*"),
        (results.write, dict(name="some", rows=[ROW, {"data": 1}]), r"^rows\[1\].*"),
        (results.difference, dict(rows=THREE, controls=rows(0.1)), TWO_SEEDS),
        (results.difference, dict(rows=THREE, controls=THREE + rows(0.1)), TWO_SEEDS),
        (results.difference, dict(rows=DOUBLED, controls=DOUBLED), "expected each once"),
        (results.difference, dict(measured="acuracy"), "'acuracy'; .*did you mean 'accuracy'"),
        (results.difference, dict(measured="arm"), r"arm in rows\[0\] is 'a'; expected a number"),
    ]
)


def test_a_bootstrap_agrees_with_the_normal_interval_where_that_is_right():
    values = np.random.default_rng(0).integers(-10, 11, 10_000) / 10
    resampled, normal = results.bootstrap(values), results.interval(values)
    np.testing.assert_allclose(resampled, normal, atol=0.001)
    assert results.bootstrap(values) == resampled
    assert results.bootstrap(values, seed=1) != resampled


def test_flags_come_back_from_their_text():
    flags = np.random.default_rng(0).random(10_003) < 0.9
    text = results.pack(flags)
    assert len(text) < 1_700
    np.testing.assert_array_equal(results.unpack(text, len(flags)), flags)
