"""Networks that learn two jobs at once: to name a few labeled images, and something of all.

Each is an encoder with noise in every layer and a class at its top. They differ in what they learn
from images without labels: nothing, to rebuild the image, to rebuild what every layer would have
been without the noise, or to give the same answer with noise as without. Afterwards each becomes
an ordinary dense classifier. A wrong argument raises TypeError or ValueError.
"""

from aehelpers import arguments as arg
from aehelpers import data, show
from aehelpers.data import SEED, SIGMA
from aehelpers.learn import progress
from aehelpers.learn.evaluate import accuracy
from aehelpers.learn.memory import keras, release, tf
from aehelpers.learn.models import INPUT_SIZE, UNITS
from aehelpers.learn.quick import RATE
from aehelpers.learn.training import without_autotune
from IPython import get_ipython
from IPython.display import display
import numpy as np

SIZES = (512, 256, 128, 64, 10)  # the article's encoder, and ten classes
CALIBRATION = 10_000  # images from which the statistics of every layer are taken after training
N_NOISE = 2**23  # numbers drawn once: to draw new ones for every layer takes a fifth of the time
EPSILON = 1e-6
LABELED_BATCH, UNLABELED_BATCH = 50, 200
SCALE = 2.0  # of the logits at the start, so that the first answers are not all alike
N_MEASURED = 12  # times that accuracy is measured while one watches


class NoisyClassifier(keras.Model):
    """An encoder with noise in every layer, trained on labeled images only.

    Every layer multiplies by its weights, brings each unit of the batch to mean 0 and variance 1
    (batch normalization, Ioffe and Szegedy 2015), adds noise from N(0, sigma^2) and a bias, and
    applies a ReLU; the last one has a scale instead of the ReLU, and softmax. Labeled and
    unlabeled images are normalized in batches of their own.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer; the last are the classes.
    sigma : float, at least 0
        Standard deviation of the noise, in the input and in every layer.
    """

    def __init__(self, sizes=SIZES, sigma=0.3):
        super().__init__()
        self.sizes, self.sigma = _sizes_and_sigma(sizes, sigma)
        self.matrices = [
            self.add_weight((inputs, units), "glorot_uniform", name=f"weights{number}")
            for number, (inputs, units) in enumerate(zip(self.sizes, self.sizes[1:]), 1)
        ]
        self.biases = [self.add_weight((units,), "zeros") for units in self.sizes[1:]]
        start = keras.initializers.Constant(SCALE)
        self.scale = self.add_weight((self.sizes[-1],), start, name="scale")
        self.noise = tf.random.normal([N_NOISE])
        self.built = True

    def encode(self, images, noisy):
        """Return what every layer computes.

        Parameters
        ----------
        images : tensor of float32, shape (n, 784)
        noisy : bool

        Returns
        -------
        z : list of tensors
            The images and the normalized sums of every layer, with the noise.
        logits : tensor, shape (n, classes)
        moments : list of pairs of tensors
            Mean and variance of every layer's sums over the batch.
        """
        h = self.spoil(images) if noisy else images
        z, moments = [h], []
        for matrix, bias in zip(self.matrices, self.biases):
            sums = h @ matrix
            moments.append(tf.nn.moments(sums, axes=0))
            normalized = standardize(sums, *moments[-1])
            z.append(self.spoil(normalized) if noisy else normalized)
            h = tf.nn.relu(z[-1] + bias)
        return z, self.scale * (z[-1] + bias), moments

    def spoil(self, x):
        """Return x with noise."""
        first = tf.random.uniform([], 0, N_NOISE - tf.size(x), tf.int32)
        return x + self.sigma * tf.reshape(self.noise[first : first + tf.size(x)], tf.shape(x))

    def unlabeled_loss(self, images):
        """Return the part of the loss that needs no labels."""
        return 0.0

    def train_step(self, batch):
        """Make one update with a batch of labeled and one of unlabeled images."""
        labeled, labels, unlabeled = batch
        with tf.GradientTape() as tape:
            logits = self.encode(labeled, noisy=True)[1]
            named = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_mean(named) + self.unlabeled_loss(unlabeled)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss}

    def classifier(self, images):
        """Return the ordinary dense network that this one has become.

        Its normalization is a scale and a shift, so it goes into weights and biases.

        Parameters
        ----------
        images : tensor of float32, shape (n, 784)
            Means and variances are taken from these, without noise.

        Returns
        -------
        keras.Model
            From (n, 784) to class probabilities (n, classes).
        """
        inputs = h = keras.Input((INPUT_SIZE,), name="input")
        activations = [*["relu"] * (len(self.matrices) - 1), "softmax"]
        for number, (units, activation) in enumerate(zip(self.sizes[1:], activations), 1):
            h = keras.layers.Dense(units, activation, name=f"layer{number}")(h)
        classifier = keras.Model(inputs, h, name="classifier")
        classifier.set_weights(self.dense_weights(images))
        return classifier

    def dense_weights(self, images):
        """Return the weights of `classifier` for these images, which it keeps as they are now."""
        # As in `encode`, which would keep every layer in memory.
        h, weights = images, []
        factors = [*[1.0] * (len(self.matrices) - 1), self.scale]
        for matrix, bias, factor in zip(self.matrices, self.biases, factors):
            sums = h @ matrix
            mean, variance = tf.nn.moments(sums, axes=0)
            scale = factor * tf.math.rsqrt(variance + EPSILON)
            weights += [matrix * scale, factor * bias - mean * scale]
            h = tf.nn.relu(standardize(sums, mean, variance) + bias)
        return weights


