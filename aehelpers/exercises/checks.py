"""Checks of the exercises: each looks at what the learner made, and names the mistake.

A check answers with a `Verdict`, whatever the learner hands over, and never raises for it. What
the course hands over (labels, a PCA, sigma, ...) is checked as everywhere in the package.

Mistakes are found in three ways. Numbers are compared with what known mistakes lead to. Functions
are called with a small example on which each known mistake gives a different result. Networks
and arrays are looked into, one property after the other.
"""

from collections.abc import Callable
import html
import itertools
import numbers
import textwrap
import traceback
from typing import NamedTuple

from aehelpers import arguments_old as arguments
from aehelpers import data, theory
from aehelpers.learn import models
from aehelpers.learn.memory import keras
import numpy as np

BAG = data.class_names("fashion_mnist").index("Bag")
M = models.INPUT_SIZE
HIDDEN = 128  # units of the hidden layers of exercise 1 of notebook 2
HEAD = [128, 64, 10]
MOST_DEVIATIONS = 5  # what chance alone exceeds less than once in a million times


class Verdict(NamedTuple):
    """What a check has found. At the end of a notebook cell it shows its sentence.

    Attributes
    ----------
    state : {"open", "right", "wrong"}
    sentence : str
        One or two sentences, after "Open:", "Right:" or "Not yet:".
    """

    state: str
    sentence: str

    def __repr__(self):
        return self.sentence

    def _repr_html_(self):
        # Unlike a printed line, a paragraph breaks between words when a page is enlarged.
        return f"<p>{html.escape(self.sentence)}</p>"


# ---- Notebook 1


def constant_accuracy(answer, labels):
    """Check the accuracy of the classifier that always answers Bag.

    Parameters
    ----------
    answer : object
        The learner's: the share of labels that are 8, from 0 to 1.
    labels : numpy.ndarray of int, shape (n,)
        The labels that the classifier is measured with.

    Returns
    -------
    Verdict

    Raises
    ------
    TypeError, ValueError
        If `labels` is not a one-dimensional array of integers, or is empty.
    """
    arguments.array("labels", labels, {"i": "integers", "u": "integers"}, ("n",))
    n, bags = len(labels), np.sum(labels == BAG)
    share = bags / n
    expected = "one number from 0 to 1"

    def check(answer):
        numbers_ = _array(answer, expected)
        if numbers_.shape == labels.shape and numbers_.dtype == bool:
            raise _Mistake("you have True or False for each image. Take the mean of them.")
        number = _number(answer, expected)
        if _same(number, share):
            return (
                "the ten classes are equally frequent, so any constant answer gives the same."
                if np.ptp(np.bincount(labels, minlength=10)) == 0
                else "that is the share of bags among these labels."
            )
        _name_the_mistake(
            number,
            [
                (bags, "you counted the bags. Divide by the number of labels."),
                (100 * share, "that is a percentage. Give the share, from 0 to 1."),
                (
                    bags / data.N_TRAINING,
                    "you divided by the 60,000 training labels. Divide by len(y_test).",
                ),
                (1 - share, "you took the images that are not bags. Compare with == 8."),
                (n - bags, "you counted the images that are not bags. Take the mean of == 8."),
                (100 * (1 - share), "that is the percentage of wrong answers. Give the share."),
                (labels.mean(), "you averaged the labels themselves. Compare them with 8 first."),
                (BAG, "that is the number of the class. Compute how often it is right."),
                (n, "that is the number of labels. Count those that are 8, and divide by it."),
            ],
        )
        if not 0 <= number <= 1:
            raise _Mistake("an accuracy lies between 0 and 1. Take the mean of y_test == 8.")
        _say_if_rounded(number, share)
        raise _Mistake("that is not the share of bags. Take the mean of y_test == 8.")

    hint = "the number of test labels that are 8 (Bag), divided by the number of test labels."
    return _verdict(hint, expected, check, answer)


def accuracy_function(function):
    """Check a function that computes an accuracy.

    Parameters
    ----------
    function : object
        The learner's: function(probabilities, labels), with arrays of shapes (n, classes) and
        (n,), returns the share of images whose most probable class is the label.

    Returns
    -------
    Verdict
    """
    hint = (
        "the most probable class is probabilities.argmax(axis=1). Return the share of images "
        "for which it is the label."
    )
    expected = "a function of probabilities and labels that returns one number"

    def check(function):
        _check_function(function, _ACCURACY, hint)
        return "the most probable class of each image, compared with its label, and the mean."

    return _verdict(hint, expected, check, function)


# ---- Notebook 2


def reconstruction_loss(function):
    """Check a function that computes the reconstruction loss.

    Parameters
    ----------
    function : object
        The learner's: function(X, X_prime), with float32 arrays of the same shape (n, m),
        returns the mean of (X - X_prime)^2 over all n images and m pixels.

    Returns
    -------
    Verdict
    """
    hint = "square the differences of X and X_prime, and return their mean over images and pixels."
    expected = "a function of X and X_prime that returns one number"

    def check(function):
        _check_function(function, _LOSS, hint)
        return "the mean over images and pixels of the squared difference. No label is needed."

    return _verdict(hint, expected, check, function)


def autoencoder_parts(parts, code_size):
    """Check an encoder 784-128-k, a decoder k-128-784 and the autoencoder made of both.

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

    Raises
    ------
    TypeError, ValueError
        If `code_size` is not an integer, or is out of its range.
    """
    arguments.whole("code_size", code_size, 1, M - 1)
    expected = "three Keras models: (encoder, decoder, autoencoder)"

    def check(parts):
        if not isinstance(parts, (tuple, list)):
            raise _Mistake(f"your answer is {_described(parts)}. Give {expected}.")
        if len(parts) != 3:
            raise _Mistake(f"that is a list of length {len(parts)}. Give {expected}.")
        names = ("your encoder", "your decoder", "your autoencoder")
        _check_sizes([_sizes(model, name) for model, name in zip(parts, names)], code_size)
        encoder, decoder, autoencoder = parts
        _check_layers("encoder", _dense_layers(encoder))
        _check_layers("decoder", _dense_layers(decoder))
        _check_joined(encoder, decoder, autoencoder)
        return f"784 numbers in, a code of {code_size}, 784 out, and the layers are shared."

    hint = (
        "build the encoder with keras.Input, two Dense layers and keras.Model, then the decoder, "
        "then join them: decoder(encoder(inputs))."
    )
    return _verdict(hint, expected, check, parts)


