"""Answers that are Keras models."""

from functools import partial

from aehelpers import exercises, learn
from aehelpers.learn.memory import keras
import numpy as np
import pytest

from tests.exercises.common import judged, says, stack

Dense, Input, Model = keras.layers.Dense, keras.Input, keras.Model
ELU = (128, "elu")


def joined(encoder, decoder, factor=1):
    inputs = Input((784,))
    return Model(inputs, decoder(factor * encoder(inputs)))


def parts(code=32, hidden="elu", code_activation=None, output="sigmoid", units=128):
    encoder = stack(784, (units, hidden), (code, code_activation))
    decoder = stack(code, (units, hidden), (784, output))
    return encoder, decoder, joined(encoder, decoder)


def chained_parts():
    """Return the parts as one chain of layers, cut at the code."""
    autoencoder = learn.build_autoencoder(32, (128,), "elu", None, "sigmoid")
    return learn.encoder_of(autoencoder), learn.decoder_of(autoencoder), autoencoder


def pretrained():
    return learn.build_autoencoder(8, (16,), "elu", None, "sigmoid")


def new_encoder():
    return learn.encoder_of(pretrained())


ENCODER, DECODER, AUTOENCODER = parts()
PRETRAINED = pretrained()
BOTTOM = learn.encoder_of(PRETRAINED)
COPY, RELU = new_encoder(), stack(784, (16, "relu"), (8, None))
COPY.set_weights(BOTTOM.get_weights())
RELU.set_weights(BOTTOM.get_weights())


def with_head(bottom, sizes=(128, 64, 10), last="softmax", hidden="relu"):
    inputs = Input((784,))
    x = bottom(inputs)
    for size in sizes[:-1]:
        x = Dense(size, hidden)(x)
    return Model(inputs, Dense(sizes[-1], last)(x))


def cut_at(name):
    return Model(PRETRAINED.input, PRETRAINED.get_layer(name).output)


def chained_head():
    x = PRETRAINED.get_layer("essence").output
    x = Dense(64, "elu")(Dense(128, "elu")(x))
    return Model(PRETRAINED.input, Dense(10, "softmax")(x))


autoencoder_parts = partial(exercises.autoencoder_parts, code_size=32)
classifier_on_encoder = partial(exercises.classifier_on_encoder, autoencoder=PRETRAINED)
RIGHT = {
    autoencoder_parts: [
        (ENCODER, DECODER, AUTOENCODER),
        [*parts()],
        parts(hidden=keras.activations.elu),
        parts(hidden=keras.layers.ELU()),
        chained_parts(),
    ],
    classifier_on_encoder: [with_head(BOTTOM), with_head(COPY), chained_head()],
}
WRONG = {
    autoencoder_parts: [
        (AUTOENCODER, "is a Keras model. Give three"),
        ((ENCODER, DECODER), "a tuple of length 2"),
        ((ENCODER, DECODER, "both"), "your autoencoder is 'both'. Hand its ends to keras.Model"),
        ((ENCODER.output, DECODER, AUTOENCODER), "of type KerasTensor"),
        ((keras.Sequential([Dense(32)]), DECODER, AUTOENCODER), "no input yet"),
        ((keras.Sequential([Input((9, 9)), Dense(2)]), DECODER, AUTOENCODER), "flat rows"),
        ((DECODER, ENCODER, AUTOENCODER), "swapped"),
        ((stack(9, ELU, (32, None)), DECODER, AUTOENCODER), "your encoder takes 9 numbers"),
        ((AUTOENCODER, DECODER, AUTOENCODER), "ends with an image"),
        (parts(code=16), "code has 16 numbers. It should have 32"),
        ((ENCODER, AUTOENCODER, AUTOENCODER), "takes the image"),
        ((ENCODER, stack(9, ELU, (784, None)), AUTOENCODER), "takes 9 numbers. The code has 32"),
        ((ENCODER, stack(32, ELU, (100, "sigmoid")), AUTOENCODER), "gives 100"),
        ((ENCODER, DECODER, ENCODER), "from 784 to 32"),
        ((stack(784, (32, None)), DECODER, AUTOENCODER), "no hidden layer"),
        ((stack(784, ELU, ELU, (32, None)), DECODER, AUTOENCODER), "has 3 Dense"),
        (parts(units=64), "64 units, not 128"),
        (parts(hidden=None), "your encoder has the activation linear"),
        ((ENCODER, stack(32, (128, "relu"), (784, "sigmoid")), AUTOENCODER), "decoder has the act"),
        (parts(code_activation="relu"), "code has the activation relu"),
        (parts(output="relu"), "pixels can die"),
        (parts(output=None), "output has the activation linear. A sigmoid"),
        ((ENCODER, parts()[1], AUTOENCODER), "layers of its own"),
        ((ENCODER, DECODER, joined(parts()[0], DECODER)), "layers of its own"),
        ((ENCODER, DECODER, joined(ENCODER, DECODER, factor=2)), "does not decode"),
    ],
    classifier_on_encoder: [
        (keras.Model, "your classifier is a class"),
        (stack(100, (10, "softmax")), "takes 100 numbers"),
        (keras.Sequential([BOTTOM, keras.layers.Dropout(0.5)]), "type Dropout"),
        (PRETRAINED, "decoder is still in it"),
        (with_head(cut_at("decoder1")), "decoder is still in it"),
        (with_head(cut_at("encoder1")), "does not begin with the encoder (16-8)"),
        (with_head(new_encoder()), "weights of its own"),
        (with_head(RELU), f"activation of {RELU.layers[1].name} is not that of the encoder"),
        (BOTTOM, "no head"),
        (with_head(BOTTOM, (128, 64, 12)), "12 outputs"),
        (with_head(BOTTOM, (10,)), "no hidden layers"),
        (with_head(BOTTOM, (64, 32, 10)), "the head is 64-32-10. It should be 128-64-10"),
        (with_head(BOTTOM, last=None), "activation linear. A softmax"),
        (with_head(BOTTOM, hidden=None), "head has no activation"),
    ],
}
test_right_answers, test_mistakes = judged(RIGHT, WRONG)


