// Draw an image, and see what autoencoders make of it. No kernel is needed.
//
// model: networks [{name, layers, encodes, ranges, loss}]: the first `encodes` layers make the
//          code; `ranges` are the ends of a slider for each of its numbers, `loss` the usual loss
//        weights (bytes) of each, see network.js
//        images (bytes) to begin from: 784 pixels each
//
// The pieces are in parts.js, `networksOf` and `forward` in network.js.

const PAD = 280; // of the canvas that is drawn on
const BOX = 20; // an image of MNIST fits into a box of so many pixels, by its larger side
const PEN = 22; // width of a line, in pixels of the pad
const MOST_NUMBERS = 64; // of a code that are shown one by one
const AT_ONCE = 4; // sliders that are moved in one frame
const PAUSE = 20; // milliseconds: longer than a frame, so that a finger that moves comes first

/** Return a number with one decimal, and zero without a sign. */
const decimal = (value) => value.toFixed(1).replace(/^-(?=0\.0$)/, "");

/** Return the grey values of a canvas, 0 to 1. */
function valuesOf(context, side) {
  const { data } = context.getImageData(0, 0, side, side);
  const values = new Float32Array(side * side);
  for (let i = 0; i < values.length; i++) values[i] = data[4 * i] / 255;
  return values;
}

/** Return the smallest box of an image that holds all that is not black, or null. */
function boxOf(values, side) {
  let left = side;
  let top = side;
  let right = -1;
  let bottom = -1;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      if (values[y * side + x] < 0.1) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (top === side) top = y;
      bottom = y;
    }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Return 28 lines, one after the other. Each is the mean of the lines of an image that it covers.
 *
 * A canvas scales, too, but differently in each browser: Firefox and WebKitGTK leave pixels out.
 *
 * @param {Float32Array} values   line by line
 * @param {number} lines          how many
 * @param {number} from           where the first one begins; it may be outside
 * @param {number} size           of what a line covers
 */
function shrink(values, lines, from, size) {
  const n = values.length / lines;
  const small = new Float32Array(SIDE * n);
  for (let i = 0; i < SIDE; i++) {
    const start = from + i * size;
    const end = start + size;
    for (let y = Math.max(Math.floor(start), 0); y < Math.min(end, lines); y++) {
      const share = (Math.min(end, y + 1) - Math.max(start, y)) / size;
      for (let x = 0; x < n; x++) small[i * n + x] += share * values[y * n + x];
    }
  }
  return small;
}

/** Return the columns of an image that has 28 rows, one after the other. */
function transpose(values) {
  const n = values.length / SIDE;
  return values.map((_, i) => values[(i % SIDE) * n + Math.floor(i / SIDE)]);
}

/** Return an image of 28 by 28 that is moved by whole pixels. */
function move(image, left, up) {
  return image.map((_, i) => {
    const x = (i % SIDE) + left;
    const y = Math.floor(i / SIDE) + up;
    return x >= 0 && x < SIDE ? (image[y * SIDE + x] ?? 0) : 0;
  });
}

/**
 * Return a drawing as an image of 28 by 28.
 *
 * With `likeData`, as the makers of MNIST did it (LeCun et al. 1998): scaled into a box of 20 by 20
 * pixels, and moved so that its centre of mass is in the middle.
 */
function toImage(pad, likeData) {
  const drawn = valuesOf(pad, PAD);
  const view = (left, top, size) => {
    const columns = transpose(shrink(drawn, PAD, top, size));
    return transpose(shrink(columns, PAD, left, size));
  };
  const box = likeData && boxOf(drawn, PAD);
  if (!box) return view(0, 0, PAD / SIDE);
  const size = Math.max(box.width, box.height) / BOX;
  const begin = (start, length) => start + (length - SIDE * size) / 2; // the box is in the middle
  const image = view(begin(box.left, box.width), begin(box.top, box.height), size);
  let [sum, sumX, sumY] = [0, 0, 0];
  image.forEach((value, i) => {
    sum += value;
    sumX += value * (i % SIDE);
    sumY += value * Math.floor(i / SIDE);
  });
  const shift = (at) => Math.round(at / sum - (SIDE - 1) / 2);
  return move(image, shift(sumX), shift(sumY));
}

/**
 * Return what calls each of some functions once: a few now, a few after each pause. When it is called
 * again meanwhile, each of them will be called once more.
 */
function inTurn(functions) {
  let [next, left] = [0, 0];
  let timer;
  const run = () => {
    clearTimeout(timer);
    for (let i = 0; i < AT_ONCE && left; i++, left--) {
      functions[next]();
      next = (next + 1) % functions.length;
    }
    if (left) timer = setTimeout(run, PAUSE);
  };
  return () => {
    left = functions.length;
    run();
  };
}

