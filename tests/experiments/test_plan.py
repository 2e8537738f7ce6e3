"""The plan asks what it says, chooses on validation images, and looks at test images last."""

from aehelpers.experiments import plan, results
import pytest

TUNING = plan.tuning()


def test_settings_are_chosen_on_validation_images_with_seeds_that_the_test_does_not_use():
    assert {trial.settings["scored_on"] for trial in TUNING} == {"validation"}
    assert {trial.seed for trial in TUNING} == set(plan.TUNING_SEEDS)
    assert not set(plan.TUNING_SEEDS) & set(plan.TEST_SEEDS)
    assert len(plan.TEST_SEEDS) >= 10


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


def test_the_comparisons_are_named_beforehand_and_their_controls_see_no_unlabeled_image():
    assert [one.data for one in plan.COMPARISONS] == [*plan.DATA * 3, "mnist", *plan.DATA]
    assert len({one.question for one in plan.COMPARISONS}) == 5
    for number, one in enumerate(plan.COMPARISONS):
        assert all(plan.ARMS[name].unlabeled for name in one.arms)
        assert number == 6 or not any(plan.ARMS[name].unlabeled for name in one.controls)
        assert number < 2 or not any(plan.ARMS[name].neighbours for name in one.controls)


def test_a_climb_goes_on_until_no_setting_beside_the_best_is_better(monkeypatch):
    """On a hill whose top lies outside the grid, in two settings at once."""

    def height(settings):
        away = {"learning_rate": 0.01, "noise": 1.5, "dropout": 0.3}
        scales = plan.SCALES
        return -sum(
            abs(scales[key].index(settings[key]) - scales[key].index(top))
            for key, top in away.items()
        )

    def rows_of(trials):
        return [trial._asdict() | {"accuracy": height(trial.settings)} for trial in trials]

    grid = [trial for trial in TUNING if trial[:3] == ("mnist", "small network", 100)]
    climbed = []
    monkeypatch.setattr(plan, "_tuning_rows", lambda: (rows_of(grid), rows_of(climbed)))
    while len(trials := plan.climb()) > len(climbed):
        climbed = trials
    assert height(plan.chosen("mnist", "small network", 100)) == 0
    assert len(climbed) < len(grid)
    assert {trial.seed for trial in climbed} == set(plan.TUNING_SEEDS)
    assert {trial.settings["scored_on"] for trial in climbed} == {"validation"}


def test_a_climb_changes_the_noise_of_an_autoencoder_and_not_how_else_it_was_trained():
    settings = {"features": plan.CODES[2], "C": 10.0}
    beside = plan._beside(settings, 100, *plan._varied("code"))
    assert [(one["features"]["noise"], one["C"]) for one in beside] == [
        *((0.5, 10.0), (1.5, 10.0)),
        *((1.0, 1.0), (1.0, 100.0)),
    ]
    frozen = {"trained": "head", "noise": 0.0, "dropout": 0.0, "learning_rate": 0.01}
    assert {one["noise"] for one in plan._beside(frozen, 100, *plan._varied("frozen"))} == {0.0}


def test_dense_networks_climb_to_three_times_their_updates_and_slow_ones_along_their_grid():
    settings = {"updates": 816, "learning_rate": 0.001}
    beside = plan._beside(settings, 10_000, *plan._varied("small network"))
    assert [one["updates"] for one in beside] == [2_448, 816, 816]
    assert plan._varied("ladder") == ["sigma"]
    assert plan._varied("convolutional") == ["learning_rate"]
    slow = {"sigma": 0.3, "learning_rate": 0.002, "updates": 6_000}
    beside = plan._beside(slow, 100, *plan._varied("ladder"))
    assert beside == [slow | {"sigma": 0.15}, slow | {"sigma": 0.5}]


def test_the_plan_has_a_digest_that_every_change_of_it_changes(monkeypatch):
    before = plan.digest()
    monkeypatch.setattr(plan, "TEST_SEEDS", (1, 2))
    plan.digest.cache_clear()
    assert plan.digest() != before
    plan.digest.cache_clear()


@pytest.mark.parametrize("name", plan.PLANS)
def test_every_trial_was_measured_once_and_after_the_choices_by_the_plan_that_is_committed(name):
    """A trial tells all that shapes it, so the rows hold each choice, seed and change of the plan.

    The digest of the plan is in each row that looked at test images: a plan changed afterwards
    would have another one.
    """
    rows, planned = results.read(name), [trial._asdict() for trial in plan.PLANS[name]()]
    assert sorted(map(results.identity, rows)) == sorted(map(results.identity, planned))
    if name not in ("tuning", "climb"):
        assert {row["settings"]["scored_on"] for row in rows} == {"test"}
        assert {row["plan"] for row in rows} == {plan.digest()}
