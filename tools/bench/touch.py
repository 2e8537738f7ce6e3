"""The time from pointer event or key press to painted picture, in the widgets of notebook 0.

Measured inside a headless Chromium, while the kernel is idle and while it computes: from the time
stamp of the event to the first moment after the frame that the event led to was painted. And the
time of one forward pass of a network of 784-256-16-256-784 in the page.

Keys are pressed one by one, each after the picture of the one before. A finger is drawn over a
canvas by Chromium itself, with as many events in a second as a screen gives. Everything is done
twice, and the second time counts: in the first, much of the code is yet to be compiled. The second
line crosses the first one, so that the drawing changes as much.
"""

import base64

from aehelpers.networks import DenseNetwork, Layer
from aehelpers.widgets import Draw
from aehelpers.widgets.script import script
import numpy as np

from tools.bench.slider_latency import opened, summary, trial_of
from tools.lab import lab
from tools.notebooks import FOLDER

NAME = "00_play"
PRESSES = 60
MARGIN = 30  # CSS pixels from the edge of a canvas
SPEED = 200  # of the finger, in CSS pixels a second
ACTIONS = {  # the widget, its place among those of its kind, and what is moved in it
    "Draw, three networks": ("Draw", 1, "canvas.ae-pad"),
    "Map": ("Map", 0, "canvas.ae-map"),
    "Morph": ("Morph", 0, "input[type=range]"),
    "Spoil, brush": ("Spoil", 0, "canvas.ae-pad"),
    "Spoil, sigma": ("Spoil", 0, "input[type=range]"),
}
WATCH = """target => {
    window.painted = [];
    window.watching?.abort();
    window.watching = new AbortController();
    const measure = event => {
        if (event.type === 'pointermove' && !event.buttons) return;
        let waits = true;
        const seen = () => {
            if (!waits) return;
            waits = false;
            window.painted.push(performance.now() - event.timeStamp);
            console.log('painted');
        };
        requestAnimationFrame(() => {  // before the frame is painted
            const channel = new MessageChannel();
            channel.port1.onmessage = seen;
            channel.port2.postMessage(null);
            // While a finger moves, messages can wait until several more frames were painted.
            requestAnimationFrame(seen);
        });
    };
    const name = target.matches('input') ? 'keydown' : 'pointermove';
    target.addEventListener(name, measure, {capture: true, signal: window.watching.signal});
}"""
PAINTED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
FORWARD = """async ([source, layers, weights]) => {
    const { readNetwork, forward } = await import(`data:text/javascript;base64,${source}`);
    const bytes = Uint8Array.from(atob(weights), letter => letter.charCodeAt(0));
    const network = readNetwork(layers, new DataView(bytes.buffer));
    const image = Float32Array.from({length: 784}, Math.random);
    return Array.from({length: 200}, () => {
        const started = performance.now();
        forward(network, image);
        return performance.now() - started;
    });
}"""


def plan():
    """Return the one trial: all widgets of the notebook."""
    return [trial_of(FOLDER / f"{NAME}.ipynb")]


def measure(trial):
    """Return what is measured of each widget, the kernel idle and busy, and of a forward pass."""
    with lab() as running, opened(running, NAME) as (page, keep_busy):
        rows = [measure_action(page, action, "idle") for action in ACTIONS]
        keep_busy()
        rows += [measure_action(page, action, "busy") for action in ACTIONS]
        return {"widgets": rows, "forward_ms": round(forward_milliseconds(page), 2)}


def press(page, slider):
    """Press arrow keys, one after the other."""
    slider.focus()
    for number in range(PRESSES):
        # To ask the page would keep it from its work.
        with page.expect_console_message(lambda message: message.text == "painted"):
            page.keyboard.press("ArrowRight" if number % 2 else "ArrowLeft")


def drag(page, canvas, down):
    """Draw a finger across a canvas: to the right, and down or up."""
    box = canvas.bounding_box()
    across, along = box["width"] - 2 * MARGIN, box["height"] - 2 * MARGIN
    start = {"x": box["x"] + MARGIN, "y": box["y"] + MARGIN + (0 if down else along)}
    way = {"xDistance": across, "yDistance": along if down else -along}
    gesture = start | way | {"speed": SPEED, "gestureSourceType": "touch", "preventFling": True}
    page.context.new_cdp_session(page).send("Input.synthesizeScrollGesture", gesture)
    page.evaluate(PAINTED)


def measure_action(page, action, condition):
    """Return the milliseconds of a few dozen events in one widget."""
    widget, place, selector = ACTIONS[action]
    target = page.get_by_role("group", name=widget, exact=True).nth(place).locator(selector).first
    target.click(trial=True)  # scrolls there, and waits until the page has come to rest
    for down in (True, False):
        target.evaluate(WATCH)
        press(page, target) if "input" in selector else drag(page, target, down)
    times = np.array(page.evaluate("watching.abort(), painted"))
    return {"widget": action} | summary(condition, times)


def forward_milliseconds(page):
    """Return the median time of one forward pass."""
    sizes = [(784, 256), (256, 16), (16, 256), (256, 784)]
    names = ["encoder1", "essence", "decoder1", "reconstructed_input"]
    rng = np.random.default_rng(0)
    layers = [
        Layer(name, rng.normal(0, m**-0.5, (m, n)), np.zeros(n), "elu")
        for name, (m, n) in zip(names, sizes)
    ]
    network = DenseNetwork(layers)
    made = Draw({"network": network}, np.zeros((2, 784), np.uint8))
    source = script("network.js") + "\nexport { readNetwork, forward };"
    texts = [base64.b64encode(part).decode() for part in (source.encode(), made.weights[0])]
    times = page.evaluate(FORWARD, [texts[0], made.networks[0]["layers"], texts[1]])
    return float(np.median(times))