class JointAutoencoder(NoisyClassifier):
    """It also rebuilds the clean image from the last layer before the classes.

    Parameters
    ----------
    sizes, sigma
        As in `NoisyClassifier`.
    weight : float
        Of the reconstruction loss, against the loss of the labels.
    """

    def __init__(self, sizes=SIZES, sigma=0.3, weight=1.0):
        super().__init__(sizes, sigma)
        self.weight = weight
        hidden = [keras.layers.Dense(units, "relu") for units in self.sizes[-3:0:-1]]
        self.decoder = keras.Sequential([*hidden, keras.layers.Dense(INPUT_SIZE)])
        self.decoder.build((None, self.sizes[-2]))

    def unlabeled_loss(self, images):
        z, *_ = self.encode(images, noisy=True)
        rebuilt = self.decoder(tf.nn.relu(z[-2] + self.biases[-2]))
        return self.weight * tf.reduce_mean((rebuilt - images) ** 2)


class Ladder(NoisyClassifier):
    """A ladder network: it also takes the noise out of every layer again.

    A decoder goes down from the class probabilities. In every layer it guesses the values without
    noise from the noisy ones and from what comes from above. See H. Valpola, *From neural PCA to
    deep unsupervised learning*, 2015, and A. Rasmus et al., *Semi-supervised learning with ladder
    networks*, 2015, whose guess (their equation 1) this is.

    Parameters
    ----------
    sizes, sigma
        As in `NoisyClassifier`.
    weights : sequence of float
        Of the squared error in the input and in each layer. All but the last 0 is the
        Gamma-model.
    """

    def __init__(self, sizes=SIZES, sigma=0.3, weights=(1000, 10, 0.1, 0.1, 0.1, 0.1)):
        super().__init__(sizes, sigma)
        self.costs = weights
        self.lowest = next(layer for layer, weight in enumerate(weights) if weight)
        self.downward = {
            layer: self.add_weight((self.sizes[layer + 1], self.sizes[layer]), "glorot_uniform")
            for layer in range(self.lowest, len(sizes))
        }
        self.guesses = {
            layer: self.add_weight((10, self.sizes[layer]), _start_of_guess)
            for layer in range(self.lowest, len(self.sizes))
        }

    def unlabeled_loss(self, images):
        clean, *_ = self.encode(images, noisy=False)
        noisy, logits, _ = self.encode(images, noisy=True)
        loss, above = 0.0, tf.nn.softmax(logits)
        for layer in range(len(self.sizes) - 1, self.lowest - 1, -1):
            above = standardize(above, *tf.nn.moments(above, axes=0))
            guess = combine(noisy[layer], above, self.guesses[layer])
            loss += self.costs[layer] * tf.reduce_mean((guess - clean[layer]) ** 2)
            if layer > self.lowest:
                above = guess @ self.downward[layer - 1]
        return loss


