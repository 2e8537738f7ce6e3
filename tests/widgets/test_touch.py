"""Draw, Map, Morph and Spoil: networks run in the page, without a kernel."""

from aehelpers import data, learn, networks, theory, widgets
from aehelpers.learn.memory import keras
from aehelpers.networks import ACTIVATIONS
from aehelpers.widgets.script import script
import numpy as np
from playwright.sync_api import expect
import pytest

from tests.page_checks import drag, in_chromium, swipe
from tests.widgets.common import in_base64, mount, shown
from tools.lab import watched_page

(TRAINING, _), (IMAGES, LABELS) = data.load("mnist")
IMAGES = IMAGES.reshape(-1, 784)
DIGITS = data.class_names("mnist")
PCA = theory.principal_components(TRAINING[:3000].reshape(-1, 784))
keras.utils.set_random_seed(0)
MODEL = learn.build_autoencoder(3, (16,), "elu", None, "sigmoid")
FLAT = networks.pca(PCA, 2)


MADE = {
    "Draw": lambda: widgets.Draw({"k = 3": MODEL}, IMAGES[:50]),
    "Map": lambda: widgets.Map({"PCA": FLAT}, IMAGES[:50], LABELS[:50], DIGITS),
    "Morph": lambda: widgets.Morph({"k = 3": MODEL}, IMAGES[:50]),
    "Spoil": lambda: widgets.Spoil({"network": MODEL}, IMAGES[:50], PCA),
}


def decoded(code):
    return 255 * np.asarray(learn.decoder_of(MODEL)(np.float32(code)))[0]


def encoded(image):
    return np.asarray(learn.encoder_of(MODEL)(data.scale(image[np.newaxis])))


# --- In Python ---


def test_what_is_usual_is_computed_from_the_images():
    made = MADE["Draw"]()
    (network,) = made.networks
    assert network["encodes"] == 2
    codes = np.asarray(learn.encoder_of(MODEL)(data.scale(IMAGES[:50])))
    np.testing.assert_allclose(
        network["ranges"], 1.2 * np.stack([codes.min(axis=0), codes.max(axis=0)]).T, atol=2e-3
    )
    usual = learn.reconstruction_loss(MODEL, IMAGES[:50])
    assert network["loss"] == pytest.approx(usual, rel=1e-3)
    assert np.frombuffer(made.images, np.uint8).reshape(-1, 784).shape == (50, 784)


def test_sliders_of_a_code_between_0_and_1_stay_between_them():
    bounded = learn.build_autoencoder(2, (), "elu", "sigmoid", "sigmoid")
    ((left, right), _) = widgets.Draw({"k = 2": bounded}, IMAGES[:50]).networks[0]["ranges"]
    assert left == 0 < right <= 1


def test_a_map_goes_as_far_as_the_codes_and_knows_its_empty_cells():
    (network,) = widgets.Map({"PCA": FLAT}, IMAGES).networks
    codes = FLAT.encode(data.scale(IMAGES))
    (left, right), (bottom, top) = network["extent"]
    inside = (codes[:, 0] >= left) & (codes[:, 0] <= right)
    inside &= (codes[:, 1] >= bottom) & (codes[:, 1] <= top)
    assert 0.97 < inside.mean() < 1
    cells = np.reshape(network["empty"], (15, 15))
    column = ((codes[inside, 0] - left) / (right - left) * 15).astype(int).clip(0, 14)
    row = ((top - codes[inside, 1]) / (top - bottom) * 15).astype(int).clip(0, 14)
    assert not cells[row, column].any()
    assert cells.sum() == 225 - len({*zip(row, column)})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Draw", "What the networks make of images. 8 images in each of 2 rows"),
        ("Map", "From the bottom left of the map to its top right. 8 images in each of 1 row"),
        ("Morph", "From one image to another. 8 images in each of 2 rows"),
        ("Spoil", "with noise of sigma 0.5. 8 images in each of 3 rows"),
    ],
)
def test_without_a_kernel_there_is_a_still_figure(name, words):
    bundle, _ = MADE[name]().still()
    assert words in bundle["text/plain"]
    assert "<p>Run this cell to " in bundle["text/html"]


def test_wrong_arguments_are_refused_by_name():
    with pytest.raises(ValueError, match=r"autoencoders\['a'\] has a code of 3; expected 2"):
        widgets.Map({"a": MODEL}, IMAGES[:50])
    with pytest.raises(ValueError, match="labels goes from 0 to 9; expected 0 to 1"):
        widgets.Map({"a": FLAT}, IMAGES[:50], LABELS[:50], ["0", "1"])
    with pytest.raises(ValueError, match="images has 1 row; expected at least 2"):
        widgets.Morph({"a": MODEL}, IMAGES[:1])
    with pytest.raises(ValueError, match=r"networks and images have 3,\d+,\d+ bytes; expected at"):
        widgets.Draw({"a": learn.build_autoencoder(1000, ())}, IMAGES[:50])


# --- In a browser ---

