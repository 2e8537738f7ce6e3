"""The widgets show the arms that the rows have, for each place of their sliders."""

from aehelpers.experiments import explorers, results
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


def test_each_place_of_the_sliders_has_its_arms(rows):
    spec = explorers.by_labels(rows, GROUPS).spec
    assert spec["values"] == [["digits", "clothes"], ["50", "100", "300"]]
    assert [name for name, _ in spec["arms"]] == ["b", "a"]
    means = [[mean for mean, *_ in page] for page in spec["pages"]]
    assert means[:3] == [[70.5, 65.5], [70.5, 70.5], [70.5, 90.5]] == means[3:]


def test_an_arm_is_left_out_where_it_was_not_measured(rows):
    fewer = [row for row in rows if row["arm"] == "b" or row["labels"] == 100]
    pages = explorers.by_labels(fewer, GROUPS).spec["pages"]
    assert [page[1] is None for page in pages] == [True, False, True] * 2


def test_an_arm_without_rows_is_refused_by_name(rows):
    with pytest.raises(ValueError, match="arm is 'c'; expected one of a, b"):
        explorers.by_labels(rows, {"all": ["a", "c"]})
    with pytest.raises(ValueError, match="data"):
        explorers.by_labels(results.select(rows, data="mnist"), GROUPS)


def test_each_variant_has_its_place(rows):
    few = results.select(rows, labels=50)
    variants = {"as before": few, "all of it": results.select(rows, labels=300, arm="a")}
    spec = explorers.what_if(variants, GROUPS).spec
    assert spec["values"] == [["digits", "clothes"], ["as before", "all of it"]]
    means = [[row and row[0] for row in page] for page in spec["pages"]]
    assert means == [[70.5, 65.5], [None, 90.5]] * 2