def relative_error(answer, losses, squared_pixels):
    """Check losses that are divided by the mean of the squared pixels.

    Parameters
    ----------
    answer : object
        The learner's: one quotient for each digit.
    losses : sequence of float, at least 0
        The reconstruction loss of each digit.
    squared_pixels : sequence of float, above 0
        The mean of the squared pixels of each digit.

    Returns
    -------
    Verdict

    Raises
    ------
    TypeError, ValueError
        If one of the two is not a sequence of such numbers, or their lengths differ.
    """
    arguments.sequence("losses", losses)
    arguments.sequence("squared_pixels", squared_pixels, len(losses))
    for i, (loss, pixels) in enumerate(zip(losses, squared_pixels)):
        arguments.number(f"losses[{i}]", loss, 0, theory.LARGEST)
        arguments.number(f"squared_pixels[{i}]", pixels, 0, theory.LARGEST, open_ends=True)
    losses, pixels = np.array(losses, float), np.array(squared_pixels, float)
    quotients = losses / pixels
    expected = f"{len(losses)} numbers, one for each digit"
    divide = "Divide losses by squared pixels, digit by digit."

    def check(answer):
        array = _array(answer, expected)
        if _same(array, quotients):
            return f"by this measure the easiest digit is {np.argmin(quotients)}."
        _name_the_mistake(
            array,
            [
                (losses * pixels, f"you multiplied. {divide}"),
                (pixels / losses, f"your quotient is upside down. {divide}"),
                (100 * quotients, "those are percentages. Leave out the factor 100."),
                (losses, f"those are the losses, not yet divided. {divide}"),
                (pixels, f"those are the squared pixels alone. {divide}"),
                (losses - pixels, f"you subtracted. {divide}"),
                (pixels - losses, f"you subtracted. {divide}"),
                (1 - quotients, "you subtracted the quotients from 1. Leave that out."),
                (np.sqrt(quotients), "you took the root of the quotients. Leave the root out."),
                (losses / pixels**2, "you squared twice: the pixels are squared already."),
                (losses / pixels.mean(), "you divided all by one mean. Take each digit's own."),
                (losses / losses.sum(), f"you divided by the sum of the losses. {divide}"),
                (losses[:, None] / pixels, "you divided each by each. Both need one dimension."),
                (losses.sum() / pixels.sum(), f"that is one number for all digits. {divide}"),
                (quotients.mean(), "that is the mean of the quotients. Keep all of them."),
            ],
        )
        if array.shape != quotients.shape:
            raise _Mistake(f"the shape of your answer is {array.shape}. Give {expected}.")
        raise _Mistake("those are other numbers. Try np.divide with losses and squared pixels.")

    hint = "divide the loss of each digit by the mean of its squared pixels."
    return _verdict(hint, expected, check, answer)


# ---- Notebook 3


def identity_by_hand(weights):
    """Check the weights of an autoencoder with m = k = 3 that copies, with W1 not the identity.

    Parameters
    ----------
    weights : object
        The learner's: [W1, b1, W2, b2], shapes (3, 3), (3,), (3, 3), (3,), such that
        (X @ W1 + b1) @ W2 + b2 is X for every X of shape (n, 3).

    Returns
    -------
    Verdict
    """
    expected = "a list of four arrays: [W1, b1, W2, b2]"

    def check(weights):
        W1, b1, W2, b2 = _four_arrays(weights, expected)
        if np.linalg.matrix_rank(W1) < 3:
            raise _Mistake("your W1 is not invertible, so nothing can undo it. Choose another W1.")
        _check_inverse(W1, W2)
        _check_biases(b1, W2, b2)
        if _same(W1, np.eye(3)):
            raise _Mistake("it copies, but W1 is the identity. Choose another invertible W1.")
        return "it copies, and its code is not the input."

    hint = "choose W1, for example 2 * np.eye(3), and think about what undoes it."
    return _verdict(hint, expected, check, weights)


def linear_floor(answer, pca, k):
    """Check the smallest loss that a linear autoencoder with k code units can have.

    Parameters
    ----------
    answer : object
        The learner's: the sum of the discarded eigenvalues over m, as `theory.linear_floor`.
    pca : theory.PCA
    k : int, 1 to m - 1

    Returns
    -------
    Verdict

    Raises
    ------
    TypeError, ValueError
        If `pca` is not a PCA, or `k` is not an integer or out of its range.
    """
    arguments.instance("pca", pca, theory.PCA, "a PCA, from `theory.principal_components`")
    m, values = len(pca.mean), pca.eigenvalues
    arguments.whole("k", k, 1, m - 1)
    floor = theory.linear_floor(pca, k)
    expected = "one number"
    lost = f"The lost ones are pca.eigenvalues[{k}:]."

    def check(answer):
        array = _array(answer, expected)
        if _same(array, values[k:]):
            raise _Mistake(f"those are the lost eigenvalues. Add them up and divide by m = {m}.")
        number = _number(answer, expected)
        if _same(number, floor):
            return "the sum of what is lost, over m."
        _name_the_mistake(
            number,
            [
                (values[k:].sum(), f"the loss is a mean over pixels. Divide by m = {m}."),
                (values[:k].sum() / m, f"you added up what is kept. {lost}"),
                (values[:k].sum(), f"you added up what is kept. {lost} Divide their sum by {m}."),
                (
                    values[k - 1 :].sum() / m,
                    f"you began one too early, Python counts from 0. {lost}",
                ),
                (
                    values[k + 1 :].sum() / m,
                    f"you began one too late, Python counts from 0. {lost}",
                ),
                (values[k:].mean(), f"you divided by the {m - k} lost ones. Divide by m = {m}."),
                (values[k:].sum() / k, f"you divided by k. Divide by the m = {m} pixels."),
                (
                    np.sqrt(values[k:]).sum() / m,
                    "you took roots. Add up the eigenvalues themselves: they are variances.",
                ),
                (
                    np.sqrt(floor),
                    "you took the root at the end. Leave it out: the loss is squared.",
                ),
                (np.square(values[k:]).sum() / m, "you squared them. Leave the square out."),
                (values[k:].sum() / values.sum(), f"that is a share. Divide by m = {m}."),
                (values[:k].sum() / values.sum(), f"that is the share that is kept. {lost}"),
                (values.sum() / m, f"you added up all eigenvalues. {lost}"),
                (values[-k:].sum() / m, f"you took the last {k}. {lost}"),
                (values[:-k].sum() / m, f"you left out the last {k}. Leave out the first {k}."),
                (
                    values[k] / m,
                    f"that is a single eigenvalue over m. Add up all lost ones. {lost}",
                ),
                (values[k], f"that is a single eigenvalue. Add up all lost ones. {lost}"),
            ],
        )
        _say_if_rounded(number, floor)
        raise _Mistake(f"that is not the floor. {lost} Divide their sum by m = {m}.")

    hint = "add up the eigenvalues that are not kept, and divide by m."
    return _verdict(hint, expected, check, answer)


# ---- Notebook 4


