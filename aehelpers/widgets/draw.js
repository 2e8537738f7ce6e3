// Draw an image, and see what autoencoders make of it. No kernel is needed.
//
// model: networks [{name, layers, encodes, span, loss}]: the first `encodes` layers make the code;
//          `span` is the largest usual size of each of its numbers, `loss` the usual loss
//        weights (bytes) of all of them, see network.js
//        images (bytes) to begin from: 784 pixels each
//
// `attend`, `addStatus` and `hideStill` are in live.js, `element` and `mountSlider` in parts.js,
// `readNetworks` and `forward` in network.js.

const SIDE = 28; // pixels of an image
const PAD = 280; // of the canvas that is drawn on
const BOX = 20; // an image of MNIST fits into a box of so many pixels, by its larger side
const PEN = 22; // width of a line, in pixels of the pad
const MOST_NUMBERS = 16; // of a code that are shown one by one
const REST = 600; // milliseconds after which a screen reader is told

/** Add a canvas with a caption above it; return the function that shows an image on it. */
function addImage(parent, caption, paint) {
  const figure = element(parent, "figure");
  element(figure, "figcaption", "", caption);
  const canvas = element(figure, "canvas", "ae-image");
  canvas.width = canvas.height = SIDE;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", caption);
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(SIDE, SIDE);
  return (values) => {
    values.forEach((value, i) => pixels.data.set(paint(value), 4 * i));
    context.putImageData(pixels, 0, 0);
  };
}

const byte = (value) => 255 * Math.min(Math.max(value, 0), 1);
const grey = (value) => [byte(value), byte(value), byte(value), 255];
// Too bright is orange, too dark is blue; right is black.
const signed = (value) =>
  value > 0
    ? [byte(value), byte(0.6 * value), 0, 255]
    : [0, byte(-0.6 * value), byte(-value), 255];

/** Return the grey values of a canvas, 0 to 1. */
function valuesOf(context, side) {
  const { data } = context.getImageData(0, 0, side, side);
  return Float32Array.from({ length: side * side }, (_, i) => data[4 * i] / 255);
}

/** Return the smallest box of a canvas that holds all that is not black, or null. */
function boxOf(context, side) {
  const { data } = context.getImageData(0, 0, side, side);
  let left = side;
  let top = side;
  let right = -1;
  let bottom = -1;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      if (data[4 * (y * side + x)] < 25) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (top === side) top = y;
      bottom = y;
    }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Return a drawing as an image of 28 by 28.
 *
 * With `likeData`, as the makers of MNIST did it (LeCun et al. 1998): scaled into a box of 20 by 20
 * pixels, and moved so that its centre of mass is in the middle.
 */
function toImage(pad, likeData) {
  const small = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
  small.imageSmoothingQuality = "high";
  const draw = (box, x, y, scale) => {
    small.fillStyle = "black";
    small.fillRect(0, 0, SIDE, SIDE);
    const { left, top, width, height } = box;
    small.drawImage(pad.canvas, left, top, width, height, x, y, width * scale, height * scale);
    return valuesOf(small, SIDE);
  };
  const box = likeData && boxOf(pad, PAD);
  if (!box) return draw({ left: 0, top: 0, width: PAD, height: PAD }, 0, 0, SIDE / PAD);
  const scale = BOX / Math.max(box.width, box.height);
  const [x, y] = [box.width, box.height].map((size) => (SIDE - size * scale) / 2);
  const centred = draw(box, x, y, scale);
  let [sum, sumX, sumY] = [0, 0, 0];
  centred.forEach((value, i) => {
    sum += value;
    sumX += value * (i % SIDE);
    sumY += value * Math.floor(i / SIDE);
  });
  const middle = (SIDE - 1) / 2;
  return draw(box, x + Math.round(middle - sumX / sum), y + Math.round(middle - sumY / sum), scale);
}

/** Build what is shown of one network; return a function that gives it an image. */
function mountNetwork(parent, { name, encodes, span, loss: usual }, layers, told) {
  const root = element(parent, "section", "ae-network");
  root.setAttribute("aria-label", name);
  element(root, "h4", "", name);
  const images = element(root, "div", "ae-images");
  const showOutput = addImage(images, "reconstruction", grey);
  const showErrors = addImage(images, "errors", signed);
  const line = element(root, "p", "ae-loss");
  const [encoder, decoder] = [layers.slice(0, encodes), layers.slice(encodes)];
  let code, image;

  const decode = () => {
    const output = forward(decoder, code);
    const errors = output.map((value, i) => value - image[i]);
    const loss = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
    showOutput(output);
    showErrors(errors);
    const times = loss / usual;
    line.textContent = `loss ${loss.toFixed(4)}: ${times.toFixed(1)} times that of a usual image`;
    told(`${name}: ${line.textContent}`);
  };
  const bars = element(root, "div", "ae-code");
  const numbers = span.length > MOST_NUMBERS ? [] : span;
  if (!numbers.length) element(bars, "p", "", `a code of ${span.length} numbers`);
  const move = numbers.map((size, unit) => {
    const label = `h${unit + 1}`;
    const range = { name: `${name}, ${label}`, label, min: -2 * size, max: 2 * size, step: size / 50 };
    return mountSlider(bars, range, (value) => value.toFixed(1), (value) => {
      code[unit] = value; // only the decoder answers
      decode();
    });
  });
  return (given) => {
    image = given;
    code = forward(encoder, image);
    move.forEach((set, unit) => set(code[unit]));
    decode();
  };
}