class Agreement(NoisyClassifier):
    """It also learns to give the same answer with noise as without; it has no decoder.

    The answer without noise is the target and gets no gradient, as in the random perturbations of
    T. Miyato et al., *Virtual adversarial training*, 2017; M. Sajjadi et al. 2016 and the
    Pi-model of S. Laine and T. Aila 2017 compare two noisy answers.

    Parameters
    ----------
    sizes, sigma
        As in `NoisyClassifier`.
    sharpness : float
        The logits of the target are multiplied by it.
    ramp : int
        The weight of this loss rises to 1 during so many updates.
    """

    def __init__(self, sizes=SIZES, sigma=0.3, sharpness=2.0, ramp=1200):
        super().__init__(sizes, sigma)
        self.sharpness, self.ramp = sharpness, ramp
        self.scale.trainable = False  # one that learns makes it sure before it is right

    def unlabeled_loss(self, images):
        answer = self.encode(images, noisy=False)[1]
        target = tf.stop_gradient(tf.nn.softmax(self.sharpness * answer))
        noisy = self.encode(images, noisy=True)[1]
        weight = tf.minimum(1.0, tf.cast(self.optimizer.iterations, tf.float32) / self.ramp)
        return weight * tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(target, noisy))


# Keras reads the signature of `__init__`, which a decorator would hide from it.
@arg.checked(sizes=arg.sequence(UNITS, fewest=2), sigma=SIGMA)
def _sizes_and_sigma(sizes, sigma):
    return (INPUT_SIZE, *map(int, sizes)), float(sigma)


def standardize(x, mean, variance):
    """Return x with this mean and variance brought to 0 and 1."""
    return (x - mean) * tf.math.rsqrt(variance + EPSILON)


def combine(noisy, above, a):
    """Return a guess of the clean values from the noisy ones and from what comes from above."""
    mean = a[0] * tf.sigmoid(a[1] * above + a[2]) + a[3] * above + a[4]
    trust = a[5] * tf.sigmoid(a[6] * above + a[7]) + a[8] * above + a[9]
    return (noisy - mean) * trust + mean


def _start_of_guess(shape, dtype):
    """Return the numbers with which `combine` begins: both sigmoids take what comes from above."""
    rows = tf.reshape(tf.reduce_sum(tf.one_hot([1, 6], shape[0], dtype=dtype), axis=0), [-1, 1])
    return tf.tile(rows, [1, shape[1]])