def denoising_pair(inputs, targets, clean, sigma):
    """Check the two arrays that a denoising autoencoder is trained with.

    What is random is judged with a margin of 5 standard errors, so chance alone makes a right
    answer wrong less than once in 100,000 times.

    Parameters
    ----------
    inputs, targets : object
        The learner's: `clean` plus noise from N(0, sigma^2), not clipped; and `clean`.
    clean : numpy.ndarray of float, shape (n, m), 0 to 1
        At least two images and 1,000 pixels in all.
    sigma : float, above 0
        The standard deviation of the noise, in units of a pixel.

    Returns
    -------
    Verdict

    Raises
    ------
    TypeError, ValueError
        If `clean` are not scaled pixels or too few, or `sigma` is not a number above 0.
    """
    if _overwritten(clean, inputs):
        return Verdict(
            "wrong",
            "Not yet: you wrote the noise into the clean pictures themselves. Run the cell that "
            "makes them again, then compute a new array, without out= and without operators such "
            "as +=.",
        )
    arguments.scaled_pixels("clean", clean)
    if len(clean) < 2 or clean.size < 1000:
        raise ValueError(
            f"clean has shape {clean.shape}; expected at least 2 images and 1,000 pixels in all"
        )
    arguments.number("sigma", sigma, 0, data.LARGEST_SIGMA, open_ends=True)
    clean = clean.astype(float)
    expected = f"two arrays of shape {clean.shape}: noisy inputs and clean targets"

    def check(inputs, targets):
        inputs = _pixels("your input", inputs, clean, expected)
        targets = _pixels("your target", targets, clean, expected)
        _check_target(inputs, targets, clean)
        _check_kind_of_noise(inputs, clean)
        _check_distribution(inputs - clean, sigma)
        return "noisy input, clean target, nothing clipped."

    hint = "for the input use data.add_noise, or x plus sigma times standard normal numbers."
    return _verdict(hint, expected, check, inputs, targets)


def half_gain(answer, sigma):
    """Check the eigenvalue at which the gain of the best linear denoiser is 1/2: sigma^2.

    Parameters
    ----------
    answer : object
        The learner's.
    sigma : float, above 0
        The standard deviation of the noise, in units of a pixel.

    Returns
    -------
    Verdict

    Raises
    ------
    TypeError, ValueError
        If `sigma` is not a number above 0.
    """
    arguments.number("sigma", sigma, 0, data.LARGEST_SIGMA, open_ends=True)
    sigma = float(sigma)
    expected = "one number"

    def check(answer):
        number = _number(answer, expected)
        if _same(number, sigma**2):
            return "where the pictures vary exactly as much as the noise."
        table = [
            (sigma, "sigma, not squared"),
            (2 * sigma**2, "2 * sigma**2"),
            (sigma**2 / 2, "sigma**2 / 2"),
            (1 / sigma**2, "1 / sigma**2"),
            (1 / sigma, "1 / sigma"),
            (sigma / 2, "sigma / 2"),
            (2 * sigma, "2 * sigma"),
            (-(sigma**2), "sigma**2 with the wrong sign"),
            (np.sqrt(sigma), "the root of sigma"),
            (1 / 2, "the gain itself"),
        ]
        # With sigma = 0.5 several of them are the same number; then all are named.
        named = [name for candidate, name in table if _same(number, candidate)]
        if not named:
            _say_if_rounded(number, sigma**2)
        what = f"that is {', or '.join(named)}" if named else "that is another number"
        raise _Mistake(f"{what}. Multiply both sides of the equation by 2 * (lambda + sigma**2).")

    hint = "solve lambda / (lambda + sigma**2) = 1/2 for lambda."
    return _verdict(hint, expected, check, answer)


# ---- Notebook 5


def classifier_on_encoder(classifier, autoencoder):
    """Check a classifier: an encoder that was cut off an autoencoder, and the head 128-64-10.

    Parameters
    ----------
    classifier : object
        The learner's: a Keras model with the encoder's weights, shared or copied.
    autoencoder : keras.Model
        Pretrained, with a layer ``essence`` where the decoder is chopped off.

    Returns
    -------
    Verdict

    Raises
    ------
    TypeError, ValueError
        If `autoencoder` is no Keras model, or has no layer named ``essence``.
    """
    encoder, decoder = models.encoder_of(autoencoder), models.decoder_of(autoencoder)
    expected = "a Keras model that goes from 784 pixels to 10 probabilities"

    def check(classifier):
        m, n_outputs = _sizes(classifier, "your classifier")
        if m != M:
            raise _Mistake(f"it takes {m} numbers. Let it begin with keras.Input((784,)).")
        layers = _dense_layers(classifier)
        units = [layer.units for layer in layers]
        if M in units or _ids(decoder.weights) & _ids(classifier.weights):
            raise _Mistake("the decoder is still in it. Cut at the layer 'essence': its output.")
        n_encoder = _check_encoder(layers, _dense_layers(encoder))
        _check_head(layers[n_encoder:], n_outputs)
        if _ids(encoder.weights) <= _ids(classifier.weights):
            return "the pretrained encoder, shared with the autoencoder, and a new head."
        return "a new head on a copy of the encoder. Training it leaves the autoencoder as it is."

    hint = "cut the autoencoder at its layer 'essence', and put Dense layers 128-64-10 on it."
    return _verdict(hint, expected, check, classifier)


def frozen_encoder(classifier, encoder):
    """Check that training a classifier changes its head, and not its encoder.

    Nothing is trained for it, and the model stays as it is: a training step changes the trainable
    weights. Keras reads `trainable` when it builds the training step, which is at the first batch
    after ``compile``. So what is set between the two has an effect. What is set later has none on
    batches of the size that was trained with, until ``compile`` is called again. (Found by
    experiment with Keras 3.15 on TensorFlow, and tested.)

    Parameters
    ----------
    classifier : object
        The learner's: a compiled Keras model that contains the encoder.
    encoder : keras.Model

    Returns
    -------
    Verdict

    Raises
    ------
    TypeError
        If `encoder` is no Keras model.
    """
    arguments.instance("encoder", encoder, keras.Model, "a Keras model")
    expected = "a compiled Keras model that contains the encoder"

    def check(classifier):
        _sizes(classifier, "your classifier")
        in_encoder = _ids(encoder.weights)
        if not in_encoder <= _ids(classifier.weights):
            raise _Mistake(
                "this encoder is not a part of your classifier, so freezing it does nothing there. "
                "Build the classifier on this encoder, or freeze the one inside."
            )
        if not classifier.compiled or classifier.loss is None:
            raise _Mistake("your classifier is not compiled with a loss. Call compile(...).")
        _check_what_learns(classifier, in_encoder)
        if _step_learns_still(classifier, encoder):
            raise _Mistake(
                "you froze the encoder after a training step, and for batches of that size Keras "
                "goes on with the step that it built. It has no effect until you compile again."
            )
        return "the encoder stays, the head learns."

    hint = "set the `trainable` of the encoder, then compile the classifier."
    return _verdict(hint, expected, check, classifier)


