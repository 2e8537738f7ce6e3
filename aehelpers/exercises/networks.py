"""Exercises whose answer is one or more Keras models, which are inspected but never trained.

Arguments that the course provides are checked: a wrong one raises TypeError or ValueError. The
learner's answer may be anything.
"""

from aehelpers import arguments as arg
from aehelpers import learn
from aehelpers.exercises import verdict
from aehelpers.exercises.verdict import Mistake
from aehelpers.learn.memory import keras, learning_when_built
import numpy as np

M = learn.INPUT_SIZE
HIDDEN = 128  # units of the hidden layers of `autoencoder_parts`
HEAD = "128-64-10"
WITH_ESSENCE = arg.Kind(lambda name, model, sizes: learn.encoder_of(model), (None, 3, "x"))


@arg.checked(code_size=arg.integer(1, M - 1))
@verdict.exercise(
    "build the encoder with keras.Input, two Dense layers and keras.Model, then the decoder, then "
    "join them: decoder(encoder(inputs)).",
    "three Keras models: (encoder, decoder, autoencoder)",
)
def autoencoder_parts(parts, code_size):
    """Judge an encoder 784-128-k, a decoder k-128-784, and the autoencoder made of both.

    Parameters
    ----------
    parts : object
        The learner's: (encoder, decoder, autoencoder), Keras models. Hidden layers have ELU, the
        code has no activation, the output has a sigmoid, and the autoencoder shares all weights.
    code_size : int, 1 to 783
        k.

    Returns
    -------
    Verdict
    """
    verdict.expect(isinstance(parts, (tuple, list)) and len(parts) == 3, parts)
    _judge_ends([*map(ends_of, parts, ("encoder", "decoder", "autoencoder"))], code_size)
    encoder, decoder, autoencoder = parts
    code, last = _last_activation(encoder, "encoder"), _last_activation(decoder, "decoder")
    own = _ids(autoencoder.weights) != _ids(encoder.weights) | _ids(decoder.weights)
    x = np.random.default_rng(0).random((3, M), np.float32)
    other = not np.allclose(decoder(encoder(x)), autoencoder(x), atol=1e-5)
    join = "decoder(encoder(inputs))."
    verdict.refuse(
        (code != "linear", f"your code has the activation {code}. Leave it out."),
        (last == "relu", "your output has ReLU, and pixels can die. Use a sigmoid."),
        (last != "sigmoid", f"your output has the activation {last}. A sigmoid keeps it in 0..1."),
        (own, f"your autoencoder has layers of its own. Join the two that you have: {join}"),
        (other, f"your autoencoder does not decode what the encoder gives. Join them: {join}"),
    )
    return f"784 numbers in, a code of {code_size}, 784 out, and the layers are shared."


def _judge_ends(ends, k):
    """Raise unless encoder, decoder and autoencoder have the right input and output sizes."""
    (pixels, code), (start, image), (a, b) = ends
    right = [(M, k), (k, M), (M, M)]
    swapped = ends != right and sorted(ends) == sorted(right)
    verdict.refuse(
        (swapped, "the three are swapped. The order is encoder, decoder, autoencoder."),
        (pixels != M, f"your encoder takes {pixels} numbers. An image has {M}."),
        (code == M, "your encoder ends with an image. Let it end at the code."),
        (code != k, f"your code has {code} numbers. It should have {k}."),
        (start == M, "your decoder takes the image. Let it begin at the code."),
        (start != k, f"your decoder takes {start} numbers. The code has {k}."),
        (image != M, f"your decoder gives {image} numbers. An image has {M}."),
        (a != M or b != M, f"your autoencoder goes from {a} to {b} numbers, not from {M} to {M}."),
    )


def _last_activation(model, part):
    """Return the last activation of an encoder or a decoder; raise unless the rest is right."""
    layers = dense_layers(model)
    n, hidden = len(layers), f"the hidden layer of your {part}"
    verdict.refuse(
        (n == 1, f"your {part} has no hidden layer. Give it one of {HIDDEN} units."),
        (n != 2, f"your {part} has {n} Dense layers. It needs two."),
    )
    units, activation = layers[0].units, _activation(layers[0])
    verdict.refuse(
        (units != HIDDEN, f"{hidden} has {units} units, not {HIDDEN}."),
        (activation != "elu", f'{hidden} has the activation {activation}. Give it "elu".'),
    )
    return _activation(layers[1])