@arg.checked(
    model=arg.instance(
        NoisyClassifier, "a network of this module", classes=lambda model: model.sizes[-1]
    ),
    labeled=arg.pixels(INPUT_SIZE),
    labels=arg.indices("n", "classes"),
    unlabeled=arg.pixels(INPUT_SIZE, "n_unlabeled"),
    updates=arg.integer(1),
    learning_rate=RATE,
    seed=SEED,
    watched=arg.optional(
        arg.tuple_of(arg.pixels(INPUT_SIZE, "n_watched"), arg.indices("n_watched", "classes"))
    ),
)
def fit_both(
    model, labeled, labels, unlabeled, *, updates, learning_rate=0.002, seed=0, watched=None
):
    """Train a network of this module; return the ordinary classifier that it becomes.

    Every update uses 50 labeled and 200 unlabeled images. The learning rate falls to 0 along a
    straight line. An interrupt (the stop button) ends training when the current update is done. If
    somebody watches, the network is then what it has become so far; otherwise KeyboardInterrupt is
    raised.

    Parameters
    ----------
    model : NoisyClassifier
    labeled : numpy.ndarray of uint8, shape (n, 784), 0 to 255
    labels : numpy.ndarray of int, shape (n,)
    unlabeled : numpy.ndarray of uint8, shape (n_unlabeled, 784)
    updates : int
    learning_rate : float
        At the start, of Adam.
    seed : int
        Determines the order of the images. The initial weights and the noise follow from
        ``keras.utils.set_random_seed``: call it before the model is made.
    watched : (numpy.ndarray of uint8, numpy.ndarray of int), optional
        Images, shape (n_watched, 784), and their classes. How many of them are named correctly is
        measured a dozen times and shown.

    Returns
    -------
    keras.Model

    Raises
    ------
    KeyboardInterrupt
        If training is interrupted and nothing is watched.
    """
    decay = keras.optimizers.schedules.PolynomialDecay(learning_rate, updates, 0.0)
    model.compile(keras.optimizers.Adam(decay), jit_compile=False)
    few = _batches((labeled, np.asarray(labels, np.int32)), seed, LABELED_BATCH)
    many = _batches((unlabeled,), seed, UNLABELED_BATCH)
    both = tf.data.Dataset.zip(few, many).map(lambda few, many: (*few, *many)).prefetch(2)
    calibration, stop_button = data.scale(unlabeled[:CALIBRATION]), progress.StopButton()
    callbacks = [stop_button] if watched is None else [Watch(calibration, *watched), stop_button]
    with stop_button:
        try:
            model.fit(both, steps_per_epoch=updates, shuffle=False, verbose=0, callbacks=callbacks)
        except KeyboardInterrupt:
            stop_button.press()
    classifier = model.classifier(calibration)
    release(model)
    if watched is not None:
        callbacks[0].finish()
    elif stop_button.presses:
        raise KeyboardInterrupt
    return classifier


class Watch(keras.callbacks.Callback):
    """Show a progress bar and, while a network of this module trains, its accuracy.

    Parameters
    ----------
    calibration : numpy.ndarray of float32, shape (n, 784)
        The images of `NoisyClassifier.classifier`.
    images : numpy.ndarray of uint8, shape (n_watched, 784)
    labels : numpy.ndarray of int, shape (n_watched,)
    """

    def __init__(self, calibration, images, labels):
        super().__init__()
        self.calibration, self.images, self.labels = calibration, images, labels
        self.percent = {}

    def on_train_begin(self, logs=None):
        n = self.params["steps"]
        self.due = {round(n * part / N_MEASURED) for part in range(1, N_MEASURED + 1)}
        self.classifier, self.updates = self.model.classifier(self.calibration), 0
        self.bar = progress.BarAndFigure(n, "Progress bar and accuracy, live while the cell runs.")

    def on_train_batch_end(self, batch, logs=None):
        self.updates += 1
        self.bar.on_train_batch_end(batch)
        if self.updates in self.due:
            self.classifier.set_weights(self.model.dense_weights(self.calibration))
            self.percent[self.updates] = 100 * accuracy(self.classifier, self.images, self.labels)
            self.bar.draw(self._figure())

    def finish(self):
        """Leave the figure where the bar was."""
        self.bar.hide()
        if self.percent and get_ipython():
            display(self._figure())

    def _figure(self):
        name, title = "test accuracy", f"{type(self.model).__name__}: accuracy while it trains"
        updates, percent = list(self.percent), list(self.percent.values())
        return show.curves(
            updates, {name: percent}, title, "updates", "accuracy in %", xscale="linear"
        )


def _batches(arrays, seed, size):
    """Return an endless series of batches of images and labels, reshuffled in each round."""
    constants = [tf.constant(array) for array in arrays]

    def gather(rows):
        images, *labels = (tf.gather(array, rows) for array in constants)
        return tf.cast(images, tf.float32) / 255, *labels

    rows = tf.data.Dataset.range(len(arrays[0])).shuffle(len(arrays[0]), seed).repeat()
    return rows.batch(size).map(gather).with_options(without_autotune())