# ---- Notebook 6


def parameter_count(answer, sizes):
    """Check the number of weights and biases of a network of dense layers.

    Parameters
    ----------
    answer : object
        The learner's.
    sizes : sequence of int, each at least 1
        Inputs, and units of each layer, such as (784, 128, 64, 10).

    Returns
    -------
    Verdict

    Raises
    ------
    TypeError, ValueError
        If `sizes` is not a sequence of at least two whole numbers.
    """
    arguments.sequence("sizes", sizes)
    if len(sizes) < 2:
        raise ValueError(f"sizes has length {len(sizes)}; expected at least 2")
    for i, size in enumerate(sizes):
        arguments.whole(f"sizes[{i}]", size, 1)
    sizes = [int(size) for size in sizes]
    pairs = list(itertools.pairwise(sizes))
    weights, biases = sum(a * b for a, b in pairs), sum(sizes[1:])
    expected = "one whole number"

    def check(answer):
        if isinstance(answer, tuple) and all(isinstance(part, int) for part in answer):
            raise _Mistake("a comma makes two numbers of it. Write 1_000 instead of 1,000.")
        number = _number(answer, expected)
        if number == weights + biases:
            return "each layer has a * b weights and b biases."
        first, last = ((a + 1) * b for a, b in (pairs[0], pairs[-1]))
        table = [
            (weights, "you left out the biases. Add one for each unit."),
            (weights + len(pairs), "you took one bias for each layer. Add one for each unit."),
            (weights + sum(sizes), "inputs have no biases. Add one for each unit of each layer."),
            (weights + sum(sizes[:-1]), "you took a bias for each input. Add one for each unit."),
            (
                weights + biases - first,
                "you left out the first layer. Its inputs have weights too.",
            ),
            (weights + biases - last, "you left out the last layer. Add its weights and biases."),
            (sum(sizes), "you counted the inputs and units. Count the weights between them."),
            (biases, "those are the units, one bias each. Add a * b weights for each layer."),
            (sum(a + b for a, b in pairs), "you added a and b. Multiply them: a * b weights."),
            (sum(a + b + b for a, b in pairs), "you added a and b. Multiply them: a * b weights."),
            (np.prod(sizes, dtype=float), "you multiplied all sizes. Add up a * b of each layer."),
        ]
        _name_the_mistake(number, table, rtol=0)
        raise _Mistake(f"there are {len(pairs)} layers: {_layers_in_words(pairs)}. Add them up.")

    hint = "a layer with a inputs and b units has a * b weights, and some biases."
    return _verdict(hint, expected, check, answer)


def missing_control(answer):
    """Check which control a claim about pretraining lacks: "c", both of "a" and "b".

    Parameters
    ----------
    answer : object
        The learner's: "a", "b" or "c"; capitals and spaces do not matter.

    Returns
    -------
    Verdict
    """
    letters = 'Write "a", "b" or "c", with quotation marks.'

    def check(answer):
        if not isinstance(answer, str):
            raise _Mistake(f"your answer is {_described(answer)}. {letters}")
        letter = answer.strip().strip("().").lower()
        if letter == "c":
            return "one difference at a time, and more than one run."
        if letter == "a":
            raise _Mistake("those controls are missing, but one run proves little. Look at b too.")
        if letter == "b":
            raise _Mistake(
                "seeds are missing, but the networks differ in depth as well. Look at a too."
            )
        if set("ab") <= set(letter) <= set("ab ,;+&and"):
            raise _Mistake('you name both, and that is one of the answers. Write "c".')
        raise _Mistake(f"{arguments.shown(answer)} is not one of the three. {letters}")

    return _verdict('"a", "b" or "c".', 'one of "a", "b" and "c"', check, answer)


# ---- From an answer to a verdict


class _Open(Exception):
    """There is no answer yet; the text is a hint."""


class _Mistake(Exception):
    """The answer is wrong; the text names the mistake, and says what to do."""


def _verdict(hint, expected, check, *answers):
    """Return the verdict of a check, which returns praise or raises _Open or _Mistake."""
    try:
        if any(map(_missing, answers)):
            raise _Open(hint)
        return Verdict("right", f"Right: {check(*answers)}")
    except _Open as reason:
        return Verdict("open", f"Open: {reason}")
    except _Mistake as mistake:
        return Verdict("wrong", f"Not yet: {mistake}")
    except Exception as error:  # of the learner's object, whatever it is: the learner reads it
        return Verdict("wrong", f"Not yet: it stops with {_message(error)} Give {expected}.")


def _missing(answer):
    """Return whether an answer, or a part of it, is not filled in yet."""
    if isinstance(answer, (list, tuple)):
        return not answer or any(part is None or part is Ellipsis for part in answer)
    return answer is None or answer is Ellipsis


def _message(error):
    """Return the type and the text of an error, short and with a full stop."""
    text = textwrap.shorten(
        "".join(traceback.format_exception_only(error)), 160, placeholder=" ..."
    )
    return text if text.endswith(".") else f"{text}."


def _described(answer):
    """Return in a few words what an answer is."""
    if isinstance(answer, (str, numbers.Number, np.generic, np.ndarray)):
        return arguments.shown(answer)
    if isinstance(answer, keras.Model):
        return "a Keras model"
    if isinstance(answer, type):
        return f"the class {answer.__name__}"
    if isinstance(answer, (list, tuple)):
        return f"a {type(answer).__name__} of length {len(answer)}"
    return "a function" if callable(answer) else f"of type {type(answer).__name__}"


def _array(answer, expected, subject="your answer"):
    """Return an answer as an array of finite numbers, or of True and False."""
    try:
        array = np.asarray(answer)
        if array.dtype.kind == "O":
            array = array.astype(float)
    except (TypeError, ValueError, OverflowError):
        raise _Mistake(f"{subject} is {_described(answer)}. Give {expected}.") from None
    if array.dtype.kind in "SU":
        raise _Mistake(f"{subject} is text. Write it as code, without quotation marks.")
    if array.dtype.kind not in "biuf":
        raise _Mistake(f"{subject} is {_described(answer)}. Give {expected}.")
    if not np.isfinite(array).all():
        what = "holds NaN or infinity" if array.ndim else f"is {array}"
        raise _Mistake(f"{subject} {what}. Look for a division by zero, and give {expected}.")
    return array


