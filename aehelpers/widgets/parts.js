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

/** Add a part of a widget, with its name above it. */
function addPart(parent, className, name) {
  const part = element(parent, "div", className);
  part.setAttribute("role", "group"); // no landmark: other widgets have parts of the same name
  part.setAttribute("aria-label", name);
  element(part, "p", "ae-name", name);
  return part;
}

/** Add a button; `act` gets it when it is pressed. */
function addButton(parent, text, act) {
  const button = element(parent, "button", "", text);
  button.type = "button";
  button.dataset.lmSuppressShortcuts = "true"; // otherwise JupyterLab takes some keys
  button.addEventListener("click", () => act(button));
  return button;
}

/** Add a box to tick; return it. */
function addCheckbox(parent, text, checked, act) {
  const label = element(parent, "label", "ae-check");
  const input = Object.assign(element(label, "input"), { type: "checkbox", checked });
  input.dataset.lmSuppressShortcuts = "true";
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
  const input = Object.assign(element(line, "input"), { type: "range", min, max, step });
  input.setAttribute("aria-label", name);
  input.dataset.lmSuppressShortcuts = "true"; // otherwise JupyterLab takes the arrow keys
  const words = element(line, "span", "ae-value").appendChild(new Text());
  const share = (at) => (Math.min(Math.max(at, min), max) - min) / (max - min);
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
const grey = (value) => 0xff000000 + 0x010101 * byte(value);
const ERRORS = "Errors: orange where too bright, blue where too dark, black where right.";
const signed = (value) =>
  value > 0 ? pixel(value, 0.6 * value, 0) : pixel(0, -0.6 * value, -value);

/** Return the function that paints an image of 28 by 28 values on a canvas of that size. */
function painter(context, paint = grey) {
  const pixels = context.createImageData(SIDE, SIDE);
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
  const words = element(figure, "figcaption", "", caption);
  const canvas = element(figure, "canvas", "ae-image");
  canvas.width = canvas.height = SIDE;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", caption);
  const show = painter(canvas.getContext("2d"), paint);
  return (values, text = caption) => {
    show(values);
    if (words.textContent === text) return;
    words.textContent = text;
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
  const canvas = element(parent, "canvas", className);
  Object.assign(canvas, { width: side, height: side, tabIndex: 0 });
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", name);
  canvas.dataset.lmSuppressShortcuts = "true";
  return canvas;
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

/** Call `act` with steps to the right and up for each arrow key. */
function onArrows(canvas, act) {
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // the page does not scroll
    act(...step);
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

/** Add buttons for the image before and the one after; return the function that goes on by a step. */
function addGallery(parent, images, number, show) {
  const go = (step) => {
    number = (number + step + images.n) % images.n;
    show(images.at(number));
  };
  addButton(parent, "Previous image", () => go(-1));
  addButton(parent, "Next image", () => go(1));
  return go;
}

/**
 * Return what anywidget calls: `mount(model, el)` fills the element of each view. If it returns a
 * function, that is called when the view is removed.
 *
 * A browser without canvas gets a sentence instead.
 */
function widget(name, mount) {
  return {
    initialize({ model }) {
      attend(model);
    },
    render({ model, el }) {
      if (!document.createElement("canvas").getContext("2d")) {
        el.textContent = "This browser cannot draw on a canvas; another one is needed here.";
        return;
      }
      el.classList.add("ae-networked");
      el.setAttribute("role", "group");
      el.setAttribute("aria-label", name);
      const end = mount(model, el);
      requestAnimationFrame(() => hideStill(el));
      return end;
    },
  };
}
