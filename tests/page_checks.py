"""Pages in Chromium: how mouse and fingers use them, and what keeps people out of them."""

import re

from axe_playwright_python.sync_playwright import Axe
import pytest

from tools.lab import chromium

needs_chromium = pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")
IN_CHROMIUM = [pytest.mark.browser, needs_chromium]
OUTPUTS = ".jp-OutputArea-output"
OURS = [".jp-RenderedMarkdown", OUTPUTS]  # not the toolbars of JupyterLab
GRAVE = ("serious", "critical")
ACROSS = (0.2, 0.5), (0.5, 0.5), (0.8, 0.5)  # from the left to the right
DOWN = (0.5, 0.2), (0.5, 0.5), (0.5, 0.8)
ROLES = ("button", "checkbox", "combobox", "listbox", "radio", "slider", "spinbutton", "textbox")

OPERABLE = "select, button, input, textarea, [contenteditable=true]"

# What one can operate, and how many presses of Tab lead from the first to the last of them.
# One press leads into a group of radio buttons, where arrow keys go on.
CONTROLS = """(output, operable) => {
    const all = [...output.querySelectorAll(operable)]
        .filter(control => control.checkVisibility() && !control.disabled);
    const group = control => (control.type === 'radio' ? control.name : control);
    output.controls = all;
    output.group = group;
    return new Set(all.map(group)).size;
}"""
NOT_VISITED = """output => {
    const seen = new Set(output.visited.map(output.group));
    return output.controls
        .filter(control => control.tabIndex < 0 || !seen.has(output.group(control)))
        .map(control => control.outerHTML.slice(0, 200));
}"""


def in_chromium(test):
    """Mark a test, or a class of tests, that needs Chromium."""
    for mark in IN_CHROMIUM:
        test = mark(test)
    return test


def _places(canvas, shares):
    """Return places of the window, given as shares of the width and the height of a canvas."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in shares]


def drag(page, canvas, *shares):
    """Press the mouse at the first of some places, from 0 to 1, and drag it to the others."""
    first, *others = _places(canvas, shares or ACROSS)
    page.mouse.move(*first)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def swipe(page, canvas):
    """Move a finger down over a canvas; the page does not scroll instead."""
    touch = page.context.new_cdp_session(page)
    moves = [[{"x": x, "y": y}] for x, y in _places(canvas, DOWN)]
    for kind, points in zip(("touchStart", "touchMove", "touchMove", "touchEnd"), [*moves, []]):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def violations(page, parts=None, impacts=None):
    """Return what axe-core finds in parts of a page, and of which impact, a line each."""
    context = {"include": [[part] for part in parts]} if parts else None
    found = Axe().run(page, context=context).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        if impacts is None or rule["impact"] in impacts
        for node in rule["nodes"]
    ]


def width(page):
    """Return how wide a page is, with what one has to scroll to."""
    return page.evaluate("document.documentElement.scrollWidth")


def nameless(page):
    """Return of which roles there are visible controls to which the browser gives no name."""
    outputs = page.locator(OUTPUTS)
    return [
        f"a {role} without a name"
        for role in ROLES
        if outputs.get_by_role(role).count()
        != outputs.get_by_role(role, name=re.compile(r"\w")).count()
    ]


def unreached(page):
    """Return the controls that the Tab key does not lead to from the first one of their output."""
    missed = []
    operable = page.locator(OPERABLE).locator("visible=true")
    for output in page.locator(OUTPUTS).filter(has=operable).all():
        stops = output.evaluate(CONTROLS, OPERABLE)
        if not stops:  # all of them are switched off
            continue
        output.evaluate("output => { output.visited = []; output.controls[0].focus(); }")
        for _ in range(stops):
            output.evaluate("output => output.visited.push(document.activeElement)")
            page.keyboard.press("Tab")
        missed += output.evaluate(NOT_VISITED)
    return missed


def grave(page):
    """Return the serious violations in the notebook's own content, a line each."""
    return violations(page, [part for part in OURS if page.locator(part).count()], GRAVE)


def barriers(page):
    """Return serious violations, and the controls that have no name or that no key reaches."""
    return [*grave(page), *nameless(page), *unreached(page)]