/** Build the pad and its tools; `changed` is called after each change of the drawing. */
function mountPad(parent, images, changed) {
  const canvas = element(parent, "canvas", "ae-pad");
  canvas.width = canvas.height = PAD;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "The drawing. With a keyboard, choose an image below.");
  const pad = canvas.getContext("2d", { willReadFrequently: true });
  Object.assign(pad, { lineWidth: PEN, lineCap: "round", lineJoin: "round" });
  const earlier = [];
  let exact = null; // the image that was chosen, until something is drawn on it
  let erases = false;
  let number = -1;
  let last = null;

  const clear = () => {
    pad.fillStyle = "black";
    pad.fillRect(0, 0, PAD, PAD);
  };
  const remember = () => {
    earlier.push([pad.getImageData(0, 0, PAD, PAD), exact]);
    if (earlier.length > 50) earlier.shift();
  };
  const at = (event) => [
    (event.offsetX * PAD) / canvas.clientWidth,
    (event.offsetY * PAD) / canvas.clientHeight,
  ];
  const lineTo = (place) => {
    pad.strokeStyle = erases ? "black" : "white";
    pad.beginPath();
    pad.moveTo(...last);
    pad.lineTo(...place);
    pad.stroke();
    [last, exact] = [place, null];
    changed();
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    remember();
    last = at(event);
    lineTo(last);
  });
  canvas.addEventListener("pointermove", (event) => last && lineTo(at(event)));
  for (const end of ["pointerup", "pointercancel"])
    canvas.addEventListener(end, () => (last = null));

  const show = (step) => {
    remember();
    const n = images.byteLength / SIDE ** 2;
    number = (number + step + n) % n;
    const small = new OffscreenCanvas(SIDE, SIDE).getContext("2d");
    const pixels = small.createImageData(SIDE, SIDE);
    const valueAt = (_, i) => images.getUint8(number * SIDE ** 2 + i) / 255;
    exact = Float32Array.from({ length: SIDE ** 2 }, valueAt);
    exact.forEach((value, i) => pixels.data.set(grey(value), 4 * i));
    small.putImageData(pixels, 0, 0);
    pad.imageSmoothingEnabled = false;
    pad.drawImage(small.canvas, 0, 0, PAD, PAD);
    changed();
  };
  const tools = element(parent, "div", "ae-tools");
  const button = (text, act) => {
    const created = element(tools, "button", "", text);
    created.type = "button";
    created.dataset.lmSuppressShortcuts = "true";
    created.addEventListener("click", () => act(created));
    return created;
  };
  button("Erase", (self) => {
    erases = !erases;
    self.setAttribute("aria-pressed", String(erases));
  }).setAttribute("aria-pressed", "false");
  button("Undo", () => {
    if (!earlier.length) return;
    const [pixels, image] = earlier.pop();
    pad.putImageData(pixels, 0, 0);
    exact = image;
    changed();
  });
  button("Clear", () => {
    remember();
    clear();
    exact = null;
    changed();
  });
  button("Previous image", () => show(-1));
  button("Next image", () => show(1));
  clear();
  return { begin: () => show(1), image: (likeData) => exact ?? toImage(pad, likeData) };
}

export default {
  initialize({ model }) {
    attend(model);
  },
  render({ model, el }) {
    if (!document.createElement("canvas").getContext("2d")) {
      el.textContent = "This browser cannot draw on a canvas; another one is needed here.";
      return;
    }
    el.setAttribute("role", "group");
    el.setAttribute("aria-label", "Draw");
    const networks = model.get("networks");
    const layers = readNetworks(
      networks.map((network) => network.layers),
      model.get("weights"),
    );
    const root = element(el, "div", "ae-draw");
    const left = element(root, "div");
    const { begin, image } = mountPad(left, model.get("images"), () => update());
    const label = element(left, "label", "");
    const likeData = element(label, "input");
    Object.assign(likeData, { type: "checkbox", checked: true });
    label.append(" size and place as in the data");
    const right = element(root, "div", "ae-networks");
    const showGiven = addImage(left, "what the networks get", grey);

    const status = addStatus(el);
    status.classList.add("ae-said");
    const words = new Map();
    let timer;
    const tell = (name) => (text) => {
      words.set(name, text);
      clearTimeout(timer); // a listener is told after a rest only
      timer = setTimeout(() => (status.textContent = [...words.values()].join(". ")), REST);
    };
    const give = networks.map((network, i) =>
      mountNetwork(right, network, layers[i], tell(network.name)),
    );
    const update = () => {
      const values = image(likeData.checked);
      showGiven(values);
      give.forEach((show) => show(values));
    };
    likeData.addEventListener("change", update);
    begin();
    requestAnimationFrame(() => hideStill(el));
    return () => clearTimeout(timer);
  },
};
