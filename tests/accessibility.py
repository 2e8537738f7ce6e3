"""What keeps people out of a page: found by axe-core, and by what a keyboard reaches."""

from axe_playwright_python.sync_playwright import Axe

OURS = [".jp-RenderedMarkdown", ".jp-OutputArea-output"]  # not the toolbars of JupyterLab
GRAVE = ("serious", "critical")

# What front ends add inside our outputs, and we cannot change: rule and part of the selector.
FOREIGN = {}


def violations(page):
    """Return the serious violations in the notebook's own content, a line each."""
    parts = [part for part in OURS if page.locator(part).count()]
    found = Axe().run(page, context={"include": [[part] for part in parts]}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
        if FOREIGN.get(rule["id"], "\0") not in node["html"]
    ]


def check_accessible(page):
    """Fail on serious violations, and on controls that have no name or that no key reaches."""
    assert violations(page) == []
    controls = page.locator(
        ".jp-OutputArea-output :is(.noUi-handle, select, button, input, textarea):visible"
    )
    for control in controls.all():
        name = control.evaluate(
            "c => c.getAttribute('aria-label') || c.labels?.[0]?.textContent || c.textContent "
            "|| c.title || (c.id && document.querySelector(`label[for=${c.id}]`)?.textContent)"
        )
        assert name, control.evaluate("c => c.outerHTML")
        assert control.evaluate("c => c.tabIndex") >= 0, name
        control.focus()
        assert control.evaluate("c => document.activeElement === c"), name
