"""How far training is from the machine's limit, and where the rest of the time goes.

usage: python -m benchmarks.limit        (Linux; 1 minute)

The floor of an update: its floating-point operations, counted, over the largest rate of a float32
matrix product that this machine shows here. The network has the article's layer sizes. The parts
of an update are timed alone, in turns, so that whatever else the machine does meets all of them;
the least mean of a few turns counts. In a training it is the median time between two updates.
"""

from collections.abc import Callable
import itertools
import json
import statistics
import sys
import time

from benchmarks import common

COMMAND = "python -m benchmarks.limit"
SIZES = (784, 512, 256, 128, 64, 128, 256, 512, 784)
PRODUCTS = ((1024, 784, 512), (2048, 2048, 2048))
BATCHES = (256, 1024)
TURNS, CALLS = 6, 8
UPDATES = {256: 150, 1024: 60}  # of the training that is timed


def operations(sizes: tuple, images: int) -> int:
    """Count the floating-point operations of one round through so many images.

    A product of (n, a) and (a, b) has 2 n a b of them, a multiplication and an addition each. A
    dense layer needs three products: its outputs, the gradient of its weights and, for all layers
    but the first, the gradient of its inputs. Biases, activations, the loss and the optimizer are
    not counted.
    """
    products = [a * b for a, b in itertools.pairwise(sizes)]
    return 2 * images * (3 * sum(products) - products[0])


def runs() -> list[dict]:
    """Return what is measured, each in a process of its own."""
    return [{"batch": batch, "xla": xla} for batch in BATCHES for xla in (False, True)]


def measure(run: dict) -> dict:
    """Return the floor of an update and the time of its parts, in milliseconds."""
    parts = _parts(run["batch"], run["xla"])
    large = {shape: _product(*shape) for shape in PRODUCTS}
    seconds = least_means(parts | large)
    rates = [2 * m * k * n / seconds[m, k, n] for m, k, n in PRODUCTS]
    floor = operations(SIZES, run["batch"]) / max(rates)
    training_seconds, first = _training(run["batch"], run["xla"])
    milliseconds = {name: seconds[name] for name in parts} | {"training": training_seconds}
    return {
        "gflop": round(operations(SIZES, run["batch"]) / 1e9, 3),
        "gflop_per_s": round(max(rates) / 1e9, 1),
        "floor_ms": round(1e3 * floor, 2),
        **{f"{name}_ms": round(1e3 * value, 2) for name, value in milliseconds.items()},
        "first_update_s": round(first, 2),
        "peak_gb": common.peak_gb(),
    }


def least_means(functions: dict) -> dict:
    """Call functions in turns; return the seconds of one call of each, in its best turn."""
    for function in functions.values():
        function()  # traces and compiles
    best = dict.fromkeys(functions, float("inf"))
    for _ in range(TURNS):
        for name, function in functions.items():
            started = time.perf_counter()
            for _ in range(CALLS):
                function()
            best[name] = min(best[name], (time.perf_counter() - started) / CALLS)
    return best


def _product(m: int, k: int, n: int) -> Callable:
    import tensorflow as tf

    a, b = tf.random.normal((m, k)), tf.random.normal((k, n))
    multiply = tf.function(tf.linalg.matmul)
    return lambda: multiply(a, b).numpy()


def _parts(batch: int, xla: bool) -> dict:
    """Return functions that do a part of an update each, and wait for its end."""
    import tensorflow as tf

    images, model = _images_and_model(xla)
    x = tf.constant(images[:batch], tf.float32) / 255
    kernels = [tf.constant(layer.kernel) for layer in model.layers[1:]]

    @tf.function
    def products(x):
        outputs = [x]
        for kernel in kernels:
            outputs.append(outputs[-1] @ kernel)
        gradient, found = outputs.pop(), []
        for number, kernel in reversed(list(enumerate(kernels))):
            found.append(tf.matmul(outputs[number], gradient, transpose_a=True))
            if number:
                gradient = tf.matmul(gradient, kernel, transpose_b=True)
        return found

    @tf.function(jit_compile=xla)
    def gradients(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x) - x))
        return tape.gradient(loss, [weight.value for weight in model.trainable_weights])

    model.evaluate(x, x, verbose=0)  # builds the metrics
    model.optimizer.build(model.trainable_weights)
    update = tf.function(model.train_step, jit_compile=xla)
    pipeline = _pipeline(images, batch)
    return {
        "products": lambda: products(x)[-1].numpy(),
        "gradients": lambda: gradients(x)[-1].numpy(),
        "update": lambda: update((x, x))["loss"].numpy(),
        "pipeline": lambda: next(pipeline)[0].numpy(),
    }


