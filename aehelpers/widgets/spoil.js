// Spoil an image with noise and with black, and see what takes it out.
//
// model: networks as for draw.js; the last one gives the coordinates along principal components
//        variances of the images along these, and their mean image
//        weights, images as for draw.js

const ZOOM = 10; // of a pixel on the pad

/** Return a function that draws numbers from N(0, 1), the same ones for the same seed. */
function normalNumbers(seed) {
  const uniform = () => {
    seed = (seed + 0x6d2b79f5) | 0; // mulberry32, by Tommy Ettinger
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  // Box and Muller (1958)
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/**
 * Return the best affine denoiser for noise of each sigma: the Wiener filter, as in theory.py.
 *
 * @param {object[]} toComponents  the layer that gives the coordinates along the components
 * @param {number[]} variances     of the images along each of them
 * @param {number[]} mean          image
 */
function wiener(toComponents, variances, mean) {
  const [{ inputs, units, kernel }] = toComponents;
  const turned = kernel.map((_, i) => kernel[(i % inputs) * units + Math.floor(i / inputs)]);
  const back = [{ units: inputs, activation: "linear", kernel: turned, biases: mean }];
  return (input, sigma) => {
    const shrunk = forward(toComponents, input).map(
      (value, j) => (value * variances[j]) / (variances[j] + sigma ** 2),
    );
    return forward(back, shrunk);
  };
}

const addNoise = (state, i) => (state.added[i] ||= state.normal());
const blacken = (state, i) => ([state.black[i], state.added[i]] = [1, 0]);
const BRUSHES = {
  "noise, 5 × 5": { side: 5, spoil: addNoise },
  "black, 3 × 3": { side: 3, spoil: blacken },
  "black, 8 × 8": { side: 8, spoil: blacken },
};

/** Build the image that is spoiled, with its tools; `changed` gets the spoiled and the clean image. */
function mountSpoiled(parent, images, changed) {
  const words = "The image. Arrow keys move the brush, the space bar uses it.";
  const canvas = addBoard(parent, "ae-pad", ZOOM * SIDE, words);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  const small = blank(SIDE);
  const paint = painter(small.context);
  const state = { sigma: 0.5 };
  let seed = 0;
  let brush = null; // the pixel under its middle, when keys move it or it was just chosen

  const corner = (at) => Math.round(at - BRUSHES[choice.value].side / 2);
  const show = () => {
    const given = state.clean.map(
      (value, i) => (state.black[i] ? 0 : value + state.sigma * state.noise[i]) + state.added[i],
    );
    paint(given);
    context.drawImage(small.canvas, 0, 0, canvas.width, canvas.height);
    if (brush) {
      const side = ZOOM * BRUSHES[choice.value].side;
      Object.assign(context, { strokeStyle: "#ff7f0e", lineWidth: 3 });
      context.strokeRect(...brush.map((at) => ZOOM * corner(at)), side, side);
    }
    changed(given, state);
  };
  const drawNoise = () => {
    state.normal = normalNumbers(seed++);
    state.noise = state.clean.map(state.normal);
  };
  const begin = (image) => {
    state.clean = image;
    state.added = new Float32Array(state.clean.length);
    state.black = new Uint8Array(state.clean.length);
    if (!state.noise) drawNoise();
    show();
  };
  const spoil = (place) => {
    const { side, spoil: change } = BRUSHES[choice.value];
    const [left, top] = place.map(corner);
    for (let y = Math.max(top, 0); y < Math.min(top + side, SIDE); y++)
      for (let x = Math.max(left, 0); x < Math.min(left + side, SIDE); x++) change(state, y * SIDE + x);
    show();
  };
  dragOn(canvas, (across, down) => {
    brush = null;
    spoil([across * SIDE, down * SIDE]);
  });
  onArrows(canvas, (right, up) => {
    brush ??= [SIDE / 2, SIDE / 2];
    brush = [brush[0] + right, brush[1] - up].map((at) => Math.min(Math.max(at, 0), SIDE));
    show();
  });
  onKeys(canvas, { " ": () => spoil((brush ??= [SIDE / 2, SIDE / 2])) });
  const label = element(parent, "label", "ae-check", "brush ");
  const choice = control(label, "select");
  for (const name of Object.keys(BRUSHES)) element(choice, "option", "", name);
  choice.addEventListener("change", () => {
    brush ??= [SIDE / 2, SIDE / 2]; // its outline shows how large it is
    show();
  });
  const range = { name: "sigma of the noise", label: "sigma", min: 0, max: 1.5, step: 0.05 };
  const move = mountSlider(parent, range, (value) => value.toFixed(2), (value) => {
    state.sigma = value;
    show();
  });
  const tools = element(parent, "div", "ae-tools");
  addButton(tools, "Fresh noise", () => {
    drawNoise();
    show();
  });
  addButton(tools, "Start again", () => go(0));
  const go = addGallery(tools, images, 0, begin);
  move(state.sigma);
  return () => go(0);
}

export default widget("Spoil", (model, el) => {
  const networks = networksOf(model);
  const pca = networks.pop();
  const denoise = wiener(pca.encoder, model.get("variances"), model.get("mean"));
  const ways = {
    "nothing done": (x) => x,
    "best affine denoiser for this sigma": (x, { sigma }) => denoise(x, sigma),
  };
  for (const { name, encoder, decoder } of networks)
    ways[name] = (x) => forward(decoder, forward(encoder, x));

  const root = element(el, "div", "ae-touch");
  const left = element(root, "div");
  const right = element(root, "div", "ae-ways");
  const tell = mountTeller(el);
  const shows = Object.entries(ways).map(([name, way]) => {
    const section = addPart(right, "ae-way", name);
    const shown = element(section, "div", "ae-images");
    const compare = addComparison(shown, "output");
    const line = addWords(section, "p", "ae-loss");
    return (given, state) => {
      line.data = `MSE ${compare(way(given, state), state.clean).toFixed(4)}`;
      tell(name, line.data);
    };
  });
  element(el, "p", "ae-note", ERRORS);
  const begin = mountSpoiled(left, imagesOf(model), (given, state) =>
    shows.forEach((show) => show(given, state)),
  );
  begin();
});
