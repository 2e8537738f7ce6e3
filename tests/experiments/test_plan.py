"""The plan asks what it says, chooses on validation images, and looks at test images last."""

import json

from aehelpers.experiments import plan, results
import pytest

TUNING = plan.tuning()
ADDED = ("careless", "plain", "longer", "neighbours")  # when the comparison was known


def test_settings_are_chosen_on_validation_images_with_seeds_that_the_test_does_not_use():
    assert {trial.settings["scored_on"] for trial in TUNING} == {"validation"}
    assert {trial.seed for trial in TUNING} == set(plan.TUNING_SEEDS)
    assert not set(plan.TUNING_SEEDS) & set(plan.TEST_SEEDS)
    assert len(plan.TEST_SEEDS) >= 10


def test_no_trial_stands_there_twice_and_each_arm_is_tried_where_settings_are_chosen():
    identities = [results.identity(trial._asdict()) for trial in TUNING]
    assert len(set(identities)) == len(identities)
    tried = {(trial.data, trial.arm, trial.labels) for trial in TUNING}
    assert tried == {
        (data, name, labels)
        for name, arm in plan.ARMS.items()
        for data in arm.data
        for labels in arm.labels
        if labels in plan.TUNED
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
    monkeypatch.setattr(plan, "_tuning_rows", lambda: (rows, []))


@pytest.mark.parametrize("name", [name for name in list(plan.PLANS)[2:] if name != "longer"])
def test_what_is_tested_has_seeds_of_its_own_and_test_images(tuned, name):
    trials = plan.PLANS[name]()
    assert {trial.settings["scored_on"] for trial in trials} == {"test"}
    ten = name in ("comparison", *ADDED, "letters", "pretrained_longer")
    assert {trial.seed for trial in trials} == set(plan.TEST_SEEDS if ten else plan.FEWER_SEEDS)
    assert set(plan.FEWER_SEEDS) < set(plan.TEST_SEEDS)
    identities = [results.identity(trial._asdict()) for trial in trials]
    assert len(set(identities)) == len(identities)


def test_the_questions_around_change_what_they_ask_about(tuned):
    around = ("unlabeled", "transfer", "random_labels")
    settings = {name: [trial.settings for trial in plan.PLANS[name]()] for name in around}
    assert {one["unlabeled"] for one in settings["unlabeled"]} == {300, 1_000, 3_000, 10_000}
    assert {one["encoder"]["pretrained_on"] for one in settings["transfer"]} == set(plan.DATA)
    assert {one["balanced"] for one in settings["random_labels"]} == {False}
    compared = {
        (trial.data, trial.arm): trial.settings
        for trial in plan.comparison()
        if trial.labels == 100
    }
    ladder = compared["mnist", "ladder"]
    assert all(trial.settings == ladder | {"weight": 1.0} for trial in plan.decoders())
    assert {trial.arm for trial in plan.decoders()} == {"gamma", "reconstruction at once"}
    alone = compared["mnist", "agreement"]
    assert [(trial.labels, trial.settings) for trial in plan.agreement()[::5]] == [
        (100, alone | {"updates": ladder["updates"]}),
        *((20, alone), (1_000, alone)),
    ]
    for trial in plan.untuned():
        assert trial.settings == compared[plan.OTHER[trial.data], trial.arm]
    for trial in plan.letters():
        assert (trial.labels, trial.settings) == (260, compared["mnist", trial.arm])
    assert len(plan.pretrained_longer()) == 2 * len(plan.TEST_SEEDS)
    for trial in plan.pretrained_longer():
        fewer = compared["mnist", trial.arm]
        for key in ("encoder", "features"):
            if key in fewer:
                fewer = fewer | {key: fewer[key] | {"epochs": 4 * fewer[key]["epochs"]}}
        assert trial.settings == fewer


def test_the_choice_is_the_best_on_the_validation_images(monkeypatch):
    trials = [
        trial for trial in TUNING if (trial.data, trial.arm) == ("mnist", "nearest neighbours")
    ]
    rows = [trial._asdict() | {"accuracy": 1 / trial.settings["n"]} for trial in trials]
    monkeypatch.setattr(plan, "_tuning_rows", lambda: (rows, []))
    assert plan.chosen("mnist", "nearest neighbours", 100) == {"features": None, "n": 1}
    assert plan.chosen("mnist", "nearest neighbours", 60_000) == {"features": None, "n": 1}


def test_the_best_arm_is_the_one_with_the_best_setting_on_validation_images(monkeypatch):
    wanted = ("logistic regression", "nearest neighbours", "wide code")
    trials = [trial for trial in TUNING if trial.data == "mnist" and trial.arm in wanted]
    better = {"nearest neighbours": 0.1, "wide code": 0.05}
    rows = [trial._asdict() | {"accuracy": 0.5 + better.get(trial.arm, 0)} for trial in trials]
    monkeypatch.setattr(plan, "_tuning_rows", lambda: (rows, []))
    assert plan.best("mnist", wanted, 100) == "nearest neighbours"
    assert plan.best("mnist", wanted[::2], 100) == "wide code"
    assert (
        plan.best("mnist", wanted[::2], 10_000) == "logistic regression"
    )  # the other is not there


def test_every_comparison_finds_its_best_arms_among_those_that_were_tuned(tuned):
    for _, data, labels, *groups in plan.COMPARISONS:
        for names in groups:
            name = plan.best(data, names, labels)
            assert name in names
            assert labels in plan.tuned(data, name)


def test_the_comparisons_are_named_beforehand_and_their_controls_see_no_unlabeled_image():
    assert [one.data for one in plan.COMPARISONS] == [*plan.DATA * 3, "mnist", *plan.DATA]
    assert len({one.question for one in plan.COMPARISONS}) == 5
    for number, one in enumerate(plan.COMPARISONS):
        assert all(plan.ARMS[name].unlabeled for name in one.arms)
        assert number == 6 or not any(plan.ARMS[name].unlabeled for name in one.controls)
        assert number < 2 or not any(plan.ARMS[name].neighbours for name in one.controls)


def test_the_two_of_a_comparison_have_ten_seeds_and_all_else_has_five_of_them(tuned):
    seeds = {}
    for trial in plan.comparison():
        seeds.setdefault((trial.data, trial.arm, trial.labels), []).append(trial.seed)
    compared = {
        (data, plan.best(data, group, labels), labels)
        for _, data, labels, *groups in plan.COMPARISONS
        for group in groups
    }
    assert compared < set(seeds)
    for one, used in seeds.items():
        assert used == list(plan.TEST_SEEDS if one in compared else plan.FEWER_SEEDS)


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


@pytest.mark.parametrize(
    ("labels", "nearest", "updates"),
    [(20, 100, 1_200), (1_000, 100, 1_323), (3_000, 10_000, 525), (60_000, 10_000, 2_900)],
)
def test_other_numbers_of_labels_take_the_choice_of_the_nearer_one(
    monkeypatch, labels, nearest, updates
):
    def row(tuned_with, rate, n):
        settings = {"learning_rate": rate, "updates": n, "batch_size": 64}
        return dict(data="mnist", arm="small network", labels=tuned_with, settings=settings)

    rows = [
        row(100, 0.003, 1_212) | {"accuracy": 0.8},
        row(100, 0.003, 404) | {"accuracy": 0.7},
        row(10_000, 0.001, 816) | {"accuracy": 0.9},
    ]
    monkeypatch.setattr(plan, "_tuning_rows", lambda: (rows, []))
    assert plan.nearest_tuned(labels) == nearest
    settings = plan.chosen("mnist", "small network", labels)
    assert settings["learning_rate"] == {100: 0.003, 10_000: 0.001}[nearest]
    assert settings["updates"] == updates


def test_the_best_controls_train_three_times_as_long():
    trials = plan.longer()
    compared = {
        (one.data, plan.best(one.data, one.controls, one.labels)) for one in plan.COMPARISONS
    }
    assert {(trial.data, trial.arm) for trial in trials} == compared - {("mnist", "agreement")}
    assert {trial.seed for trial in trials} == set(plan.TEST_SEEDS)
    for trial in trials:
        usual = plan.tested(trial.data, trial.arm, trial.labels, trial.seed)
        updates = trial.settings.pop("updates")
        assert updates == 3 * usual.settings.pop("updates")
        assert trial == usual


@pytest.mark.parametrize(("labels", "n"), [(20, 400), (10_000, 816), (60_000, 2_900)])
def test_every_stage_has_so_many_updates(labels, n):
    assert plan.updates(labels) == n


def test_the_plan_has_a_digest_that_every_change_of_it_changes(monkeypatch):
    before = plan.digest()
    monkeypatch.setattr(plan, "TEST_SEEDS", (1, 2))
    plan.digest.cache_clear()
    assert plan.digest() != before
    plan.digest.cache_clear()


@pytest.mark.parametrize("name", plan.PLANS)
def test_every_trial_was_measured(name):
    planned = {results.identity(trial._asdict()) for trial in plan.PLANS[name]()}
    assert {results.identity(row) for row in results.read(name)} == planned


@pytest.mark.parametrize("name", list(plan.PLANS)[2:])
def test_what_looked_at_test_images_followed_the_plan_that_is_committed(name):
    """The digest of the plan is in every row: a plan changed afterwards would have another one."""
    assert {row["plan"] for row in results.read(name)} == {plan.digest()}
