// Pieces of which widgets are built.

const SIDE = 28; // pixels of an image
const REST = 600; // milliseconds of quiet after which a screen reader is told

/** Add an element with a class and a text. */
function element(parent, tag, className = "", text = "") {
  const created = document.createElement(tag);
  created.className = className;
  created.textContent = text;
  parent.append(created);
  return created;
}

/**
 * Add an element whose text changes often; return its text, whose `data` it is.
 *
 * With `textContent` each change would be a new node, and for each one JupyterLab looks up its styles.
 */
function addWords(parent, tag, className = "", text = "") {
  const words = new Text(text);
  element(parent, tag, className).append(words);
  return words;
}

/** Say to screen readers what an element is, and what it is called; return it. */
function describe(el, role, name) {
  el.setAttribute("role", role);
  el.setAttribute("aria-label", name);
  return el;
}

/** Add an element with these properties that keeps its keys, which JupyterLab would take. */
function control(parent, tag, properties) {
  const created = Object.assign(element(parent, tag), properties);
  created.dataset.lmSuppressShortcuts = "true";
  return created;
}

/** Add a part of a widget, with its name above it. */
function addPart(parent, className, name) {
  // No landmark: other widgets have parts of the same name.
  const part = describe(element(parent, "div", className), "group", name);
  element(part, "p", "ae-name", name);
  return part;
}

/** Add a button; `act` gets it when it is pressed. Its name is its text, or is given. */
function addButton(parent, text, act, name = "") {
  const button = control(parent, "button", { type: "button", textContent: text });
  if (name) button.setAttribute("aria-label", name);
  button.addEventListener("click", () => {
    button.focus({ preventScroll: true }); // Safari does not do so by itself: keys would go elsewhere
    act(button);
  });
  return button;
}

/** Add a box to tick; return it. */
function addCheckbox(parent, text, checked, act) {
  const label = element(parent, "label", "ae-check");
  const input = control(label, "input", { type: "checkbox", checked });
  input.addEventListener("change", act);
  label.append(` ${text}`);
  return input;
}

/**
 * Add a native slider with its name on the left and its value on the right.
 *
 * @param {HTMLElement} parent
 * @param {{name: string, label: string, min: number, max: number, step: number}} slider
 *        `name` is for screen readers, `label` is what is seen
 * @param {(value: number) => string} shown   the value in words
 * @param {(value: number) => void} moved     what a learner's move does
 * @returns the function that sets the slider to a value
 */
function mountSlider(parent, { name, label, min, max, step }, shown, moved) {
  const line = element(parent, "label", "ae-slider");
  element(line, "span", "", label);
  const input = control(line, "input", { type: "range", min, max, step });
  input.setAttribute("aria-label", name);
  const words = addWords(line, "span", "ae-value");
  const share = (at) => (Math.min(Math.max(at, min), max) - min) / (max - min || 1);
  input.style.setProperty("--zero", share(0));
  let place;
  // What stays as it is costs nothing: while a learner draws, dozens of sliders move.
  const write = (value) => {
    if (place !== input.value) input.style.setProperty("--at", share((place = input.value)));
    const text = shown(value);
    if (words.data === text) return;
    words.data = text;
    input.setAttribute("aria-valuetext", text);
  };
  input.addEventListener("input", () => {
    write(Number(input.value));
    moved(Number(input.value));
  });
  return (value) => {
    input.value = value;
    write(value);
  };
}

/** Add the sliders of a model's trait `indices`; return a function that moves them there. */
function mountSliders(model, parent, names, values) {
  const move = names.map((name, slider) => {
    const range = { name, label: name, min: 0, max: values[slider].length - 1, step: 1 };
    const shown = (index) => values[slider][index];
    return mountSlider(parent, range, shown, (index) => {
      store(model, "indices", model.get("indices").with(slider, index));
    });
  });
  return (indices) => indices.forEach((index, slider) => move[slider](index));
}

/** Return the number of the page for these slider indices, of some of the sliders or of all. */
function pageNumber(indices, sizes, sliders = sizes.keys()) {
  return [...sliders].reduce((page, slider) => page * sizes[slider] + indices[slider], 0);
}

/**
 * Return a function that tells a screen reader what several parts of a widget say, after a rest.
 *
 * @returns {(part: string, text: string) => void}
 */
function mountTeller(el) {
  const status = addStatus(el);
  status.classList.add("ae-said");
  const words = new Map();
  let timer;
  return (part, text) => {
    words.set(part, `${part}: ${text}`);
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = [...words.values()].join(". ")), REST);
  };
}

const byte = (value) => Math.round(255 * Math.min(Math.max(value, 0), 1));
/** Return a pixel as one number: a byte each for opacity, blue, green and red. */
const pixel = (red, green, blue) =>
  ((255 << 24) | (byte(blue) << 16) | (byte(green) << 8) | byte(red)) >>> 0;
/** Return a grey pixel: its byte goes into red, green and blue. */
const opaque = (shade) => 0xff000000 + 0x010101 * shade;
const grey = (value) => opaque(byte(value));
const ERRORS = "Errors: orange where too bright, blue where too dark, black where right.";
const signed = (value) =>
  value > 0 ? pixel(value, 0.6 * value, 0) : pixel(0, -0.6 * value, -value);