FORWARD = """async ([source, layers, weights, images]) => {
    const url = `data:text/javascript;base64,${source}`;
    const { readNetwork, forward } = await import(url);
    const bytes = Uint8Array.from(atob(weights), letter => letter.charCodeAt(0));
    const network = readNetwork(layers, new DataView(bytes.buffer));
    return images.map(image => [...forward(network, Float32Array.from(image))]);
}"""


def spoken(page, text):
    """Wait until a screen reader was told a text."""
    page.locator(".ae-said", has_text=text).wait_for(state="attached")


@in_chromium
class TestInABrowser:
    def test_outputs_are_those_of_keras(self, page):
        code = in_base64((script("network.js") + "\nexport { readNetwork, forward };").encode())
        images = data.scale(IMAGES[:20])
        keras.utils.set_random_seed(3)
        for activation in ACTIVATIONS:
            model = keras.Sequential([keras.Input((784,))])
            for size, name in ((64, "first"), (7, "essence"), (64, "third"), (784, "last")):
                layer = dict(bias_initializer="random_normal", name=name)
                model.add(keras.layers.Dense(size, activation, **layer))
            made = widgets.Draw({"network": model}, IMAGES[:20])
            layers, weights = made.networks[0]["layers"], in_base64(made.weights[0])
            found = page.evaluate(FORWARD, [code, layers, weights, images.tolist()])
            expected = np.asarray(model(images))
            np.testing.assert_allclose(found, expected, atol=2e-3, err_msg=activation)

    def test_draw_codes_and_decodes_as_keras_does_an_image_or_a_code_that_was_changed(self, page):
        mount(page, MADE["Draw"]())
        np.testing.assert_array_equal(shown(page, "what the networks get"), IMAGES[0])
        expected = decoded(encoded(IMAGES[0]))
        np.testing.assert_allclose(shown(page, "reconstruction"), expected, atol=2)
        slider = page.get_by_role("slider", name="k = 3, h2")
        slider.focus()
        page.keyboard.press("End")  # only the decoder answers
        code = encoded(IMAGES[0]).copy()
        code[0, 1] = float(slider.input_value())
        assert code[0, 1] == pytest.approx(float(slider.get_attribute("max")), abs=1e-3)
        np.testing.assert_allclose(shown(page, "reconstruction"), decoded(code), atol=2)
        expect(page.locator(".ae-loss")).to_contain_text("times that of a usual image")
        spoken(page, "k = 3: loss")
        page.get_by_role("button", name="Next image").click()
        np.testing.assert_array_equal(shown(page, "what the networks get"), IMAGES[1])
        for _ in range(2):
            page.get_by_role("button", name="Previous image").click()
        np.testing.assert_array_equal(shown(page, "what the networks get"), IMAGES[49])

    def test_what_is_drawn_gets_size_and_place_of_the_data(self, page):
        mount(page, MADE["Draw"]())
        like_data = page.get_by_label("size and place as in the data")
        assert like_data.is_disabled()  # an image of the data has both already
        page.get_by_role("button", name="Clear").click()
        assert not shown(page, "what the networks get").any()
        corner, end = (0.1, 0.3), (0.25, 0.3)
        for line in ((0.1, 0.1), corner), (corner, end):  # an L
            drag(page, page.locator("canvas.ae-pad"), *line)
        drawn = shown(page, "what the networks get").reshape(28, 28)
        rows = np.flatnonzero(drawn.max(axis=1) > 50)
        assert 18 <= np.ptp(rows) + 1 <= 21
        for axis in (0, 1):  # where the centre of mass is, to a pixel; that of its box is elsewhere
            assert abs(np.average(np.arange(28), weights=drawn.sum(axis=axis)) - 13.5) <= 0.6
        like_data.uncheck()
        as_it_is = shown(page, "what the networks get").reshape(28, 28)
        assert np.flatnonzero(as_it_is.max(axis=1) > 50).max() < 12
        for _ in range(2):
            page.get_by_role("button", name="Undo").click()
        assert not shown(page, "what the networks get").any()

    def test_the_point_of_a_map_is_dragged_and_moved_by_keys(self, page):
        mount(page, MADE["Map"]())
        (network,) = MADE["Map"]().networks
        (left, right), (bottom, top) = network["extent"]
        canvas = page.locator("canvas.ae-map")
        place = page.locator(".ae-place")
        codes = FLAT.encode(data.scale(IMAGES[:50]))
        expect(place).to_have_text(f"h1 = {codes[0, 0]:.2f}, h2 = {codes[0, 1]:.2f}")
        drag(page, canvas, (0.2, 0.2), (0.5, 0.25))
        middle = np.array([(left + right) / 2, bottom + 0.75 * (top - bottom)])
        found = [float(part.split(" = ")[1]) for part in place.text_content().split(", ")]
        np.testing.assert_allclose(found, middle, atol=0.05)
        expected = 255 * FLAT.decode(np.float32([found]))[0].clip(0, 1)
        np.testing.assert_allclose(shown(page, "decoded"), expected, atol=3)
        nearest = np.argmin(((codes - found) ** 2).sum(axis=1))
        caption = DIGITS[LABELS[nearest]]
        np.testing.assert_array_equal(shown(page, caption), IMAGES[nearest])
        canvas.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowUp")
        moved = [float(part.split(" = ")[1]) for part in place.text_content().split(", ")]
        assert moved[0] > found[0]
        assert moved[1] > found[1]
        spoken(page, f"nearest images: {caption}")
        before = canvas.evaluate("canvas => canvas.toDataURL()")
        page.get_by_label("the codes of the images").uncheck()
        assert canvas.evaluate("canvas => canvas.toDataURL()") != before

    def test_morph_goes_through_the_pixels_and_through_the_code(self, page):
        mount(page, MADE["Morph"]())
        both = data.scale(IMAGES[:2])
        for key, share in (("Home", 0), ("End", 1)):
            page.get_by_role("slider").focus()
            page.keyboard.press(key)
            np.testing.assert_allclose(shown(page, "in the pixels"), 255 * both[share], atol=1)
            expected = decoded(encoded(IMAGES[share]))
            np.testing.assert_allclose(shown(page, "in the code, k = 3"), expected, atol=2)
        page.get_by_role("slider").fill("0.5")
        np.testing.assert_allclose(shown(page, "in the pixels"), 255 * both.mean(axis=0), atol=1)
        halfway = (encoded(IMAGES[0]) + encoded(IMAGES[1])) / 2
        np.testing.assert_allclose(shown(page, "in the code, k = 3"), decoded(halfway), atol=2)
        page.get_by_role("button", name="to: next image").click()
        np.testing.assert_array_equal(shown(page, "to"), IMAGES[2])
        spoken(page, "50 % of the way")

    def test_what_spoils_an_image_and_what_takes_it_out(self, page):
        mount(page, MADE["Spoil"]())
        lines = page.locator(".ae-loss")
        mse = lambda way: float(lines.nth(way).text_content().removeprefix("MSE "))  # noqa: E731
        assert 0.2 < mse(0) < 0.3  # sigma squared
        first = mse(0)
        page.get_by_role("button", name="Fresh noise").click()
        assert mse(0) != first
        page.get_by_role("slider", name="sigma of the noise").fill("0")
        np.testing.assert_array_equal(shown(page, "output"), IMAGES[0])
        assert mse(0) == 0
        clean = data.scale(IMAGES[:1])
        for way, output in ((1, theory_denoised(clean, 0)), (2, np.asarray(MODEL(clean)))):
            assert mse(way) == pytest.approx(np.mean((output - clean) ** 2), abs=2e-4)
        pad = page.locator("canvas.ae-pad")
        before = pad.evaluate("pad => pad.toDataURL()")
        page.get_by_role("combobox", name="brush").select_option("black, 8 × 8")
        assert pad.evaluate("pad => pad.toDataURL()") != before  # its outline
        drag(page, pad, (0.5, 0.5))
        block = IMAGES[0].reshape(28, 28).copy()
        block[10:18, 10:18] = 0
        np.testing.assert_array_equal(shown(page, "output"), block.ravel())
        masked = data.scale(block.reshape(1, 784))
        np.testing.assert_allclose(
            shown(page, "output", 1), 255 * theory_denoised(masked, 0)[0].clip(0, 1), atol=3
        )
        page.get_by_role("combobox", name="brush").select_option("noise, 5 × 5")
        pad.focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Space")
        changed = shown(page, "output").reshape(28, 28) != block
        assert changed.any()
        assert {*np.argwhere(changed)[:, 0]} <= {12, 13, 14, 15, 16, 17}
        page.get_by_role("button", name="Start again").click()
        np.testing.assert_array_equal(shown(page, "output"), IMAGES[0])
        page.get_by_role("button", name="Next image").click()
        np.testing.assert_array_equal(shown(page, "output"), IMAGES[1])
        spoken(page, "nothing done: MSE 0.0000")

    def test_a_finger_draws_and_drags(self, browser):
        with watched_page(browser, has_touch=True, viewport={"width": 390, "height": 844}) as page:
            mount(page, MADE["Draw"]())
            page.get_by_role("button", name="Clear").click()
            page.get_by_label("size and place as in the data").uncheck()
            swipe(page, page.locator("canvas.ae-pad"))
            drawn = shown(page, "what the networks get").reshape(28, 28)
            assert np.ptp(np.flatnonzero(drawn.max(axis=1) > 50)) > 12  # to its end
            mount(page, MADE["Map"]())
            swipe(page, page.locator("canvas.ae-map"))
            _, (bottom, top) = MADE["Map"]().networks[0]["extent"]
            place = page.locator(".ae-place").text_content()
            assert float(place.rpartition(" = ")[2]) < (bottom + top) / 2

    def test_a_browser_without_canvas_says_so(self, page):
        page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
        page.goto("about:blank")
        for name in MADE:
            mount(page, MADE[name]())
            assert "This browser cannot draw on a canvas" in page.inner_text("body")


def theory_denoised(noisy, sigma):
    W, b = theory.best_affine_denoiser(PCA, sigma)
    return noisy @ W + b
