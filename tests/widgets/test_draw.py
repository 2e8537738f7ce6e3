"""A drawing goes through the networks in the browser, without a kernel."""

import base64

from aehelpers import data, learn, widgets
from aehelpers.learn.memory import keras
from aehelpers.widgets.network import ACTIVATIONS, export
from aehelpers.widgets.script import script
import numpy as np
from playwright.sync_api import expect
import pytest

from tools.lab import chromium, headless_browser, watched_page

IMAGES = data.load("mnist")[1][0].reshape(-1, 784)
in_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]


def small_autoencoder(code_size=3, seed=0):
    keras.utils.set_random_seed(seed)
    return learn.build_autoencoder(code_size, (16,), "elu", None, "sigmoid")


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_network_is_exported_layer_by_layer(activation):
    inputs = keras.Input((5,))
    inside = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation)])
    network = keras.Model(inputs, inside(keras.layers.Dense(4, use_bias=False)(inputs)))
    layers, weights = export(network)
    shapes = [(layer["inputs"], layer["units"], layer["activation"]) for layer in layers]
    assert shapes == [(5, 4, "linear"), (4, 3, activation)]
    numbers = np.frombuffer(weights, "<f2")
    assert len(numbers) == 5 * 4 + 4 + 4 * 3 + 3
    np.testing.assert_allclose(numbers[:20], np.ravel(network.layers[1].kernel), rtol=1e-3)
    assert not numbers[20:24].any()


def one_layer(layer):
    return keras.Sequential([keras.Input((4,)), layer])


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (one_layer(keras.layers.Dense(2, "tanh", name="odd")), "activation of layer odd is 'tanh'"),
        (one_layer(keras.layers.Dropout(0.5, name="drop")), "layer drop is a Dropout; expected De"),
        (keras.Sequential([keras.Input((2000,)), keras.layers.Dense(1001)]), "2,003,001 weights"),
        (
            one_layer(
                keras.layers.Dense(
                    2,
                    kernel_initializer="zeros",
                    bias_initializer=keras.initializers.Constant(1e5),
                    name="large",
                )
            ),
            "layer large has weights that are NaN or too large for 16 bits",
        ),
    ],
)
def test_a_network_that_cannot_be_exported_is_refused_by_name(network, words):
    with pytest.raises(ValueError, match=words):
        export(network)


def test_what_is_usual_is_computed_from_the_images():
    autoencoder = small_autoencoder()
    made = widgets.Draw({"k = 3": autoencoder}, IMAGES[:50])
    (network,) = made.networks
    assert network["encodes"] == 2
    codes = np.asarray(learn.encoder_of(autoencoder)(data.scale(IMAGES[:50])))
    np.testing.assert_allclose(network["span"], np.abs(codes).max(axis=0), atol=1e-3)
    assert network["loss"] == learn.reconstruction_loss(autoencoder, IMAGES[:50])
    assert np.frombuffer(made.images, np.uint8).reshape(-1, 784).shape == (50, 784)


def test_without_a_kernel_there_is_a_still_figure():
    bundle, _ = widgets.Draw({"k = 3": small_autoencoder()}, IMAGES[:50]).still()
    assert "row 1: images; row 2: k = 3" in bundle["text/plain"]
    assert "Run this cell to draw an image of your own" in bundle["text/html"]


# --- In a browser, on a page of its own ---

MOUNT = """async ([source, state]) => {
    const { default: widget } = await import(`data:text/javascript;base64,${source}`);
    const view = text => {
        const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
        return new DataView(bytes.buffer);
    };
    const values = {...state, weights: view(state.weights), images: view(state.images)};
    const el = document.body.appendChild(document.createElement('div'));
    widget.render({ model: { get: name => values[name], on: () => {} }, el });
}"""
PIXELS = """canvas => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]
    .filter((_, i) => i % 4 === 0)"""
FORWARD = """async ([source, layers, weights, images]) => {
    const url = `data:text/javascript;base64,${source}`;
    const { readNetworks, forward } = await import(url);
    const bytes = Uint8Array.from(atob(weights), letter => letter.charCodeAt(0));
    const [network] = readNetworks([layers], new DataView(bytes.buffer));
    return images.map(image => [...forward(network, Float32Array.from(image))]);
}"""


def in_base64(content):
    return base64.b64encode(content).decode("ascii")


