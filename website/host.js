// Brings the widgets of an executed notebook to life in a plain page, without a kernel.
//
// live.py writes into the page, for each widget that is shown, an element of the class `widget-view`
// with the widget's identity in `data-model`, and once, as JSON in an element `widget-states`:
//   states {identity: {model_name, state, buffers}}   as Jupyter stores them in a notebook, but with
//          the name of a text as `_esm`, as `_css` and as the data of each buffer
//   texts  {name: text}, or the same as a list; in a page that holds all of them
//   folder where each text lies in a file of its own otherwise, to be loaded when it is needed
//   stored the name of such a text, which then is the JSON of the states: a page without them is there
//          earlier

const page = JSON.parse(document.getElementById("widget-states").textContent);
const { texts, folder, stored } = page;
let { states } = page;

/** Return a function like `make`, which takes a key and makes only one thing for each. */
function once(make) {
  const made = new Map();
  return (key) => made.get(key) ?? made.set(key, make(key)).get(key);
}

/**
 * A text by its name. A file of the folder is a script, for a page that was opened from disk may load
 * nothing else: it puts its text into `widgetTexts`.
 */
const textOf = once(
  async (name) =>
    texts?.[name] ??
    new Promise((resolve, reject) => {
      const script = create("script");
      script.src = `${folder}${name}.js`;
      script.onload = () => resolve(globalThis.widgetTexts[name]);
      script.onerror = () => reject(new Error(`${script.src} cannot be loaded`));
      document.head.append(script);
    }),
);

/** Let the page do what it has to do, before more work. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

/** Bytes stored in base64, in the form in which a kernel's arrive. */
const bytesOf = once(async (name) => {
  const text = await textOf(name);
  await pause();
  if (Uint8Array.fromBase64) return new DataView(Uint8Array.fromBase64(text).buffer);
  const signs = atob(text);
  return new DataView(Uint8Array.from({ length: signs.length }, (_, i) => signs.charCodeAt(i)).buffer);
});

/** The model of a widget, shared by its views. Without a kernel there is nowhere to save it. */
const modelOf = once(async (id) => {
  const { state, buffers } = states[id];
  const put = async ({ path, data }) => {
    const holder = path.slice(0, -1).reduce((part, key) => part[key], state);
    holder[path.at(-1)] = await bytesOf(data);
  };
  await Promise.all(buffers.map(put));
  const events = new EventTarget();
  return {
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = value;
      for (const event of [`change:${name}`, "change"]) events.dispatchEvent(new Event(event));
    },
    on: (event, listener) => events.addEventListener(event, listener),
    off: (event, listener) => events.removeEventListener(event, listener),
    save_changes() {},
  };
});

const moduleOf = once(async (name) => {
  const code = new Blob([await textOf(name)], { type: "text/javascript" });
  const address = URL.createObjectURL(code);
  try {
    return (await import(address)).default;
  } finally {
    URL.revokeObjectURL(address);
  }
});

const addStyle = once(async (name) => document.head.append(create("style", await textOf(name))));

/** The code of a widget, loaded and initialized as anywidget does it: once for all of its views. */
const widgetOf = once(async (id) => {
  const model = await modelOf(id);
  await addStyle(model.get("_css"));
  const exported = await moduleOf(model.get("_esm"));
  const widget = typeof exported === "function" ? await exported() : exported;
  await widget.initialize?.({ model });
  return widget;
});

function create(tag, text = "") {
  return Object.assign(document.createElement(tag), { textContent: text });
}

/** How each kind of widget fills its element. Boxes have the classes that ipywidgets gives them. */
const VIEWS = {
  async AnyModel(model, el, id) {
    const widget = await widgetOf(id);
    await widget.render({ model, el });
  },
  async VBoxModel(model, el) {
    el.classList.add("widget-vbox");
    await showChildren(model, el);
  },
  async HBoxModel(model, el) {
    el.classList.add("widget-hbox");
    await showChildren(model, el);
  },
  DropdownModel(model, el) {
    const select = create("select");
    select.append(...model.get("_options_labels").map((label) => new Option(label)));
    const choose = () => (select.selectedIndex = model.get("index"));
    // Nobody makes what another choice would show. So the choice stays what is shown.
    select.addEventListener("input", choose);
    choose();
    el.appendChild(create("label", `${model.get("description")} `)).append(select);
  },
  ButtonModel(model, el) {
    el.append(Object.assign(create("button", model.get("description")), { type: "button" }));
  },
};

/** Add a widget to an element of the page. */
async function show(id, parent) {
  const el = parent.appendChild(create("div"));
  const model = await modelOf(id);
  el.classList.add(...model.get("_dom_classes"));
  await VIEWS[states[id].model_name](model, el, id);
}

/** Show what is in a box, except what page.py left out. */
async function showChildren(model, el) {
  const children = model.get("children").map((name) => name.replace("IPY_MODEL_", ""));
  for (const id of children) if (states[id]) await show(id, el);
}

/** Fill the place of a widget, or leave it to the still form above it. */
async function fill(place) {
  await pause();
  try {
    await show(place.dataset.model, place);
  } catch (error) {
    place.replaceChildren();
    console.error(`The widget ${place.dataset.model} does not work:`, error);
  }
}

/** Whether a widget brings bytes: that is what takes long to load. */
const isLarge = (id) =>
  states[id]?.buffers.length > 0 ||
  (states[id]?.state.children ?? []).some((name) => isLarge(name.replace("IPY_MODEL_", "")));

const MARGIN = "800px"; // a widget is loaded before it comes into view
const waiting = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      waiting.unobserve(target);
      follow(target);
    }
  },
  { rootMargin: `${MARGIN} 0px` },
);

let last = Promise.resolve();
/** Fill a place after all those before it, so that what is seen first is there first. */
const follow = (place) => (last = last.then(() => fill(place)));

/** Bring the page to life. */
async function begin() {
  states ??= JSON.parse(await textOf(stored));
  for (const place of document.querySelectorAll(".widget-view")) {
    place.classList.add("jupyter-widgets-disconnected"); // where our widgets look for it
    if (folder && isLarge(place.dataset.model)) waiting.observe(place);
    else follow(place);
  }
}

// What is read comes before what moves: it is painted first.
const beginOncePainted = () => requestAnimationFrame(() => setTimeout(begin));
if (document.readyState === "complete") beginOncePainted();
else addEventListener("load", beginOncePainted, { once: true });
