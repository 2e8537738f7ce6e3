"""Labels spread along a graph of neighbours."""

from aehelpers.experiments import shallow
from aehelpers.experiments.split import Task, split
import numpy as np
from scipy import sparse

TASK = Task("mnist", 1, 0, "validation")


def test_labels_spread_as_the_formula_says_and_stay_in_their_part_of_the_graph():
    edges = np.zeros((9, 9))
    for a, b, weight in [(0, 1, 1), (0, 2, 0.5), (1, 2, 1), (3, 4, 1), (4, 5, 0.5), (6, 7, 1)]:
        edges[a, b] = edges[b, a] = weight
    edges[8, 7] = edges[7, 8] = 1
    edges[2, 3] = edges[3, 2] = 0.25  # so that both labels reach both sides
    labeled, labels = np.array([0, 4]), np.array([3, 8])
    model = shallow.spread_along(
        sparse.csr_array(edges), labeled, labels, alpha=0.9, iterations=400
    )
    degree = edges.sum(axis=1)
    smooth = edges / np.sqrt(np.outer(degree, degree))
    known = np.zeros((9, 2))
    known[labeled, [0, 1]] = 1
    limit = 0.1 * np.linalg.inv(np.eye(9) - 0.9 * smooth) @ known
    scores = model.label_distributions_
    assert model.classes_.tolist() == [3, 8]
    np.testing.assert_allclose(scores[:6], limit[:6] / limit[:6].sum(axis=1, keepdims=True))
    assert scores[:6].argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 1]
    assert not scores[6:].any()  # no label reached them


def test_an_edge_counts_half_where_only_one_is_near_the_other(monkeypatch):
    angles = np.array([0, 1, 3, 7]) / 10  # 0 and 1 are each other's nearest; 3 has 1; 7 has 3
    pixels = np.round(100 * np.column_stack([np.cos(angles), np.sin(angles)])).astype(np.uint8)
    images = split(TASK)._replace(images=pixels)
    monkeypatch.setattr(shallow, "split", lambda task: images)
    _, _, edges = shallow._graph(TASK._replace(seed=9), "null", 1)
    expected = np.zeros((4, 4))
    expected[[0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2]] = [1, 1, 0.5, 0.5, 0.5, 0.5]
    np.testing.assert_array_equal(edges.toarray(), expected)