def _number(answer, expected):
    """Return an answer as one number; an array or a tensor of one number is one as well."""
    array = _array(answer, expected)
    if array.size != 1 or array.dtype == bool:
        raise _Mistake(
            f"your answer is {_described(array if array.ndim else answer)}. Give {expected}."
        )
    return float(array.item())


def _same(value, candidate, rtol=1e-4):
    """Return whether shapes are the same, and numbers too, give or take rounding in float32."""
    return np.shape(value) == np.shape(candidate) and np.allclose(value, candidate, rtol, 1e-9)


def _name_the_mistake(value, table, rtol=1e-4):
    """Raise the sentence of the first candidate that the value is."""
    for candidate, sentence in table:
        if _same(value, candidate, rtol):
            raise _Mistake(sentence)


def _say_if_rounded(number, right):
    if _same(number, right, rtol=0.02):
        raise _Mistake("that is close, but not equal. Let Python compute it, and do not round.")


# ---- Functions


class _Task(NamedTuple):
    """What a function should do, and what it does with known mistakes.

    On the first two examples each mistake gives another result, and a function that makes it does
    so on both. The third is for the truth alone, and has another shape. The fourth has as many
    columns as in the course.

    The truth is a mean over the first dimensions of the first argument; `averaged` names these.
    """

    parameters: tuple
    averaged: tuple
    truth: Callable
    examples: list
    mistakes: list
    otherwise: str


def _check_function(function, task, hint):
    """Raise unless a function gives what the truth gives, on all examples."""
    if not callable(function):
        raise _Mistake(f"your answer is {_described(function)}. Write a function: def ...")
    first, second, other, _ = task.examples
    results = [_result(function, example, task, hint) for example in (first, second)]
    for mistake, sentence in task.mistakes:
        if _same(results[0], mistake(*first)) and _same(results[1], mistake(*second)):
            raise _Mistake(sentence)
    if _same(*results):
        raise _Mistake("it gives the same for other arrays. Use the two arguments, nothing else.")
    if results[0].ndim:
        raise _Mistake(f"it returns an array of shape {results[0].shape}. Return one number.")
    if not _same(results[0], task.truth(*first)):
        _say_if_a_size_is_fixed(results, task)
        _say_if_rounded(results[0], task.truth(*first))
        raise _Mistake(task.otherwise)
    if not _same(_result(function, other, task, hint), task.truth(*other)):
        raise _Mistake(
            f"it is right for {_shapes(first)}, and wrong for {_shapes(other)}. "
            "Take every size from the arrays."
        )


def _say_if_a_size_is_fixed(results, task):
    """Raise if a function divides by a number of its own instead of sizes of the arrays."""
    examples = task.examples[:2]
    for taken in range(2 ** len(task.averaged) - 1):  # which sizes come from the arrays: not all
        fixed = [i for i in range(len(task.averaged)) if not taken >> i & 1]
        divisors = [
            task.truth(*example) / result * np.prod([example[0].shape[i] for i in fixed])
            for example, result in zip(examples, results)
            if result
        ]
        divisor = round(divisors[0]) if divisors else 0
        if divisor > 1 and len(divisors) == 2 and _same(divisors, [divisor] * 2):
            words = " and ".join(task.averaged[i] for i in fixed)
            raise _Mistake(
                f"you divide by a fixed number, {divisor:,}. Take {words} from the arrays, which "
                "have a `shape`."
            )


def _shapes(arrays):
    return f"shapes {' and '.join(str(array.shape) for array in arrays)}"


def _result(function, example, task, hint):
    """Return what a function makes of copies of the arrays of an example."""
    copies = [part.copy() for part in example]
    try:
        result = function(*copies)
    except Exception as error:  # of the learner's function: the learner reads it
        _say_if_arguments_are_swapped(function, example, task)
        _say_if_it_needs_the_usual_size(function, example, task)
        message = _message(error)
        if "bitwise_xor" in message:
            raise _Mistake("in Python ^ is not a power. Write ** 2 for the square.") from None
        raise _Mistake(
            f"your function stops with {message} It got arrays of {_shapes(example)}: try it with "
            "such arrays."
        ) from None
    for name, given, left in zip(task.parameters, example, copies):
        if not np.array_equal(given, left):
            raise _Mistake(
                f"your function changes {name}, and whoever calls it goes on with the changed "
                "array. Compute a new one, without out= and without operators such as -=."
            )
    if result is None or result is Ellipsis:
        raise _Open(f"your function returns nothing yet. {hint[0].upper()}{hint[1:]}")
    result = _array(result, "one number", "what your function returns")
    if result.size == 1:
        result = result.reshape(())  # an array or a tensor of one number is one number
    if result.dtype == bool and not result.ndim:
        raise _Mistake(f"your function returns {result}. Return one number, a mean.")
    return result


def _say_if_arguments_are_swapped(function, example, task):
    try:
        swapped = np.asarray(function(*(part.copy() for part in reversed(example))))
    except Exception:  # then it fails both ways, and the first error is the one to show
        return
    if swapped.dtype.kind in "iuf" and _same(swapped, task.truth(*example)):
        raise _Mistake("the two arguments are in the other order. Swap them after def.")


def _say_if_it_needs_the_usual_size(function, example, task):
    usual = task.examples[-1]
    try:
        right = _same(function(*(part.copy() for part in usual)), task.truth(*usual))
    except Exception:  # then it is not the size
        return
    if right:
        raise _Mistake(
            f"it is right for {_shapes(usual)}, and stops for {_shapes(example)}. "
            "Take every size from the arrays."
        )


def _accuracy(p, y):
    return np.mean(p.argmax(axis=1) == y)


def _example_probabilities(n, classes, seed):
    """Return probabilities and labels, of which some are the most probable class.

    Two labels are equal to their largest probability, and one is the least probable class, so
    that functions that count these do not return 0.
    """
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(classes, 0.3), n)
    p[:2] = np.eye(classes)[1]
    labels = np.where(np.arange(n) < 0.6 * n, p.argmax(axis=1), rng.integers(classes, size=n))
    labels[-1] = p[-1].argmin()
    return p, labels


