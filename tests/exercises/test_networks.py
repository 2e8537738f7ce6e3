"""Answers that are Keras models."""

from functools import partial

from aehelpers import exercises, learn
from aehelpers.learn.memory import keras, learning_when_built
import numpy as np
import pytest

from tests.exercises.common import judged, refused, says, stack

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
    inputs = Input((784,))
    code = Dense(32)(Dense(128, "elu")(inputs))
    outputs = Dense(784, "sigmoid")(Dense(128, "elu")(code))
    return Model(inputs, code), Model(code, outputs), Model(inputs, outputs)


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
        ((AUTOENCODER, ENCODER, DECODER), "swapped"),
        ((stack(9, ELU, (32, None)), DECODER, AUTOENCODER), "your encoder takes 9 numbers"),
        ((AUTOENCODER, DECODER, AUTOENCODER), "ends with a picture"),
        (parts(code=16), "code has 16 numbers. It should have 32"),
        ((ENCODER, AUTOENCODER, AUTOENCODER), "takes the picture"),
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
        ([BOTTOM, BOTTOM], "a list of length 2"),
        (stack(100, (10, "softmax")), "takes 100 numbers"),
        (keras.Sequential([BOTTOM, keras.layers.Dropout(0.5)]), "type Dropout"),
        (with_head(PRETRAINED), "decoder is still in it"),
        (PRETRAINED, "decoder is still in it"),
        (with_head(cut_at("decoder1")), "decoder is still in it"),
        (learn.build_classifier(), "does not begin with the encoder (16-8)"),
        (with_head(cut_at("encoder1")), "does not begin with the encoder (16-8)"),
        (with_head(new_encoder()), "weights of its own"),
        (with_head(RELU), f"activation of {RELU.layers[1].name} is not that of the encoder"),
        (BOTTOM, "no head"),
        (with_head(BOTTOM, (128, 64, 12)), "12 outputs"),
        (with_head(BOTTOM, (10,)), "no hidden layers"),
        (with_head(BOTTOM, (64, 32, 10)), "the head is 64-32-10. It should be 128-64-10"),
        (with_head(BOTTOM, last=None), "activation linear. A softmax"),
        (with_head(BOTTOM, last="sigmoid"), "activation sigmoid"),
        (with_head(BOTTOM, hidden=None), "head has no activation"),
    ],
}
test_right_answers, test_mistakes = judged(RIGHT, WRONG)
test_wrong_arguments = refused(
    [
        (lambda: exercises.autoencoder_parts(None, 0), ValueError, "code_size is 0"),
        (lambda: exercises.autoencoder_parts(None, 784), ValueError, "code_size is 784"),
        (lambda: exercises.classifier_on_encoder(None, DECODER), ValueError, "'essence'"),
        (lambda: exercises.classifier_on_encoder(None, 3), TypeError, "autoencoder is 3"),
        (lambda: exercises.frozen_encoder(None, None), TypeError, "encoder is None"),
    ]
)


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


def test_a_frozen_encoder_is_right_and_nothing_is_trained_to_find_out(encoder, classifier):
    encoder.trainable = False
    before = compiled(classifier).get_weights()
    says(exercises.frozen_encoder(classifier, encoder), "right")
    assert all(map(np.array_equal, before, classifier.get_weights()))
    assert not moves(classifier, encoder)
    says(exercises.frozen_encoder(classifier, encoder), "right")


def test_freezing_after_compile_works_until_the_first_step(encoder, classifier):
    compiled(classifier)
    encoder.trainable = False
    says(exercises.frozen_encoder(classifier, encoder), "right")
    assert not moves(classifier, encoder)


def test_freezing_after_a_step_has_no_effect_until_compile(encoder, classifier):
    assert moves(compiled(classifier), encoder)
    encoder.trainable = False
    words = "no effect until you compile again"
    says(exercises.frozen_encoder(classifier, encoder), "wrong", words)
    assert moves(classifier, encoder)  # as the sentence said
    says(exercises.frozen_encoder(compiled(classifier), encoder), "right")


def test_freezing_after_a_step_has_an_effect_on_batches_of_another_size(encoder, classifier):
    """Why the sentence speaks of batches of that size."""
    assert moves(compiled(classifier), encoder)
    encoder.trainable = False
    assert not moves(classifier, encoder, n=3)


def test_an_optimizer_that_knew_the_encoder_is_no_mistake(encoder, classifier):
    optimizer = keras.optimizers.Adam()
    assert moves(compiled(classifier, optimizer), encoder)
    encoder.trainable = False
    assert not moves(compiled(classifier, optimizer), encoder)
    says(exercises.frozen_encoder(classifier, encoder), "right")


def test_a_step_that_is_not_compiled_sees_the_freezing_at_once(encoder, classifier):
    assert moves(compiled(classifier, "sgd", run_eagerly=True), encoder)
    encoder.trainable = False
    says(exercises.frozen_encoder(classifier, encoder), "right")
    assert not moves(classifier, encoder)


def test_what_keras_keeps_is_known(encoder, classifier, monkeypatch):
    assert learning_when_built(compiled(classifier)) is None
    encoder.trainable = False
    moves(compiled(classifier), encoder)
    assert learning_when_built(classifier) == set(map(id, classifier.trainable_weights))
    monkeypatch.delattr(classifier, "_compiled_trainable_state")
    assert learning_when_built(classifier) is None


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
