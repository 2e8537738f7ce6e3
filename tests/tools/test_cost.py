"""The estimate of how long all trainings take counts every trial and every encoder once."""

from aehelpers.experiments import results, runner
import pytest

from tools import cost

ENCODER = {"epochs": 5, "learning_rate": 0.003}


def trial(seed, **settings):
    return runner.Trial("mnist", "an arm", 100, seed, settings)


def row(kind, groups, **measured):
    return cost.trial_of(kind, groups)._asdict() | measured


def test_every_published_row_belongs_to_one_group_of_one_kind():
    groups_of = cost.kinds()
    counted = [
        (name, results.identity(one._asdict()))
        for (name, _, _), groups in groups_of.items()
        for group in groups
        for one in group
    ]
    rows = [(name, results.identity(row)) for name in runner.NAMES for row in results.read(name)]
    assert sorted(counted) == sorted(rows)
    shortest = min(groups_of, key=lambda kind: len(groups_of[kind]))
    assert cost.published_seconds(shortest, groups_of[shortest]) > 0


def test_what_is_measured_replaces_the_published_seconds(monkeypatch):
    monkeypatch.setattr(cost, "published_seconds", lambda kind, groups: 7200.0)
    slow, fast = ("a", "slow", "mnist"), ("a", "fast", "mnist")
    groups_of = {slow: [[trial(seed)] for seed in range(3)], fast: [[trial(0)]]}
    assert cost.hours([], groups_of) == (4.0, 0.0)
    rows = [row(slow, groups_of[slow], processor_seconds=600.0)]
    assert cost.hours(rows, groups_of) == (2.5, pytest.approx(0.2))


def test_an_encoder_counts_once_and_each_seed_has_its_own():
    assert cost.encoders([trial(0, encoder=ENCODER), trial(0, features=ENCODER)]) == (
        cost.encoders([trial(0, encoder=ENCODER)])
    )
    assert len(cost.encoders([trial(0, encoder=ENCODER), trial(1, encoder=ENCODER)])) == 2
    assert not cost.encoders([trial(0, encoder="none"), trial(0, encoder={"model": {}})])
    first, second = ("a", "first", "mnist"), ("a", "second", "mnist")
    groups_of = {
        first: [[trial(0, encoder=ENCODER)], [trial(0, encoder=ENCODER, noise=1.0)]],
        second: [[trial(0, features=ENCODER)], [trial(1, features=ENCODER)]],
    }
    took = dict(processor_seconds=36.0, encoder_seconds=360.0)
    rows = [row(kind, groups, **took) for kind, groups in groups_of.items()]
    assert cost.hours(rows, groups_of) == (pytest.approx(4 * 0.01 + 2 * 0.1), 1.0)


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"encoder": ENCODER}, {"processor_seconds": 20.0, "encoder_seconds": 30.0}),
        ({}, {"processor_seconds": 50.0}),
    ],
)
def test_a_group_with_an_encoder_is_measured_without_it_and_with_it(monkeypatch, settings, found):
    seconds, caches = iter([50.0, 20.0]), set()

    def measured(function, name, group, **environment):
        caches.add(environment["AEHELPERS_CACHE"])
        return next(seconds)

    monkeypatch.setattr(cost.machine, "in_fresh_process", measured)
    made = cost.measure(("a", "kind", "mnist"), [[trial(0, **settings)]])
    assert {name: made[name] for name in made if name.endswith("_seconds")} == found
    assert len(caches) == 1


def test_the_stored_rows_are_of_kinds_that_are_planned():
    planned = {results.identity(cost.trial_of(*kind)._asdict()) for kind in cost.kinds().items()}
    stored = results.read(cost.NAME, cost.FOLDER)
    assert {results.identity(one) for one in stored} <= planned
    assert cost.hours(stored, cost.kinds())[1] > 0.9