/** Build what a network answers, and its code; return what shows these for an image. */
function mountNetwork(answers, codes, { name, ranges, loss: usual, encoder, decoder }, tell) {
  const root = addPart(answers, "ae-network", name);
  const images = element(root, "div", "ae-images");
  const compare = addComparison(images, "reconstruction");
  const line = addWords(root, "p", "ae-loss");
  let code, image;

  const decode = () => {
    const loss = compare(forward(decoder, code), image);
    const times = (loss / usual).toFixed(1);
    line.data = `loss ${loss.toFixed(4)}: ${times} times that of a usual image`;
    tell(name, line.data);
  };
  const bars = element(addPart(codes, "", `code: ${name}`), "div", "ae-code");
  const numbers = ranges.length > MOST_NUMBERS ? [] : ranges;
  if (!numbers.length) element(bars, "p", "", `a code of ${ranges.length} numbers`);
  const move = numbers.map(([min, max], unit) => {
    const label = `h${unit + 1}`;
    const step = (max - min) / 100.001; // a bit less, or rounding may keep it from the end
    const range = { name: `${name}, ${label}`, label, min, max, step };
    return mountSlider(bars, range, decimal, (value) => {
      code[unit] = value; // only the decoder answers
      decode();
    });
  });
  const showAnswer = (given) => {
    image = given;
    code = forward(encoder, image);
    decode();
  };
  return { showAnswer, moves: move.map((set, unit) => () => set(code[unit])) };
}

/** Build the pad and its tools; `changed` is called after each change of the drawing. */
function mountPad(parent, images, changed) {
  const words = "The drawing. With a keyboard, choose an image below.";
  const canvas = describe(element(parent, "canvas", "ae-pad"), "img", words);
  canvas.width = canvas.height = PAD;
  const pad = canvas.getContext("2d", { willReadFrequently: true });
  Object.assign(pad, { lineWidth: PEN, lineCap: "round", lineJoin: "round" });
  const earlier = [];
  let exact = null; // the image that was chosen, until something is drawn on it
  let erases = false;
  let last = null;

  const clear = () => {
    pad.fillStyle = "black";
    pad.fillRect(0, 0, PAD, PAD);
  };
  const remember = () => {
    earlier.push([pad.getImageData(0, 0, PAD, PAD), exact]);
    if (earlier.length > 50) earlier.shift();
  };
  const lineTo = (across, down) => {
    const place = [across * PAD, down * PAD];
    last ??= place;
    pad.strokeStyle = erases ? "black" : "white";
    pad.beginPath();
    pad.moveTo(...last);
    pad.lineTo(...place);
    pad.stroke();
    [last, exact] = [place, null];
    changed();
  };
  dragOn(canvas, lineTo, () => {
    remember();
    last = null;
  });

  const show = (image) => {
    remember();
    exact = image;
    pad.imageSmoothingEnabled = false;
    pad.drawImage(picture(exact), 0, 0, PAD, PAD);
    changed();
  };
  const tools = element(parent, "div", "ae-tools");
  addButton(tools, "Erase", (self) => {
    erases = !erases;
    self.setAttribute("aria-pressed", String(erases));
  }).setAttribute("aria-pressed", "false");
  addButton(tools, "Undo", () => {
    if (!earlier.length) return;
    const [pixels, image] = earlier.pop();
    pad.putImageData(pixels, 0, 0);
    exact = image;
    changed();
  });
  addButton(tools, "Clear", () => {
    remember();
    clear();
    exact = null;
    changed();
  });
  const go = addGallery(tools, images, 0, show);
  clear();
  return {
    begin: () => go(0),
    isDrawn: () => !exact,
    image: (likeData) => exact ?? toImage(pad, likeData),
  };
}

export default widget("Draw", (model, el) => {
  const root = element(el, "div", "ae-touch");
  const left = element(root, "div");
  const { begin, isDrawn, image } = mountPad(left, imagesOf(model), () => update());
  const likeData = addCheckbox(left, "size and place as in the data", true, () => update());
  const showGiven = addImage(left, "what the networks get");
  const answers = element(root, "div", "ae-networks");
  const codes = element(root, "div", "ae-codes");
  const tell = mountTeller(el);
  const parts = networksOf(model).map((network) => mountNetwork(answers, codes, network, tell));
  // Dozens of sliders take longer than all images: these come at once, and those follow.
  const moves = parts.flatMap((part) => part.moves);
  const showCodes = inTurn(moves);
  element(answers, "p", "ae-note", ERRORS);
  const update = () => {
    const values = image(likeData.checked);
    likeData.disabled = !isDrawn(); // an image of the data has its size and place already
    showGiven(values);
    parts.forEach(({ showAnswer }) => showAnswer(values));
    showCodes();
  };
  begin();
  moves.forEach((move) => move()); // nobody draws yet
});
