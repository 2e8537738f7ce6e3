"""What is published is what the code plans, and what is chosen was the best where it was tried."""

from aehelpers.experiments import design, results
import numpy as np
import pytest

from tests.calls import refused


def mean_accuracies(rows, key):
    """Return the mean accuracy for each value of a function of a row."""
    found = {}
    for row in rows:
        found.setdefault(key(row), []).append(row["accuracy"])
    return {value: np.mean(accuracies) for value, accuracies in found.items()}


@pytest.mark.parametrize("name", design.EXPERIMENTS)
def test_the_published_rows_are_complete_and_have_the_settings_of_the_code(name):
    planned = [results.identity(trial._asdict()) for trial in design.plan(name)]
    assert len(set(planned)) == len(planned)
    published = results.read(name)
    assert sorted(map(results.identity, published)) == sorted(planned)
    assert len({str(row["versions"]) for row in published}) == 1


@pytest.mark.parametrize(("data", "arm"), design.RATES)
def test_the_learning_rates_are_the_best_on_the_validation_images(data, arm):
    for labels in design.SELECTION_LABELS:
        rows = results.select(results.read("selection"), data=data, arm=arm, labels=labels)
        means = mean_accuracies(rows, lambda row: row["settings"]["stages"][-1]["learning_rate"])
        assert design.learning_rate(data, arm, labels) == max(means, key=means.get), means


def test_what_100_labels_are_used_with_is_the_best_on_the_validation_images():
    means = mean_accuracies(results.read("few_labels_selection"), lambda row: row["arm"])
    wide = {arm: mean for arm, mean in means.items() if "noise" in arm}
    pixels = {arm: mean for arm, mean in means.items() if "neighbours" in arm}
    assert max(wide, key=wide.get) == f"noise {design.WIDE_NOISE}, C {design.C}"
    assert max(pixels, key=pixels.get) == f"pixels, {design.NEIGHBOURS} neighbours"


def test_all_arms_of_a_seed_have_the_same_images_and_the_same_pretraining():
    trials = [design.classifier("mnist", arm, 100, seed=3) for arm in design.ARMS]
    assert {(trial.data, trial.labels, trial.seed) for trial in trials} == {("mnist", 100, 3)}
    encoders = {str(trial.settings["encoder"]) for trial in trials}
    assert len(encoders) == 4  # none, random, plain, denoising
    updates = {stage["updates"] for trial in trials for stage in trial.settings["stages"]}
    assert updates == {design.n_updates(100)}


def test_the_recipes_that_are_taken_apart_are_those_of_the_readme_against_its_article():
    from tools import reports
    from tools.bench import trainings

    for arm, recipe in {"same layers": design.SAME_LAYERS, "own layers": design.OWN_LAYERS}.items():
        readme = trainings.LAYERS[arm]
        assert tuple(recipe["hidden_sizes"]) == readme["hidden"]
        assert (recipe["batch_size"], recipe["learning_rate"]) == (
            readme["batch_size"],
            readme["rate"],
        )
        assert recipe["lengths"][0] == readme["updates"]
    article = results.select(reports.stored("trainings"), data="mnist", arm="article")
    assert abs(np.mean([row["mse"] for row in article]) - design.GOAL) < 0.0005


def test_an_ingredient_that_is_added_and_one_that_is_left_out_are_one_change():
    arms, article = design.FAST_TRAINING, design.ARTICLE_TRAINING
    added = {key: value for part in design.INGREDIENTS.values() for key, value in part.items()}
    assert article | added == design.SAME_LAYERS | {"hidden_sizes": []}
    for name, part in design.INGREDIENTS.items():
        assert arms[f"article + {name}"] == article | part
        for recipe in ("same layers", "own layers"):
            without = arms.get(f"{recipe} - {name}")
            if name != "no hidden layers":
                assert without == arms[recipe] | {key: article[key] for key in part}


test_wrong_calls = refused(
    [
        (design.classifier, dict(arm="denoising frozen"), "arm is 'deno.*mean 'denoising, frozen'"),
        (design.classifier, dict(data="minst"), "data is 'minst'; .*did you mean 'mnist'"),
        (design.classifier, dict(labels=60_001), "labels is 60001; .* from 1 to 60000"),
        (design.classifier, dict(seed=-1), "seed is -1; expected a whole number"),
    ]
)
