// Brings the widgets of an executed notebook to life in a plain page, without a kernel.
//
// page.py writes into the page, for each widget that is shown, an element of the class `widget-view`
// with the widget's identity in `data-model`, and once, as JSON in an element `widget-states`:
//   states {identity: {model_name, state, buffers}}   as Jupyter stores them in a notebook
//   texts  [text]      which `_esm` and `_css` of states and the data of their buffers point into

const { states, texts } = JSON.parse(document.getElementById("widget-states").textContent);

/** Return a function like `make`, which takes a key and makes only one thing for each. */
function once(make) {
  const made = new Map();
  return (key) => made.get(key) ?? made.set(key, make(key)).get(key);
}

/** Return bytes stored in base64, in the form in which a kernel's arrive. */
const bytesOf = once(
  (text) => new DataView(Uint8Array.from(atob(texts[text]), (sign) => sign.charCodeAt(0)).buffer),
);

/** The model of a widget, shared by its views. Without a kernel there is nowhere to save it. */
const modelOf = once((id) => {
  const { state, buffers } = states[id];
  for (const { path, data } of buffers) {
    const holder = path.slice(0, -1).reduce((part, key) => part[key], state);
    holder[path.at(-1)] = bytesOf(data);
  }
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

const moduleOf = once(async (text) => {
  const address = URL.createObjectURL(new Blob([texts[text]], { type: "text/javascript" }));
  try {
    return (await import(address)).default;
  } finally {
    URL.revokeObjectURL(address);
  }
});

const addStyle = once((text) => document.head.appendChild(create("style", texts[text])));

/** The code of a widget, loaded and initialized as anywidget does it: once for all of its views. */
const widgetOf = once(async (id) => {
  const model = modelOf(id);
  addStyle(model.get("_css"));
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
  const model = modelOf(id);
  const el = parent.appendChild(create("div"));
  el.classList.add(...model.get("_dom_classes"));
  await VIEWS[states[id].model_name](model, el, id);
}

/** Show what is in a box, except what page.py left out. */
async function showChildren(model, el) {
  const children = model.get("children").map((name) => name.replace("IPY_MODEL_", ""));
  for (const id of children) if (states[id]) await show(id, el);
}

for (const place of document.querySelectorAll(".widget-view")) {
  place.classList.add("jupyter-widgets-disconnected"); // where our widgets look for it
  show(place.dataset.model, place).catch((error) => {
    place.replaceChildren(); // the still form above it stays
    console.error(`The widget ${place.dataset.model} does not work:`, error);
  });
}