# As many images as classes in the first two examples, so that the wrong axis is no error. The
# seeds are such that no two mistakes give the same there, and that different numbers are right.
_ACCURACY = _Task(
    ("probabilities", "labels"),
    ("the number of images",),
    _accuracy,
    [
        _example_probabilities(*sizes)
        for sizes in ((14, 14, 3336), (15, 15, 3459), (11, 4, 1), (20, 10, 0))
    ],
    [
        (
            lambda p, y: np.mean(p.argmax(axis=0) == y),
            "you took the argmax over the images. Take it over the classes: axis=1.",
        ),
        (
            lambda p, y: np.mean(p.argmax() == y),
            "you took one argmax over all images. Take one for each image: axis=1.",
        ),
        (
            lambda p, y: np.mean(p.argmax(axis=1)[:, np.newaxis] == y[np.newaxis, :]),
            "you compare every image with every label. Both need the shape (n,).",
        ),
        (
            lambda p, y: np.mean(p.max(axis=1) == y),
            "you compare the largest probability with the label. Take its position: argmax.",
        ),
        (lambda p, y: 1 - _accuracy(p, y), "that is the share of errors. Use == and not !=."),
        (
            lambda p, y: np.sum(p.argmax(axis=1) == y),
            "you counted the right ones. Divide by the number of images, or take the mean.",
        ),
        (lambda p, y: 100 * _accuracy(p, y), "that is a percentage. Leave out the factor 100."),
        (
            lambda p, y: p.argmax(axis=1) == y,
            "you return True or False for each image. Take the mean of them.",
        ),
        (lambda p, y: p.argmax(axis=1), "you return the classes. Compare them with the labels."),
        (
            lambda p, y: np.mean(p.argmin(axis=1) == y),
            "you took the least probable class. Use argmax.",
        ),
        (
            lambda p, y: np.mean(np.round(p).argmax(axis=1) == y),
            "you rounded: a most probable class can have less than 1/2. Leave the rounding out.",
        ),
        (
            lambda p, y: p.max(axis=1).mean(),
            "you averaged the largest probabilities. Compare their positions with the labels.",
        ),
        (
            lambda p, y: p[np.arange(len(y)), y].mean(),
            "that is the mean probability of the label. Count how often it is the largest.",
        ),
    ],
    "it returns another number. Compare probabilities.argmax(axis=1) with the labels.",
)


def _mse(X, P):
    return np.mean(np.square(X - P, dtype=float))


def _example_images(n, m, seed):
    rng = np.random.default_rng(seed)
    return rng.random((n, m), np.float32), rng.random((n, m), np.float32)


_LOSS = _Task(
    ("X", "X_prime"),
    ("the number of images", "the number of pixels"),
    _mse,
    [_example_images(*sizes) for sizes in ((4, 6, 0), (7, 5, 1), (5, 3, 2), (20, M, 3))],
    [
        (
            lambda X, P: np.square(X - P).sum() / len(X),
            "you averaged over images but summed over pixels. Divide by n and by m.",
        ),
        (
            lambda X, P: np.square(X - P).sum() / X.shape[1],
            "you averaged over pixels but summed over images. Divide by n and by m.",
        ),
        (
            lambda X, P: np.square(X - P).sum(),
            "you summed over images and pixels. Divide by both numbers, or take the mean.",
        ),
        (
            lambda X, P: np.square(X - P).mean(axis=1),
            "you return one number for each image. Take the mean over the images too.",
        ),
        (
            lambda X, P: np.square(X - P).mean(axis=0),
            "you return one number for each pixel. Take the mean over the pixels too.",
        ),
        (
            lambda X, P: np.square(X - P).sum(axis=1),
            "you return one sum for each image. Take the mean over images and pixels.",
        ),
        (lambda X, P: np.square(X - P), "you return all the squares. Take the mean of them."),
        (lambda X, P: X - P, "you return all the differences. Square them, then take the mean."),
        (lambda X, P: np.sqrt(_mse(X, P)), "you took the square root. Leave it out."),
        (
            lambda X, P: np.sqrt(np.square(X - P).sum()),
            "that is the root of the sum of squares. Take the mean of the squares instead.",
        ),
        (lambda X, P: 100 * _mse(X, P), "that is 100 times the loss. Leave out the factor 100."),
        (
            lambda X, P: np.var(X - P, dtype=float),
            "you took the variance, which subtracts a mean. Take the mean of the squares.",
        ),
        (
            lambda X, P: np.abs(X - P).mean(),
            "you took absolute differences. Square them instead.",
        ),
        (
            lambda X, P: np.mean(X - P),
            "you forgot the square: differences of both signs cancel. Square before the mean.",
        ),
        (lambda X, P: np.mean(P - X), "you forgot the square. Square before the mean."),
        (
            lambda X, P: np.mean(X - P) ** 2,
            "you squared the mean. Square every difference first, then take the mean.",
        ),
        (lambda X, P: _mse(X, P) / 2, "that is half of the loss. Leave out the factor 1/2."),
        (
            lambda X, P: _mse(X, X.mean(axis=0)),
            "you compare X with its mean picture. Compare it with X_prime.",
        ),
        (lambda X, P: _mse(X, X.mean()), "you compare X with its mean. Compare it with X_prime."),
        (
            lambda X, P: np.mean(X**2 - P**2, dtype=float),
            "you subtracted squares. Subtract first, then square.",
        ),
        (lambda X, P: _mse(X, 0), "you used X alone. Subtract X_prime before you square."),
    ],
    "it returns another number. Square X - X_prime, and take the mean of all squares.",
)


# ---- Networks


def _sizes(model, name):
    """Return the numbers of inputs and outputs of a Keras model with one of each."""
    if not isinstance(model, keras.Model):
        raise _Mistake(f"{name} is {_described(model)}. Hand its ends to keras.Model.")
    if not model.built or not hasattr(model, "input_shape"):
        raise _Mistake(f"{name} has no input yet. Begin it with keras.Input.")
    shapes = (model.input_shape, model.output_shape)
    if not all(isinstance(shape, tuple) and len(shape) == 2 for shape in shapes):
        raise _Mistake(f"{name} goes from shape {shapes[0]} to {shapes[1]}. Give it flat rows.")
    return shapes[0][1], shapes[1][1]


def _leaves(model):
    """Return the layers of a model in their order, those of models inside it included."""
    leaves = []
    for layer in model.layers:
        leaves += _leaves(layer) if isinstance(layer, keras.Model) else [layer]
    return leaves


def _dense_layers(model):
    """Return the Dense layers of a model in their order; nothing else may be in it."""
    layers = [layer for layer in _leaves(model) if not isinstance(layer, keras.layers.InputLayer)]
    for layer in layers:
        if not isinstance(layer, keras.layers.Dense):
            raise _Mistake(
                f"there is a layer of the type {type(layer).__name__}. Dense layers are enough, "
                "with the activation as their argument."
            )
    return layers


def _activation(layer):
    """Return the name of the activation of a layer, given by name, as a function or as a layer."""
    return getattr(layer.activation, "__name__", type(layer.activation).__name__.lower())


def _ids(weights):
    """Return the identities of weights: models that share weights share these."""
    return {id(weight) for weight in weights}


