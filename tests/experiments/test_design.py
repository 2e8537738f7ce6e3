"""What is published is what the code plans."""

from aehelpers.experiments import design, results
import numpy as np
import pytest


@pytest.mark.parametrize("name", design.EXPERIMENTS)
def test_the_published_rows_are_complete_and_have_the_settings_of_the_code(name):
    planned = [results.identity(trial._asdict()) for trial in design.plan(name)]
    assert len(set(planned)) == len(planned)
    published = results.read(name)
    assert sorted(map(results.identity, published)) == sorted(planned)
    assert len({str(row["versions"]) for row in published}) == 1


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
