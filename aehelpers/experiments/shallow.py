"""Classifiers that train no network on labels: logistic regression, neighbours, spreading.

Each function takes the `Task` and the settings of one trial of a plan, and returns the class that
it gives each scored image. The features of every image are scaled to length 1.
"""

import functools
import json
import warnings

from aehelpers.data import scale
from aehelpers.experiments import encoders
from aehelpers.experiments.split import split
import numpy as np
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.preprocessing import normalize
from sklearn.semi_supervised import LabelSpreading

ALPHA, ITERATIONS = 0.99, 50  # of `spread`: the weight of the neighbours, and how often


def logistic(task, features, C):
    """Classify by logistic regression, where a smaller C is a stronger penalty."""
    return _predicted(LogisticRegression(C=C, max_iter=1000), task, features)


def neighbours(task, features, n):
    """Classify by the majority among the n nearest labeled images."""
    return _predicted(KNeighborsClassifier(n, algorithm="brute"), task, features)


def _predicted(model, task, features):
    """Fit a classifier to the labeled images; return what it says of those scored."""
    encode, images = _features(task, json.dumps(features)), split(task)
    model.fit(encode(images.labeled_images), images.known)
    return model.predict(encode(images.scored_images))


def spread(task, features, n):
    """Classify by labels that spread along the edges of a graph of all images.

    An image that is scored is not in the graph; it takes the sum of the scores of its n nearest.
    """
    seen = task.without_labels
    trained = features is not None and "epochs" in features
    if not trained and not task.unlabeled:  # then the graph is the same for all seeds
        seen = seen._replace(seed=0)
    encode, search, edges = _graph(seen, json.dumps(features), n)
    images = split(task)
    model = spread_along(edges, images.labeled, images.known, ALPHA, ITERATIONS)
    nearest = search.kneighbors(encode(images.scored_images), return_distance=False)
    votes = model.label_distributions_[nearest].sum(axis=1)
    return model.classes_[votes.argmax(axis=1)]


def spread_along(edges, labeled, labels, alpha, iterations):
    """Spread a few labels along the edges of a graph; return the fitted model.

    The method is that of D. Zhou et al., *Learning with Local and Global Consistency*, 2004: in
    each iteration every image takes the weighted mean of its neighbours' scores, where `alpha` is
    the weight of the neighbours, and labeled images are reminded of their labels.
    """
    known = np.full(edges.shape[0], -1)
    known[labeled] = labels
    model = LabelSpreading(lambda *_: edges, alpha=alpha, max_iter=iterations, tol=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the iterations are a setting
        return model.fit(np.arange(len(known))[:, None], known)


@functools.lru_cache(maxsize=1)  # a second one would not fit into 2 GB
def _graph(task, features, n):
    """Return how images become features, the search for their n neighbours, and the graph.

    An edge of the graph has weight 1 where each of two images is among the nearest of the other,
    1/2 where only one is.
    """
    encode = _features(task, features)
    search = NearestNeighbors(n_neighbors=n, algorithm="brute").fit(encode(split(task).images))
    edges = search.kneighbors_graph()
    return encode, search, (edges + edges.T) / 2


@functools.lru_cache(maxsize=2)
def _features(task, features):
    """Return a function from uint8 images to their features.

    `features` is JSON: null for the pixels, ``{"components": k, "of": "labeled"}`` or ``"all"``
    for the first k principal components of these images, or the settings of an encoder.
    """
    features = json.loads(features)
    if features is None:
        return lambda images: normalize(scale(images))
    if "components" not in features:
        return lambda images: normalize(encoders.encode(task, features, images))
    images = split(task)
    fitted = scale(images.images if features["of"] == "all" else images.labeled_images)
    k = min(features["components"], len(fitted) - 1)
    pca = PCA(k, svd_solver="covariance_eigh" if len(fitted) > 784 else "full").fit(fitted)
    return lambda images: normalize(pca.transform(scale(images)))