def _check_sizes(sizes, k):
    """Raise unless encoder, decoder and autoencoder have the right numbers at their ends."""
    encoder, decoder, autoencoder = sizes
    wanted = [(M, k), (k, M), (M, M)]
    if sizes != wanted and sorted(sizes) == sorted(wanted):
        raise _Mistake("the three are swapped. The order is encoder, decoder, autoencoder.")
    if encoder[0] != M:
        raise _Mistake(f"your encoder takes {encoder[0]} numbers. A picture has {M}.")
    if encoder[1] == M:
        raise _Mistake("your encoder ends with a picture. Let it end at the code.")
    if encoder[1] != k:
        raise _Mistake(f"your code has {encoder[1]} numbers. It should have {k}.")
    if decoder[0] == M:
        raise _Mistake("your decoder takes the picture. Let it begin at the code.")
    if decoder[0] != k:
        raise _Mistake(f"your decoder takes {decoder[0]} numbers. The code has {k}.")
    if decoder[1] != M:
        raise _Mistake(f"your decoder gives {decoder[1]} numbers. A picture has {M}.")
    if autoencoder != (M, M):
        raise _Mistake(
            f"your autoencoder goes from {autoencoder[0]} to {autoencoder[1]} numbers. "
            f"It should go from {M} to {M}."
        )


def _check_layers(part, layers):
    """Raise unless an encoder or a decoder has one hidden layer and the right activations."""
    if len(layers) == 1:
        raise _Mistake(f"your {part} has no hidden layer. Give it one of {HIDDEN} units.")
    if len(layers) != 2:
        raise _Mistake(f"your {part} has {len(layers)} Dense layers. It needs two.")
    hidden, last = layers
    if hidden.units != HIDDEN:
        raise _Mistake(f"the hidden layer of your {part} has {hidden.units} units, not {HIDDEN}.")
    if _activation(hidden) != "elu":
        raise _Mistake(
            f"the hidden layer of your {part} has the activation {_activation(hidden)}. Give it "
            '"elu".'
        )
    if part == "encoder" and _activation(last) != "linear":
        raise _Mistake(f"your code has the activation {_activation(last)}. Leave it out.")
    if part == "decoder" and _activation(last) == "relu":
        raise _Mistake("your output has ReLU, and pixels can die. Use a sigmoid.")
    if part == "decoder" and _activation(last) != "sigmoid":
        raise _Mistake(
            f"your output has the activation {_activation(last)}. A sigmoid keeps it in 0 to 1."
        )


def _check_joined(encoder, decoder, autoencoder):
    """Raise unless the autoencoder is made of the layers of the two others."""
    if _ids(autoencoder.weights) != _ids(encoder.weights) | _ids(decoder.weights):
        raise _Mistake(
            "your autoencoder has layers of its own. Join the two that you have: "
            "decoder(encoder(inputs))."
        )
    x = np.random.default_rng(0).random((3, M), np.float32)
    if not np.allclose(decoder(encoder(x)), autoencoder(x), atol=1e-5):
        raise _Mistake(
            "your autoencoder does not decode what the encoder gives. Join them again: "
            "decoder(encoder(inputs))."
        )


def _check_encoder(layers, encoder):
    """Raise unless the layers begin with those of the encoder; return how many these are."""
    n = len(encoder)
    sizes = "-".join(str(layer.units) for layer in encoder)
    if [layer.units for layer in layers[:n]] != [layer.units for layer in encoder]:
        raise _Mistake(
            f"it does not begin with the encoder ({sizes}). Build it on the output of the layer "
            "'essence'."
        )
    for mine, pretrained in zip(layers, encoder):
        if not all(map(np.array_equal, mine.get_weights(), pretrained.get_weights())):
            raise _Mistake(
                "its encoder has weights of its own, not the pretrained ones. Cut it off the "
                "autoencoder instead of building a new one."
            )
        if _activation(mine) != _activation(pretrained):
            raise _Mistake(f"layer {mine.name} has another activation than the encoder's.")
    return n


def _check_head(head, n_outputs):
    """Raise unless the head is 128-64-10 with a softmax at its end."""
    units = [layer.units for layer in head]
    wanted = "-".join(map(str, HEAD))
    if not head:
        raise _Mistake(f"there is no head on the encoder yet. Add Dense layers {wanted}.")
    if n_outputs != HEAD[-1]:
        raise _Mistake(f"it has {n_outputs} outputs. There are {HEAD[-1]} classes.")
    if len(head) == 1:
        raise _Mistake(f"the head has no hidden layers. Add two before the last: {wanted}.")
    if units != HEAD:
        raise _Mistake(f"the head is {'-'.join(map(str, units))}. It should be {wanted}.")
    if _activation(head[-1]) != "softmax":
        raise _Mistake(
            f"the last layer has the activation {_activation(head[-1])}. A softmax makes "
            "probabilities of its numbers."
        )
    if "linear" in map(_activation, head[:-1]):
        raise _Mistake('a hidden layer of the head has no activation. Give it "relu".')


def _check_what_learns(classifier, in_encoder):
    """Raise unless no weight of the encoder is trainable, and all layers of the head are."""
    learning = _ids(classifier.trainable_weights)
    head = [leaf for leaf in _leaves(classifier) if _ids(leaf.weights) - in_encoder]
    frozen = [leaf.name for leaf in head if not leaf.trainable]
    if not learning:
        raise _Mistake("nothing learns: you froze the whole classifier. Freeze the encoder only.")
    if in_encoder <= learning and len(frozen) == len(head):
        raise _Mistake("it is the other way round: you froze the head. Freeze the encoder.")
    if in_encoder <= learning:
        raise _Mistake("the encoder still learns. Set its `trainable` to False before compile.")
    if in_encoder & learning:
        raise _Mistake("only a part of the encoder is frozen. Set `trainable` of the whole model.")
    if frozen:
        raise _Mistake(
            f"a part of the head is frozen too: {', '.join(frozen)}. Freeze the encoder only."
        )


def _step_learns_still(classifier, encoder):
    """Return whether a training step that Keras keeps was built when the encoder learned.

    The optimizer is built for the weights that are trainable at the first step.
    """
    if classifier.train_function is None or classifier.run_eagerly:
        return False
    trainable_at_compile = classifier._compiled_trainable_state
    known = _ids(classifier.optimizer._trainable_variables)
    return any(
        trainable_at_compile.get(layer, False) and _ids(layer.weights) & known
        for layer in encoder.layers
    )


def _layers_in_words(pairs):
    return ", ".join(f"{a} to {b}" for a, b in pairs)


# ---- Arrays