def test_praise_says_whether_the_encoder_is_shared():
    says(classifier_on_encoder(with_head(BOTTOM)), "right", "shared with the autoencoder")
    says(classifier_on_encoder(with_head(COPY)), "right", "a copy of the encoder")


def compiled(classifier, optimizer="adam", **settings):
    settings = {"jit_compile": False} | settings
    classifier.compile(optimizer, "sparse_categorical_crossentropy", **settings)
    return classifier


def moves(classifier, encoder, n=2):
    """Train with one batch of n images, and return whether the encoder changes."""
    before = encoder.get_weights()[0]
    classifier.train_on_batch(np.ones((n, 784), np.float32), np.zeros(n, int))
    return (encoder.get_weights()[0] != before).any()


@pytest.fixture
def encoder():
    return new_encoder()


@pytest.fixture
def classifier(encoder):
    return with_head(encoder)


@pytest.mark.parametrize(
    ("actions", "state"),
    [
        ("freeze compile", "right"),
        ("freeze compile train", "right"),
        ("compile freeze", "right"),
        ("compile train freeze", "wrong"),
        ("compile train freeze compile", "right"),  # with an optimizer that knew the encoder
        ("eager train freeze", "right"),  # a step that is not compiled sees it at once
    ],
)
def test_freezing_has_an_effect_when_keras_builds_the_step(encoder, classifier, actions, state):
    optimizer = keras.optimizers.Adam()
    act = {
        "freeze": lambda: setattr(encoder, "trainable", False),
        "compile": lambda: compiled(classifier, optimizer),
        "eager": lambda: compiled(classifier, optimizer, run_eagerly=True),
        "train": lambda: moves(classifier, encoder),
    }
    for action in actions.split():
        act[action]()
    before = classifier.get_weights()
    words = "no effect until you compile again" if state == "wrong" else "the encoder stays"
    says(exercises.frozen_encoder(classifier, encoder), state, words)
    assert all(map(np.array_equal, before, classifier.get_weights()))  # nothing was trained
    assert moves(classifier, encoder) == (state == "wrong")
    assert not moves(classifier, encoder, n=3)  # why the sentence speaks of batches of that size


def test_if_keras_no_longer_tells_the_mistake_is_missed(encoder, classifier, monkeypatch):
    moves(compiled(classifier), encoder)
    encoder.trainable = False
    monkeypatch.delattr(classifier, "_compiled_trainable_state")
    says(exercises.frozen_encoder(classifier, encoder), "right")


def test_a_head_with_a_normalisation_is_no_frozen_head(encoder):
    encoder.trainable = False
    inputs = Input((784,))
    x = keras.layers.BatchNormalization()(encoder(inputs))
    classifier = Model(inputs, Dense(10, "softmax")(keras.layers.Dropout(0.5)(x)))
    says(exercises.frozen_encoder(compiled(classifier), encoder), "right")


@pytest.mark.parametrize(
    ("freeze", "words"),
    [
        (lambda encoder, classifier: [], "the encoder still learns"),
        (lambda encoder, classifier: classifier.layers[-2:-1], "the encoder still learns"),
        (lambda encoder, classifier: classifier.layers[2:], "other way round"),
        (lambda encoder, classifier: encoder.layers[1:2], "only a part of the encoder"),
        (lambda encoder, classifier: [classifier], "whole classifier"),
        (lambda encoder, classifier: [encoder, classifier.layers[-2]], "frozen too: dense"),
    ],
)
def test_what_is_not_frozen_properly_is_named(encoder, classifier, freeze, words):
    for part in freeze(encoder, classifier):
        part.trainable = False
    says(exercises.frozen_encoder(compiled(classifier), encoder), "wrong", words)


def test_a_classifier_of_another_encoder_or_not_compiled_is_named(encoder, classifier):
    encoder.trainable = False
    says(exercises.frozen_encoder(classifier, encoder), "wrong", "not compiled")
    other = compiled(with_head(new_encoder()))
    says(exercises.frozen_encoder(other, encoder), "wrong", "another encoder")