@pytest.fixture(scope="module")
def browser():
    with headless_browser() as browser:
        yield browser


@pytest.fixture
def page(browser):
    with watched_page(browser) as page:
        page.set_viewport_size({"width": 1000, "height": 900})
        yield page


class TestInABrowser:
    pytestmark = in_chromium

    @pytest.mark.parametrize("activation", ACTIVATIONS)
    def test_the_outputs_are_those_of_keras(self, page, activation):
        keras.utils.set_random_seed(3)
        sizes = (784, 64, 7, 64, 784)
        network = keras.Sequential([keras.Input((784,))])
        for size in sizes[1:]:
            network.add(keras.layers.Dense(size, activation, bias_initializer="random_normal"))
        images = data.scale(IMAGES[:100])
        layers, weights = export(network)
        code = script("network.js") + "\nexport { readNetworks, forward };"
        found = page.evaluate(
            FORWARD, [in_base64(code.encode()), layers, in_base64(weights), images.tolist()]
        )
        np.testing.assert_allclose(found, np.asarray(network(images)), atol=2e-3)

    def mount(self, page, autoencoders, n=50):
        page.set_content("<!doctype html><title>Draw</title>")
        made = widgets.Draw(autoencoders, IMAGES[:n])
        state = {
            "networks": made.networks,
            "weights": in_base64(made.weights),
            "images": in_base64(made.images),
        }
        page.evaluate(MOUNT, [in_base64(widgets.Draw._esm.encode()), state])
        page.add_style_tag(content=str(made._css))

    def test_a_test_image_is_coded_and_decoded_as_in_keras(self, page):
        autoencoder = small_autoencoder()
        self.mount(page, {"k = 3": autoencoder})
        given, output = (
            page.locator("canvas.ae-image").nth(0),
            page.locator("canvas.ae-image").nth(1),
        )
        np.testing.assert_array_equal(given.evaluate(PIXELS), IMAGES[0])
        expected = 255 * np.asarray(autoencoder(data.scale(IMAGES[:1])))[0]
        np.testing.assert_allclose(output.evaluate(PIXELS), expected, atol=2)
        page.get_by_role("button", name="Next image").click()
        np.testing.assert_array_equal(given.evaluate(PIXELS), IMAGES[1])
        page.get_by_role("button", name="Previous image").click()
        page.get_by_role("button", name="Previous image").click()
        np.testing.assert_array_equal(given.evaluate(PIXELS), IMAGES[49])

    def test_what_is_drawn_gets_size_and_place_of_the_data(self, page):
        self.mount(page, {"k = 3": small_autoencoder()})
        page.get_by_role("button", name="Clear").click()
        given = page.locator("canvas.ae-image").first
        assert not np.any(given.evaluate(PIXELS))
        box = page.locator("canvas.ae-pad").bounding_box()
        page.mouse.move(box["x"] + 30, box["y"] + 30)  # a short line in a corner
        page.mouse.down()
        page.mouse.move(box["x"] + 30, box["y"] + 90, steps=5)
        page.mouse.up()
        drawn = np.reshape(given.evaluate(PIXELS), (28, 28))
        rows = np.flatnonzero(drawn.max(axis=1) > 50)
        assert 18 <= np.ptp(rows) + 1 <= 21
        assert abs(np.average(np.arange(28), weights=drawn.sum(axis=0)) - 13.5) <= 1
        page.get_by_role("button", name="Undo").click()
        assert not np.any(given.evaluate(PIXELS))

    def test_a_number_of_the_code_can_be_changed_and_only_the_decoder_answers(self, page):
        autoencoder = small_autoencoder()
        self.mount(page, {"k = 3": autoencoder})
        slider = page.get_by_role("slider", name="k = 3, h2")
        slider.focus()
        page.keyboard.press("End")
        code = np.asarray(learn.encoder_of(autoencoder)(data.scale(IMAGES[:1]))).copy()
        code[0, 1] = float(slider.input_value())
        expected = 255 * np.asarray(learn.decoder_of(autoencoder)(code))[0]
        output = page.locator("canvas.ae-image").nth(1)
        np.testing.assert_allclose(output.evaluate(PIXELS), expected, atol=2)
        expect(page.locator(".ae-loss")).to_contain_text("times that of a usual image")
        page.locator(".ae-status", has_text="k = 3: loss").wait_for(state="attached")
