"""The widget shows the arms that the rows have, for each data set and number of labels."""

from aehelpers.experiments import by_labels, results
import numpy as np
import pytest

GROUPS = {"labels only": ["b"], "unlabeled images too": ["a"]}
ACCURACY = {"a": 0.6, "b": 0.7}


@pytest.fixture
def rows():
    return [
        dict(data=data, arm=arm, labels=labels, seed=seed, settings={})
        | {"accuracy": ACCURACY[arm] + labels / 1_000 * (arm == "a") + seed / 100}
        for data in ("mnist", "fashion_mnist")
        for arm in ACCURACY
        for labels in (50, 100, 300)
        for seed in (0, 1)
    ]


def test_each_place_of_the_sliders_has_its_page_and_its_words(rows):
    made = by_labels.explorer(rows, GROUPS)
    assert made.values == {"images": ["digits", "clothes"], "labels": [50, 100, 300]}
    assert made.start == {"images": "digits", "labels": 100}
    pages = [made.frame(images="clothes", labels=n) for n in made.values["labels"]]
    assert not np.array_equal(pages[0], pages[2])
    assert "b 70.5 %; a 65.5 %" in made.spec["readouts"][0]
    assert "a 90.5 %; b 70.5 %" in made.spec["readouts"][2]


def test_an_arm_without_rows_is_refused_by_name(rows):
    with pytest.raises(ValueError, match="arm is 'c'; expected one of a, b"):
        by_labels.explorer(rows, {"all": ["a", "c"]})
    with pytest.raises(ValueError, match="data"):
        by_labels.explorer(results.select(rows, data="mnist"), GROUPS)
