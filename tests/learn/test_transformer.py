"""The encoder as a step of a pipeline of scikit-learn, checked by scikit-learn itself."""

from pathlib import Path
import random

from aehelpers import data, learn
from aehelpers.learn.memory import keras, tf
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

SMALL = learn.EncoderTransformer(code_size=2, hidden_size=4, epochs=1)


@pytest.fixture
def eager():
    """Builds no graph: it takes longer than a training on the few rows of a check."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.mark.filterwarnings("ignore:Even though the `tf.config.experimental_run_functions_eagerly`")
@parametrize_with_checks([SMALL])  # there is no exception to name
def test_scikit_learn_finds_nothing_wrong(eager, estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("encoder") / "encoder.keras"
    encoder = learn.encoder_of(learn.build_autoencoder(4, (8,)))
    encoder.save(path)
    return encoder, path


def test_a_saved_encoder_is_used_as_it_is_in_a_pipeline(saved):
    encoder, path = saved
    (x, y), _ = data.load("letters")
    x, y = data.scale(x[:300].reshape(300, -1)), y[:300] % 3
    transformer = learn.EncoderTransformer(path)
    np.testing.assert_allclose(
        transformer.fit_transform(x), np.asarray(encoder(x)), rtol=1e-4, atol=1e-5
    )
    assert transformer.get_feature_names_out()[0] == "encodertransformer0"
    pipeline = make_pipeline(learn.EncoderTransformer(str(path)), LogisticRegression(max_iter=500))
    scores = cross_val_score(clone(pipeline), x, y, cv=2)
    assert len(scores) == 2
    assert (scores > 0.2).all()


def test_an_encoder_of_images_gets_rows_in_their_shape(tmp_path):
    inputs = keras.Input((4, 3, 1))
    keras.Model(inputs, keras.layers.Flatten()(inputs)[:, :2]).save(tmp_path / "e.keras")
    rows = np.arange(24, dtype=np.float32).reshape(2, 12)
    codes = learn.EncoderTransformer(tmp_path / "e.keras").fit(rows).transform(rows)
    assert codes.tolist() == [[0, 1], [12, 13]]


def test_training_lowers_the_error_and_leaves_global_seeds_alone():
    rows = np.random.default_rng(0).normal(size=(200, 2)) @ np.random.default_rng(1).normal(
        size=(2, 9)
    )
    before = random.getstate()  # Keras sets it together with others
    codes = learn.EncoderTransformer(code_size=2, hidden_size=16, epochs=30).fit_transform(rows)
    assert random.getstate() == before
    left = rows - np.c_[codes, np.ones(200)] @ np.linalg.lstsq(np.c_[codes, np.ones(200)], rows)[0]
    assert np.mean(left**2) < 0.1 * np.mean(rows**2)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (dict(encoder=3), "encoder is 3; expected the path"),
        (dict(code_size=0), "code_size is 0; expected"),
        (dict(epochs=1.5), "epochs is 1.5; expected"),
        (dict(random_state=-1), "random_state is -1; expected"),
    ],
)
def test_a_wrong_setting_is_named_when_it_is_fitted(wrong, words):
    with pytest.raises((TypeError, ValueError), match=words):
        learn.EncoderTransformer(**wrong).fit(np.ones((3, 2)))


def test_rows_of_another_length_than_the_encoder_takes_are_refused(saved):
    with pytest.raises(ValueError, match=r"X has 5 features; the encoder .* expected 784"):
        learn.EncoderTransformer(Path(saved[1])).fit(np.ones((3, 5)))
