"""Widgets on a page of their own, without Jupyter and without a kernel."""

import base64

import numpy as np

# As Jupyter does it, a widget is in no page yet while it is rendered.
MOUNT = """async ([source, traits, buffers, place]) => {
    const { default: widget } = await import(`data:text/javascript;base64,${source}`);
    const view = text => {
        const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
        return new DataView(bytes.buffer);
    };
    for (const [name, text] of Object.entries(buffers))
        traits[name] = Array.isArray(text) ? text.map(view) : view(text);
    const el = document.createElement('div');
    el.className = 'ae-live';
    const listeners = {};
    const on = (event, act) => (listeners[event] ??= []).push(act);
    const set = (name, value) => {
        traits[name] = value;
        listeners[`change:${name}`]?.forEach(act => act());
    };
    const model = { get: name => traits[name], set, save_changes: () => {}, on };
    Object.assign(window, { traits, model, end: widget.render({ model, el }) });
    document.querySelector(place).append(el);
}"""
PIXELS = """canvas => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]
    .filter((_, i) => i % 4 === 0)"""


def in_base64(content):
    return base64.b64encode(content).decode("ascii")


def mount(page, widget, html="", place="body"):
    """Show a widget on a page with this content, in an element of it."""
    style = "<style>:root { color-scheme: light dark; }</style>"
    page.set_content(f"<!doctype html><html lang='en'><title>Widget</title>{style}<body>{html}")
    state = {name: value for name, value in widget.get_state().items() if not name.startswith("_")}
    buffers = {n: in_base64(v) for n, v in state.items() if isinstance(v, (bytes, memoryview))}
    if "weights" in state:
        buffers["weights"] = [in_base64(network) for network in state["weights"]]
    traits = {name: value for name, value in state.items() if name not in buffers}
    page.evaluate(MOUNT, [in_base64(str(widget._esm).encode()), traits, buffers, place])
    page.add_style_tag(content=str(widget._css))


def shown(page, caption, number=0):
    """Return the grey values of an image with this caption."""
    canvas = page.get_by_role("img", name=caption, exact=True).nth(number)
    return np.array(canvas.evaluate(PIXELS))
