"""What keeps people out of a page: found by axe-core, and by what a keyboard reaches."""

import re

from axe_playwright_python.sync_playwright import Axe

OUTPUTS = ".jp-OutputArea-output"
OURS = [".jp-RenderedMarkdown", OUTPUTS]  # not the toolbars of JupyterLab
GRAVE = ("serious", "critical")
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


def violations(page):
    """Return the serious violations in the notebook's own content, a line each."""
    parts = [part for part in OURS if page.locator(part).count()]
    found = Axe().run(page, context={"include": [[part] for part in parts]}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


def nameless(page):
    """Return the roles of visible controls to which the browser gives no name."""
    outputs = page.locator(OUTPUTS)
    return [
        role
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


def check_accessible(page):
    """Fail on serious violations, and on controls that have no name or that no key reaches."""
    found = violations(page)
    assert found == [], found
    assert nameless(page) == []
    assert unreached(page) == []