def _four_arrays(weights, expected):
    """Return W1, b1, W2, b2 as arrays, for m = k = 3."""
    if not isinstance(weights, (list, tuple, np.ndarray)):
        raise _Mistake(f"your answer is {_described(weights)}. Give {expected}.")
    if len(weights) != 4:
        raise _Mistake(f"your answer has length {len(weights)}. Give {expected}.")
    arrays = []
    for name, part, shape in zip(("W1", "b1", "W2", "b2"), weights, ((3, 3), (3,)) * 2):
        array = _array(part, f"numbers of shape {shape}", name)
        if array.shape != shape:
            columns = "Each code unit has one column, and k = m = 3."
            hint = columns if name[0] == "W" else "The order is W1, b1, W2, b2."
            raise _Mistake(f"{name} has the shape {array.shape}. It should be {shape}. {hint}")
        arrays.append(array.astype(float))
    return arrays


def _check_inverse(W1, W2):
    if _same(W1 @ W2, np.eye(3), rtol=1e-6):
        return
    if _same(W2, W1):
        raise _Mistake("your W2 is W1 again. It has to undo W1: try np.linalg.inv(W1).")
    if _same(W2, W1.T):
        raise _Mistake(
            "your W2 is the transpose of W1. That undoes it only if its columns have length 1 and "
            "right angles. Try np.linalg.inv(W1)."
        )
    if _same(W1 * W2, np.ones((3, 3))):
        raise _Mistake("your W2 is 1 / W1, number by number. Invert the matrix: np.linalg.inv(W1).")
    if np.allclose(W1 @ W2, np.eye(3), atol=0.1):
        raise _Mistake("W2 nearly undoes W1. Do not round it: take np.linalg.inv(W1).")
    raise _Mistake("W1 @ W2 is not the identity. W2 has to undo W1: try np.linalg.inv(W1).")


def _check_biases(b1, W2, b2):
    if _same(b1 @ W2 + b2, np.zeros(3)):
        return
    if not b2.any():
        raise _Mistake("W2 turns b1 into b1 @ W2, and nothing takes it away. Let b2 do it.")
    if _same(b2, -b1):
        raise _Mistake("your b2 is -b1, but W2 turns b1 into b1 @ W2. Take -b1 @ W2.")
    if _same(b2, b1 @ W2):
        raise _Mistake("your b2 has the wrong sign. Take -b1 @ W2.")
    if _same(b2, -W2 @ b1):
        raise _Mistake("your b2 is -W2 @ b1, as for columns. Inputs are rows here: take -b1 @ W2.")
    raise _Mistake("the biases do not cancel. b2 has to be -b1 @ W2.")


def _pixels(subject, answer, clean, expected):
    """Return an array of pixels of the shape of `clean`."""
    array = _array(answer, expected, subject)
    if array.shape != clean.shape:
        raise _Mistake(f"{subject} has the shape {array.shape}. Give {expected}.")
    if np.abs(array - 255 * clean).mean() < np.abs(array - clean).mean():
        raise _Mistake(f"{subject} has pixels from 0 to 255. Scale them to 0..1 first.")
    return array.astype(float)


def _overwritten(clean, answer):
    """Return whether an answer lies where the clean pixels did, which are no pixels any more."""
    arrays = all(isinstance(a, np.ndarray) and a.dtype.kind == "f" for a in (clean, answer))
    if not arrays or not np.may_share_memory(clean, answer):
        return False
    return bool(clean.min() < 0 or clean.max() > 1)


def _check_target(inputs, targets, clean):
    if np.allclose(targets, clean, atol=1e-6):
        return
    if np.array_equal(targets, inputs):
        raise _Mistake("your target is the noisy image. The noise belongs into the input only.")
    if np.allclose(inputs, clean, atol=1e-6):
        raise _Mistake("the noise is in your target. Swap the two: noisy input, clean target.")
    raise _Mistake("your target is not the clean image. Take the pictures as they are.")


def _check_kind_of_noise(inputs, clean):
    """Raise if there is no noise, or pixels were changed in another way than by adding it."""
    noise = inputs - clean
    if np.allclose(noise, 0, atol=1e-6):
        raise _Mistake("there is no noise in your input. Use data.add_noise.")
    if np.isin(inputs, (0, 1))[inputs != clean].all():
        raise _Mistake("you set some pixels to 0 or 1. Add a normal number to every pixel.")
    low, high = (np.sum(inputs == end) > 1 for end in (0, 1))  # chance hits no number twice
    if inputs.min() >= 0 and inputs.max() <= 1 and not (low or high):
        raise _Mistake("you scaled the noisy pixels to 0..1. Leave them as they are.")
    if inputs.min() >= 0 and inputs.max() <= 1:
        raise _Mistake("you clipped the noise. Let pixels leave the range from 0 to 1.")
    if inputs.min() == 0 and low:
        raise _Mistake("you clipped the noise at 0. Let pixels become negative.")
    if inputs.max() == 1 and high:
        raise _Mistake("you clipped the noise at 1. Let pixels become larger.")
    if np.allclose(noise, noise[:, :1], atol=1e-5):
        raise _Mistake("each image has one number of noise. Draw a number for each pixel.")
    if np.allclose(noise, noise[:1], atol=1e-5):
        raise _Mistake("every image has the same noise. Draw new numbers for each image.")
    if np.isclose(noise, 0, atol=1e-6).all(axis=1).any():
        raise _Mistake("some images have no noise. Add noise to all of them.")
    if (clean == 0).any() and np.allclose(noise[clean == 0], 0, atol=1e-6):
        raise _Mistake("you multiplied by the noise: black pixels have none. Add it.")
    contrast = clean - clean.mean()
    margin = MOST_DEVIATIONS * inputs.std() * np.linalg.norm(contrast)
    if abs(np.sum(inputs * contrast)) < margin < np.sum(contrast**2) / 2:
        raise _Mistake("your input is noise alone. Add the clean pictures to it.")


def _check_distribution(noise, sigma):
    """Raise unless the noise has the moments of N(0, sigma^2), give or take standard errors."""
    n = noise.size
    deviation = noise.std()
    margin = MOST_DEVIATIONS / np.sqrt(2 * n)  # of the deviation, relative
    if abs(noise.mean()) > MOST_DEVIATIONS * max(deviation, sigma) / np.sqrt(n):
        raise _Mistake(f"your noise has the mean {noise.mean():.2f}. It should be 0 on average.")
    if abs(deviation / sigma - 1) > margin:
        known = {
            sigma**2: "sigma squared, which is the variance",
            np.sqrt(sigma): "the root of sigma",
        }
        named = [words for value, words in known.items() if abs(deviation / value - 1) <= margin]
        what = f": {named[0]}" if named else ""
        raise _Mistake(
            f"your noise has the standard deviation {deviation:.2f}{what}. It should be {sigma:g}."
        )
    excess = np.mean((noise / deviation) ** 4) - 3
    if abs(excess) > MOST_DEVIATIONS * np.sqrt(24 / n):
        kind = "uniform" if abs(excess + 1.2) < 0.1 else "not normal"
        raise _Mistake(f"your noise is {kind}. Draw it from a normal distribution.")
