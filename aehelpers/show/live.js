// What the widgets share: code for notebooks whose kernel may stop, or has already stopped.
//
// These functions are placed before the code of each widget. They use what JupyterLab and Notebook 7
// offer, and do nothing in front ends that lack it.

const STATE = "application/vnd.jupyter.widget-state+json";

/**
 * Return a function that tells whether this view has no kernel.
 *
 * ipywidgets adds a class to a view that has no kernel. Later it only reports that something
 * changed, which always means that the kernel is lost. (With anywidget 0.11 the class itself does
 * not change then, because anywidget removes the listeners of its view.)
 */
function watchKernel(model, el) {
  let lost = false;
  model.on("comm_live_update", () => (lost = true));
  return () => lost || el.closest(".jupyter-widgets-disconnected") !== null;
}

/**
 * Call `answer` in place of a control beside this view that would ask a kernel that is gone.
 *
 * Such controls belong to ipywidgets, in a box with the class "ae-controls" next to the view.
 *
 * @returns the function that ends this
 */
function answerForKernel(el, isAlone, answer) {
  const end = new AbortController();
  const hear = (event) => {
    const control = event.target.closest?.(".ae-controls :is(button, select)");
    if (!control || !el.closest(".widget-vbox")?.contains(control) || !isAlone()) return;
    event.stopPropagation(); // otherwise it is sent to the kernel
    answer();
  };
  for (const event of ["click", "change"])
    document.addEventListener(event, hear, { capture: true, signal: end.signal });
  return () => end.abort();
}

/** Add an empty line for a message, which a screen reader speaks as soon as it appears. */
function addStatus(parent) {
  const line = document.createElement("p");
  line.className = "ae-status";
  line.setAttribute("role", "status");
  parent.append(line);
  return line;
}

/**
 * Hide the still form above a live view.
 *
 * In Jupyter's own front ends the style next to the still form does this; see live.py.
 */
function hideStill(el) {
  if (!el.isConnected || el.closest(".jp-OutputArea")) return;
  const before = [...document.querySelectorAll(".ae-still")].filter(
    (still) => still.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  if (before.length) before.at(-1).hidden = true;
}

/** Return the states that the outputs of a notebook need: of the widgets shown and their parts. */
function neededStates(notebook, states) {
  const named = (value) =>
    [...JSON.stringify(value).matchAll(/(?:IPY_MODEL_|"model_id":")([\w-]+)/g)].map((found) => found[1]);
  const needed = new Set();
  const add = (id) => {
    if (needed.has(id) || !states[id]) return;
    needed.add(id);
    named(states[id].state).forEach(add);
  };
  named(notebook.cells.map((cell) => cell.outputs ?? [])).forEach(add);
  return Object.fromEntries(Object.entries(states).filter(([id]) => needed.has(id)));
}

/**
 * Fix three things in how JupyterLab treats the widgets of a notebook, once for each notebook.
 *
 * Its widgets notice when the kernel restarts, but not when it dies, is shut down or is replaced.
 * It saves the state only of widgets that have a kernel, so a notebook that is reopened and saved
 * would lose its widgets; here they keep the state they had. And a control that captures the arrow
 * keys also captures Ctrl+S; here keys with Ctrl or Command go to JupyterLab.
 */
function attend({ widget_manager: manager }) {
  const context = manager?.context;
  const attended = (globalThis[Symbol.for("aehelpers.attended")] ??= new WeakSet());
  if (!context?.sessionContext || !context.saveState || attended.has(manager)) return;
  attended.add(manager);

  context.sessionContext.kernelChanged.connect(() => manager.disconnect());
  context.sessionContext.statusChanged.connect((_, status) => {
    if (["autorestarting", "dead"].includes(status)) manager.disconnect();
  });

  const read = () => context.model.getMetadata("widgets")?.[STATE];
  let saved = read()?.state ?? {};
  context.saveState.connect((_, step) => {
    const stored = read();
    if (step !== "started" || !stored) return;
    saved = neededStates(context.model.toJSON(), { ...saved, ...stored.state });
    context.model.setMetadata("widgets", { [STATE]: { ...stored, state: saved } });
  });
  const sort = (event) => {
    const control = event.target.closest?.(".ae-live :is(button, select, input, canvas)");
    const shortcut = event.ctrlKey || event.metaKey;
    if (shortcut) control?.removeAttribute("data-lm-suppress-shortcuts");
    else control?.setAttribute("data-lm-suppress-shortcuts", "true");
  };
  window.addEventListener("keydown", sort, true); // before JupyterLab, which listens further down
}