def _images_and_model(xla: bool) -> tuple:
    """Return the digits and the article's network with ELU, compiled."""
    from aehelpers import models, training
    from aehelpers.backend import keras

    from benchmarks import recipes

    keras.utils.set_random_seed(0)
    model = models.build_autoencoder(
        hidden_activation="elu", code_activation=None, output_activation="sigmoid"
    )
    model.compile(training.quick_adam(0.002, 1000), "mse", jit_compile=xla)
    return recipes.flat_images("mnist")[0], model


def _pipeline(images, batch: int):
    """Return an iterator over the batches that `training.fit` gives to a model."""
    from aehelpers import training
    from aehelpers.backend import keras

    class Taker(keras.Model):
        """Keeps the batches instead of training on them."""

        def fit(self, training_set, **_):
            self.taken = iter(training_set)

    inputs = keras.Input((784,))
    taker = Taker(inputs, keras.layers.Dense(784)(inputs))
    taker.compile("sgd", "mse")
    training.fit(taker, images, epochs=1, batch_size=batch, validation_fraction=0, show=False)
    return taker.taken


def _training(batch: int, xla: bool) -> tuple[float, float]:
    """Return the median seconds between two updates of `training.fit`, and those of the first."""
    from aehelpers import training
    from aehelpers.backend import keras

    times = []

    class Clock(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            times.append(time.perf_counter())

    images, model = _images_and_model(xla)
    started = time.perf_counter()
    training.fit(
        model,
        images,
        epochs=1,
        batch_size=batch,
        updates_per_epoch=UPDATES[batch],
        validation_fraction=0,
        show=False,
        callbacks=[Clock()],
    )
    gaps = [after - before for before, after in itertools.pairwise(times)]
    return statistics.median(gaps), times[0] - started


def tables(rows: list[dict]) -> str:
    """Return the times over the floor, and where the milliseconds of an update go."""
    over, parts = [], []
    for row in rows:
        name = f"batch {row['batch']:,}, {'with' if row['xla'] else 'without'} XLA"
        times = [row[f"{part}_ms"] for part in ("products", "gradients", "update", "training")]
        over.append(
            [
                name,
                f"{row['gflop']:.2f}",
                f"{row['gflop_per_s']:.0f}",
                f"{row['floor_ms']:.1f}",
                *(f"{milliseconds / row['floor_ms']:.2f}" for milliseconds in times),
                f"{row['first_update_s']:.1f}",
            ]
        )
        steps = [row["floor_ms"], *times]
        rest = [after - before for before, after in itertools.pairwise(steps)]
        parts.append([name, f"{steps[0]:.1f}", *(f"{part:.1f}" for part in rest)])
        parts[-1] += [f"{row['training_ms']:.1f}", f"{row['pipeline_ms']:.1f}"]
    of_floor = ["", "GFLOP", "GFLOP/s", "floor ms", "products", "gradients", "update", "training"]
    columns = ["", "floor", "smaller products", "activations, loss", "Adam, metrics"]
    columns += ["pipeline, dispatch", "training", "pipeline alone"]
    return "\n\n".join(
        [
            common.table(
                "An update in times of its floor, and the seconds of the first one",
                [*of_floor, "first s"],
                over,
            ),
            common.table("Where an update's milliseconds go", columns, parts),
        ]
    )


def main() -> None:
    rows = common.collect(
        "limit", COMMAND, runs(), lambda run: common.in_own_process("benchmarks.limit", run)
    )
    print(f"\n{tables(rows)}\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(json.loads(sys.argv[1]))))
    else:
        main()
