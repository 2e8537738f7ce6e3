"""The plan asks what it says, chooses on validation images, and looks at test images last."""

import json

from aehelpers.experiments import plan, results
import pytest

TUNING = plan.tuning()


def test_settings_are_chosen_on_validation_images_with_seeds_that_the_test_does_not_use():
    assert {trial.settings["scored_on"] for trial in TUNING} == {"validation"}
    assert {trial.seed for trial in TUNING} == set(plan.TUNING_SEEDS)
    assert not set(plan.TUNING_SEEDS) & set(plan.TEST_SEEDS)
    assert len(plan.TEST_SEEDS) >= 10


def test_no_trial_stands_there_twice_and_each_arm_is_tried_at_each_of_its_numbers_of_labels():
    identities = [results.identity(trial._asdict()) for trial in TUNING]
    assert len(set(identities)) == len(identities)
    tried = {(trial.data, trial.arm, trial.labels) for trial in TUNING}
    assert tried == {
        (data, name, labels)
        for data in plan.DATA
        for name, arm in plan.ARMS.items()
        for labels in arm.labels
        if labels <= plan.MOST_TUNED
    }


def test_a_group_shares_what_its_method_needs():
    groups = {}
    for trial in TUNING:
        groups.setdefault(plan.group_of(trial), []).append(trial)
    for group in groups.values():
        assert len({(trial.data, trial.arm) for trial in group}) == 1
        if plan.ARMS[group[0].arm].method == "dense":
            shared = [
                {key: value for key, value in trial.settings.items() if key != "learning_rate"}
                for trial in group
            ]
            assert all(settings == shared[0] for settings in shared)
            assert len(group) == len(plan.TUNING_SEEDS) * len(plan.RATES)


def test_with_and_without_unlabeled_images_are_told_apart():
    for arm in plan.ARMS.values():
        starts = json.dumps([arm.grid.get(key) for key in ("encoder", "features")])
        pretrained = "epochs" in starts or '"all"' in starts
        at_once = arm.method in ("joint", "gamma", "ladder", "agreement", "spread")
        denoising = arm.method == "convolutional" and arm.grid["noise"] != (None,)
        assert arm.unlabeled == (pretrained or at_once or denoising)


@pytest.fixture
def tuned(monkeypatch):
    """Rows of the tuning in which the first setting of each grid is the best on digits only."""
    rows, seen = [], {}
    for trial in TUNING:
        number = seen.setdefault((trial.data, trial.arm, trial.labels, trial.seed), [0])
        sign = 1 if trial.data == "mnist" else -1
        rows.append(trial._asdict() | {"accuracy": 0.5 - sign * number[0] / 1000})
        number[0] += 1
    monkeypatch.setattr(plan, "_tuning_rows", lambda: rows)


@pytest.mark.parametrize("name", [name for name in plan.PLANS if name != "tuning"])
def test_what_is_tested_has_ten_seeds_of_its_own_and_test_images(tuned, name):
    trials = plan.PLANS[name]()
    assert {trial.settings["scored_on"] for trial in trials} == {"test"}
    assert {trial.seed for trial in trials} == set(plan.TEST_SEEDS)
    identities = [results.identity(trial._asdict()) for trial in trials]
    assert len(set(identities)) == len(identities)


def test_the_questions_around_change_what_they_ask_about(tuned):
    settings = {name: [trial.settings for trial in plan.PLANS[name]()] for name in plan.PLANS}
    assert {one["unlabeled"] for one in settings["unlabeled"]} == {300, 1_000, 3_000, 10_000}
    assert {one["encoder"]["pretrained_on"] for one in settings["transfer"]} == set(plan.DATA)
    assert {one["balanced"] for one in settings["random_labels"]} == {False}
    compared = {
        (trial.data, trial.arm): trial.settings
        for trial in plan.comparison()
        if trial.labels == 100
    }
    for trial in plan.untuned():
        assert trial.settings == compared[plan.OTHER[trial.data], trial.arm]
    for trial in plan.letters():
        assert (trial.labels, trial.settings) == (260, compared["mnist", trial.arm])


def test_the_choice_is_the_best_on_the_validation_images(monkeypatch):
    trials = [
        trial for trial in TUNING if (trial.data, trial.arm) == ("mnist", "nearest neighbours")
    ]
    rows = [trial._asdict() | {"accuracy": 1 / trial.settings["n"]} for trial in trials]
    monkeypatch.setattr(plan, "_tuning_rows", lambda: rows)
    assert plan.chosen("mnist", "nearest neighbours", 100) == {"features": None, "n": 1}
    assert plan.chosen("mnist", "nearest neighbours", 60_000) == {"features": None, "n": 1}


def test_more_labels_than_can_be_tuned_with_get_updates_of_their_own(monkeypatch):
    trials = [trial for trial in TUNING if (trial.data, trial.arm) == ("mnist", "small network")]
    rows = [
        trial._asdict() | {"accuracy": float(trial.settings["learning_rate"] == 0.001)}
        for trial in trials
    ]
    monkeypatch.setattr(plan, "_tuning_rows", lambda: rows)
    settings = plan.chosen("mnist", "small network", 60_000)
    assert (settings["learning_rate"], settings["updates"]) == (0.001, 2_900)
    assert plan.chosen("mnist", "small network", 100)["updates"] == 404


@pytest.mark.parametrize(("labels", "n"), [(20, 400), (10_000, 816), (60_000, 2_900)])
def test_every_stage_has_so_many_updates(labels, n):
    assert plan.updates(labels) == n


def test_the_plan_has_a_digest_that_every_change_of_it_changes(monkeypatch):
    before = plan.digest()
    monkeypatch.setattr(plan, "TEST_SEEDS", (1, 2))
    plan.digest.cache_clear()
    assert plan.digest() != before
    plan.digest.cache_clear()


def test_what_is_published_was_planned():
    planned = {results.identity(trial._asdict()) for trial in TUNING}
    assert {results.identity(row) for row in results.read("tuning")} <= planned
