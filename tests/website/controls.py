"""Use each control of the widgets in a page, and see which of them do nothing."""

# What one can use in a widget, and how it looks. A control's own look does not count, nor what only
# a screen reader is told after a rest.
INSPECT = """globalThis.inspect ??= {
    USED: 'input, select, button, summary, canvas.ae-pad, canvas.ae-map',
    views: () => [...document.querySelectorAll('.widget-view')],
    controls: number => [...inspect.views()[number].querySelectorAll(inspect.USED)]
        .filter(control => control.checkVisibility()),
    name: control => [
        control.localName, control.type, control.ariaLabel || control.value || control.textContent,
        control.closest('label')?.textContent.trim().slice(0, 40),
    ].filter(Boolean).join(' '),
    texts(view, but) {
        const left = node => but.contains(node) || node.parentElement.closest('.ae-said');
        const walker = document.createTreeWalker(view, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walker.nextNode()) found.push(walker.currentNode);
        return found.filter(node => !left(node)).map(node => node.data);
    },
    look(number, control) {
        const own = inspect.views()[number], all = name => [...own.querySelectorAll(name)];
        return JSON.stringify([
            inspect.views().map(view => inspect.texts(view, control.closest('label') ?? control)),
            [...document.querySelectorAll('details')].map(details => details.open),
            all('canvas').map(canvas => canvas.toDataURL()),
            all('[aria-pressed]').map(button => button.ariaPressed),
            all('svg, .ae-marker, img').map(drawn => drawn.outerHTML),
        ]);
    },
    take(number, at) {
        inspect.control = inspect.controls(number)[at];
        inspect.control.scrollIntoView({block: 'center', behavior: 'instant'});
        for (const line of inspect.views()[number].querySelectorAll('[role=status]'))
            line.textContent = '';  // the same may be said again
        inspect.before = inspect.look(number, inspect.control);
        inspect.number = number;
        const {localName, type, disabled, value, max, step, selectedIndex} = inspect.control;
        const {x, y, width, height} = inspect.control.getBoundingClientRect();
        return {
            name: inspect.name(inspect.control), kind: type || localName,
            disabled: Boolean(disabled), chosen: inspect.control.ariaPressed === 'true',
            middle: [Math.round(x + width / 2), Math.round(y + height / 2)],
            arrows: inspect.control.tabIndex >= 0,
            last: type === 'range'
                ? Number(value) >= Number(max) - step / 2
                : selectedIndex === inspect.control.length - 1,
        };
    },
    changes: patience => new Promise(done => {
        const end = performance.now() + patience;
        const ask = () => {
            if (inspect.look(inspect.number, inspect.control) !== inspect.before) done(true);
            else if (performance.now() > end) done(false);
            else requestAnimationFrame(ask);
        };
        ask();
    }),
}, true"""
KEYS = {  # that change what is chosen: usually, and if it is the last one
    "range": ("End", "Home"),
    "select-one": ("ArrowDown", "ArrowUp"),
}


def wake(tab):
    """Bring all widgets of a page to life; return for each the number of its controls."""
    tab.value(INSPECT)
    tab.value("document.querySelectorAll('details.solution').forEach(fold => (fold.open = true))")
    n = tab.value("inspect.views().length")
    for number in range(n):
        tab.value(f"inspect.views()[{number}].scrollIntoView({{behavior: 'instant'}})")
        tab.wait_until(f"inspect.views()[{number}].childElementCount > 0")
        tab.wait_until(f"inspect.views()[{number}].textContent.trim() !== ''")
    # A picture that comes late moves what is below it, away from where it is about to be clicked.
    tab.value("[...document.images].forEach(image => (image.loading = 'eager'))")
    tab.wait_until("[...document.images].every(image => image.complete)")
    return [tab.value(f"inspect.controls({number}).length") for number in range(n)]


def dead(tab, patience=10_000):
    """Use each control of a page; return "widget: control" for those that do nothing.

    Each has so many milliseconds for it. One that is disabled has to do something after a stroke on
    the pad beside it. What is chosen already need not do anything.
    """
    found = []
    for number, n in enumerate(wake(tab)):
        assert n > 0, f"widget {number} has no control"
        for at in range(n):
            control = tab.value(f"inspect.take({number}, {at})")
            pad = f"inspect.views()[{number}].querySelector('canvas.ae-pad')"
            if control["disabled"] and tab.value(f"{pad} !== null"):
                tab.drag(pad)
                control = tab.value(f"inspect.take({number}, {at})")
            if control["chosen"]:
                continue
            if control["disabled"]:
                found.append(f"widget {number}: {control['name']}")
                continue
            for act in uses(tab, control):
                act()
                if not tab.value(f"inspect.changes({patience})"):
                    found.append(f"widget {number}: {control['name']}")
                tab.value(f"inspect.take({number}, {at})")
    return found


def uses(tab, control):
    """Return what can be done with a control, as functions."""
    kind = control["kind"]
    if kind == "canvas":
        pointer = [lambda: tab.drag("inspect.control")]
        return pointer + [lambda: press(tab, "ArrowRight")] * control["arrows"]
    if kind in KEYS:
        return [lambda: press(tab, KEYS[kind][control["last"]])]
    return [lambda: tab.click(*control["middle"])]


def press(tab, key):
    tab.value("inspect.control.focus()")
    tab.press(key)