@arg.checked(autoencoder=WITH_ESSENCE)
@verdict.exercise(
    "cut the autoencoder at its layer 'essence', and put Dense layers 128-64-10 on it.",
    "a Keras model that goes from 784 pixels to 10 probabilities",
)
def classifier_on_encoder(classifier, autoencoder):
    """Judge a classifier: an encoder cut from an autoencoder, and the head 128-64-10.

    Parameters
    ----------
    classifier : object
        The learner's: a Keras model with the encoder's weights, shared or copied.
    autoencoder : keras.Model
        Pretrained, with a layer ``essence``, after which the decoder is cut off.

    Returns
    -------
    Verdict
    """
    n_inputs, n_outputs = ends_of(classifier, "classifier")
    if n_inputs != M:
        raise Mistake(f"it takes {n_inputs} numbers. Let it begin with keras.Input((784,)).")
    encoder, decoder = learn.encoder_of(autoencoder), learn.decoder_of(autoencoder)
    layers, pretrained = dense_layers(classifier), dense_layers(encoder)
    bottom, head = layers[: len(pretrained)], layers[len(pretrained) :]
    weights, start, units = _ids(classifier.weights), _units(bottom), _units(pretrained)
    decodes = any(layer.units == M for layer in layers) or _ids(decoder.weights) & weights
    own = not all(map(_same_weights, bottom, pretrained))
    other = [a.name for a, b in zip(bottom, pretrained) if _activation(a) != _activation(b)]
    *hidden, last = ["", *map(_activation, head)]
    verdict.refuse(
        (decodes, "the decoder is still in it. Cut at the layer 'essence': its output."),
        (start != units, f"it does not begin with the encoder ({units}). Build it on 'essence'."),
        (own, "its encoder has weights of its own. Cut the pretrained one off the autoencoder."),
        (other, f"the activation of {', '.join(other)} is not that of the encoder."),
        (not head, f"there is no head on the encoder yet. Add Dense layers {HEAD}."),
        (n_outputs != 10, f"it has {n_outputs} outputs. There are 10 classes."),
        (len(head) == 1, f"the head has no hidden layers. Add two before the last: {HEAD}."),
        (_units(head) != HEAD, f"the head is {_units(head)}. It should be {HEAD}."),
        (last != "softmax", f"the last layer has the activation {last}. A softmax is needed."),
        ("linear" in hidden, 'a hidden layer of the head has no activation. Give it "relu".'),
    )
    if _ids(encoder.weights) <= weights:
        return "the pretrained encoder, shared with the autoencoder, and a new head."
    return "a new head on a copy of the encoder. Training it leaves the autoencoder as it is."


@arg.checked(encoder=arg.instance(keras.Model, "a Keras model"))
@verdict.exercise(
    "set the `trainable` of the encoder, then compile the classifier.",
    "a compiled Keras model that contains the encoder",
)
def frozen_encoder(classifier, encoder):
    """Judge whether training a classifier changes its head but not its encoder.

    This trains nothing and leaves the model unchanged: a training step changes the trainable
    weights. Keras reads `trainable` when it builds the training step, at the first batch after
    ``compile``. So a change between the two takes effect. A later change has no effect on batches
    of a size already trained with, until ``compile`` is called again. (Found by experiment with
    Keras 3.15 on TensorFlow, and tested.)

    Parameters
    ----------
    classifier : object
        The learner's: a compiled Keras model that contains the encoder.
    encoder : keras.Model

    Returns
    -------
    Verdict
    """
    ends_of(classifier, "classifier")
    in_encoder, learning = _ids(encoder.weights), _ids(classifier.trainable_weights)
    apart = in_encoder - _ids(classifier.weights)
    unfinished = not classifier.compiled or classifier.loss is None
    head = [leaf for leaf in _leaves(classifier) if _ids(leaf.weights) - in_encoder]
    frozen = [leaf.name for leaf in head if not leaf.trainable]
    names, part, whole = ", ".join(frozen), in_encoder & learning, in_encoder <= learning
    reverse = whole and len(frozen) == len(head)
    verdict.refuse(
        (apart, "your classifier has another encoder. Build it on this one, or freeze its own."),
        (unfinished, "your classifier is not compiled with a loss. Call compile(...)."),
        (not learning, "nothing learns: you froze the whole classifier. Freeze the encoder only."),
        (reverse, "it is the other way round: you froze the head. Freeze the encoder."),
        (whole, "the encoder still learns. Set its `trainable` to False before compile."),
        (part, "only a part of the encoder is frozen. Set `trainable` of the whole model."),
        (frozen, f"a part of the head is frozen too: {names}. Freeze the encoder only."),
    )
    if (learning_when_built(classifier) or set()) & in_encoder:
        raise Mistake(
            "you froze the encoder after a training step, and for batches of that size Keras goes "
            "on with the step that it built. It has no effect until you compile again."
        )
    return "the encoder stays, the head learns."


def ends_of(model, part):
    """Return the sizes of the input and the output of a Keras model with one of each."""
    if not isinstance(model, keras.Model):
        raise Mistake(f"your {part} is {verdict.described(model)}. Hand its ends to keras.Model.")
    if not model.built or not hasattr(model, "input_shape"):
        raise Mistake(f"your {part} has no input yet. Begin it with keras.Input.")
    start, end = model.input_shape, model.output_shape
    if not all(isinstance(shape, tuple) and len(shape) == 2 for shape in (start, end)):
        raise Mistake(f"your {part} goes from shape {start} to {end}. Give it flat rows.")
    return start[1], end[1]


def _leaves(model):
    """Return the layers of a model in order, including those of models inside it."""
    if not isinstance(model, keras.Model):
        return [model]
    return [leaf for layer in model.layers for leaf in _leaves(layer)]


def dense_layers(model):
    """Return the Dense layers of a model in order; raise if it has any other layers."""
    layers = [layer for layer in _leaves(model) if not isinstance(layer, keras.layers.InputLayer)]
    for layer in layers:
        if not isinstance(layer, keras.layers.Dense):
            kind = f"there is a layer of the type {type(layer).__name__}"
            raise Mistake(f"{kind}. Dense layers are enough, with an activation as argument.")
    return layers


def _activation(layer):
    """Return the name of a layer's activation, which may be a function or a layer itself."""
    return getattr(layer.activation, "__name__", type(layer.activation).__name__.lower())


def _units(layers):
    """Return the sizes of layers, such as 128-64-10."""
    return "-".join(str(layer.units) for layer in layers)


def _same_weights(layer, other):
    return all(map(np.array_equal, layer.get_weights(), other.get_weights()))


def _ids(weights):
    """Return the identities of weights, which are the same in models that share the weights."""
    return {id(weight) for weight in weights}