/** Return the function that paints the values of an image on a canvas of its size. */
function painter(context, paint = grey) {
  const pixels = context.createImageData(context.canvas.width, context.canvas.height);
  const words = new Uint32Array(pixels.data.buffer);
  return (values) => {
    for (let i = 0; i < words.length; i++) words[i] = paint(values[i]);
    context.putImageData(pixels, 0, 0);
  };
}

/** Return an image of 28 by 28 values as what a canvas can draw. */
function picture(values) {
  const { canvas, context } = blank(SIDE);
  painter(context)(values);
  return canvas;
}

/** Return a canvas that is not in the page. */
function blank(side) {
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  return { canvas, context: canvas.getContext("2d", { willReadFrequently: true }) };
}

/** Add a canvas with a caption above it; return the function that shows an image on it. */
function addImage(parent, caption, paint = grey) {
  const figure = element(parent, "figure");
  const words = addWords(figure, "figcaption", "", caption);
  const canvas = describe(element(figure, "canvas", "ae-image"), "img", caption);
  canvas.width = canvas.height = SIDE;
  const show = painter(canvas.getContext("2d"), paint);
  return (values, text = caption) => {
    show(values);
    if (words.data === text) return;
    words.data = text;
    canvas.setAttribute("aria-label", text);
  };
}

/** Add an image and what is wrong with it; return the function that shows both, and gives the MSE. */
function addComparison(parent, caption) {
  const showOutput = addImage(parent, caption);
  const showErrors = addImage(parent, "errors", signed);
  return (output, image) => {
    const errors = output.map((value, i) => value - image[i]);
    showOutput(output);
    showErrors(errors);
    return errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
  };
}

/** Add a square canvas with so many pixels on each side, to be touched or used with the keyboard. */
function addBoard(parent, className, side, name) {
  const size = { className, width: side, height: side, tabIndex: 0 };
  return describe(control(parent, "canvas", size), "application", name);
}

/** Call `act` with the place of the pointer while it is pressed: from the left and the top, 0 to 1. */
function dragOn(canvas, act, begin = () => {}) {
  let drags = false;
  const follow = (event) => {
    if (!drags || !event.isPrimary) return; // a second finger does not draw
    act(event.offsetX / canvas.clientWidth, event.offsetY / canvas.clientHeight);
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button) return; // nor does the right button
    canvas.setPointerCapture(event.pointerId);
    drags = true;
    begin();
    follow(event);
  });
  canvas.addEventListener("pointermove", follow);
  canvas.addEventListener("lostpointercapture", () => (drags = false));
}

/** Call for each key what `actions` has for it: a function without arguments. */
function onKeys(el, actions) {
  el.addEventListener("keydown", (event) => {
    const act = actions[event.key];
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // the page does not scroll
    act();
  });
}

/** Call `act` with steps to the right and up for each arrow key. */
function onArrows(canvas, act) {
  onKeys(canvas, {
    ...{ ArrowLeft: () => act(-1, 0), ArrowRight: () => act(1, 0) },
    ...{ ArrowDown: () => act(0, -1), ArrowUp: () => act(0, 1) },
  });
}

/** Return the images of a widget: how many, and a function that gives one of them, from 0 to 1. */
function imagesOf(model) {
  const bytes = model.get("images");
  const size = SIDE * SIDE;
  const at = (number) =>
    Float32Array.from({ length: size }, (_, i) => bytes.getUint8(number * size + i) / 255);
  return { n: bytes.byteLength / size, at };
}

/**
 * Add buttons for the image before and the one after; return the function that goes on by a step.
 *
 * With a title there are two such pairs: it goes before their names, and they show arrows only.
 */
function addGallery(parent, images, number, show, title = "") {
  const go = (step) => {
    number = (number + step + images.n) % images.n;
    show(images.at(number));
  };
  const add = (words, arrow, step) =>
    title
      ? addButton(parent, arrow, () => go(step), `${title}: ${words.toLowerCase()}`)
      : addButton(parent, words, () => go(step));
  add("Previous image", "‹", -1);
  add("Next image", "›", 1);
  return go;
}

/** Give a trait a value, and tell the kernel, if there is one. */
function store(model, trait, value) {
  model.set(trait, value);
  model.save_changes();
}

/**
 * Return what anywidget calls: `mount(model, el)` fills the element of each view. If it returns a
 * function, that is called when the view is removed.
 */
function plainWidget(mount) {
  return {
    initialize: ({ model }) => attend(model),
    render({ model, el }) {
      const end = mount(model, el);
      requestAnimationFrame(() => hideStill(el));
      return end;
    },
  };
}

/** The same for a widget that draws; a browser without canvas gets a sentence instead. */
function widget(name, mount) {
  const { initialize, render } = plainWidget((model, el) => {
    el.classList.add("ae-networked");
    return mount(model, describe(el, "group", name));
  });
  const withCanvas = (view) => {
    if (document.createElement("canvas").getContext("2d")) return render(view);
    view.el.textContent = "This browser cannot draw on a canvas; another one is needed here.";
  };
  return { initialize, render: withCanvas };
}
