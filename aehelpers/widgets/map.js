// A map of all codes with two numbers, and a point to drag over it.
//
// model: networks as for draw.js, and for each: extent [[from, to], [from, to]] of its two numbers,
//          empty: for each cell, row by row from the top, whether no image has its code there
//        weights, images as for draw.js
//        labels: a class for each image, or none; names: of the classes

const CELLS = 15; // of the map, in each direction
const NEAREST = 3; // images that are shown beside the point
const COLOURS = [
  ...["#ffd92f", "#66c2ff", "#ff9d6e", "#7fe0b0", "#ff9ad5"],
  ...["#ffffff", "#c8b6ff", "#c6e84f", "#ffb3b3", "#9fe8ff"],
];

/** Paint what the decoder makes of the code in the middle of each cell, and mark empty cells. */
function paintCells(context, { decoder, empty, extent }) {
  const side = context.canvas.width / CELLS;
  const middle = ([from, to], i) => from + ((i + 0.5) / CELLS) * (to - from);
  context.strokeStyle = "#8a8a8a";
  for (let row = 0; row < CELLS; row++)
    for (let column = 0; column < CELLS; column++) {
      const code = [middle(extent[0], column), middle(extent[1], CELLS - 1 - row)];
      const [x, y] = [column * side, row * side];
      context.drawImage(picture(forward(decoder, Float32Array.from(code))), x, y, side, side);
      if (!empty[row * CELLS + column]) continue;
      context.beginPath();
      for (const shift of [side / 3, side, (5 * side) / 3]) {
        context.moveTo(x + Math.max(0, shift - side), y + Math.min(shift, side));
        context.lineTo(x + Math.min(shift, side), y + Math.max(0, shift - side));
      }
      context.stroke();
    }
}

/** Paint each image as its class, by number or by a name of one sign; without classes as a dot. */
function paintPoints(context, places, labels, names) {
  Object.assign(context, { font: "bold 13px sans-serif", textAlign: "center", textBaseline: "middle" });
  Object.assign(context, { strokeStyle: "black", lineWidth: 3 });
  places.forEach(([x, y], i) => {
    const name = names[labels[i]] ?? "•";
    const text = name.length > 1 ? String(labels[i]) : name;
    context.strokeText(text, x, y);
    context.fillStyle = COLOURS[labels.length ? labels[i] % COLOURS.length : 0];
    context.fillText(text, x, y);
  });
}

/** Build the map of one network. */
function mountMap(parent, network, { images, labels, names }, withPoints, tell) {
  const { name, encoder, decoder, extent } = network;
  const root = addPart(parent, "ae-mapped", name);
  const words = `${name}: a map of all codes. Arrow keys move the point.`;
  const canvas = addBoard(root, "ae-map", CELLS * SIDE, words);
  const context = canvas.getContext("2d");
  const line = addWords(root, "p", "ae-place");
  const shown = element(root, "div", "ae-images");
  const showDecoded = addImage(shown, "decoded");
  const showNearest = Array.from({ length: NEAREST }, () => addImage(shown, "image"));

  const codes = images.map((image) => forward(encoder, image));
  const share = (code, axis) => (code[axis] - extent[axis][0]) / (extent[axis][1] - extent[axis][0]);
  const place = (code) => [share(code, 0) * canvas.width, (1 - share(code, 1)) * canvas.height];
  const [bare, dotted] = [blank(canvas.width), blank(canvas.width)];
  paintCells(bare.context, network);
  dotted.context.globalAlpha = 0.55; // so that the classes stand out
  dotted.context.drawImage(bare.canvas, 0, 0);
  dotted.context.globalAlpha = 1;
  paintPoints(dotted.context, codes.map(place), labels, names);
  let code = Float32Array.from(codes[0]);

  const paint = () => {
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage((withPoints.checked ? dotted : bare).canvas, 0, 0);
    for (const [width, colour] of [[7, "black"], [4, "#ff7f0e"]]) {
      context.beginPath();
      context.arc(...place(code), 11, 0, 2 * Math.PI);
      Object.assign(context, { lineWidth: width, strokeStyle: colour });
      context.stroke();
    }
  };
  const show = () => {
    paint();
    showDecoded(forward(decoder, code));
    const distance = (i) => (codes[i][0] - code[0]) ** 2 + (codes[i][1] - code[1]) ** 2;
    const nearest = [...codes.keys()].sort((a, b) => distance(a) - distance(b)).slice(0, NEAREST);
    const caption = (i) => (labels.length ? names[labels[i]] : "image");
    nearest.forEach((i, place) => showNearest[place](images[i], caption(i)));
    line.data = `h1 = ${code[0].toFixed(2)}, h2 = ${code[1].toFixed(2)}`;
    tell(name, `${line.data}; nearest images: ${nearest.map(caption).join(", ")}`);
  };
  const moveTo = (shares) => {
    shares.forEach((part, axis) => {
      const [from, to] = extent[axis];
      code[axis] = from + Math.min(Math.max(part, 0), 1) * (to - from);
    });
    show();
  };
  dragOn(canvas, (across, down) => moveTo([across, 1 - down]));
  onArrows(canvas, (...step) =>
    moveTo(step.map((size, axis) => share(code, axis) + size / (4 * CELLS))),
  );
  show();
  return paint;
}

export default widget("Map", (model, el) => {
  const found = imagesOf(model);
  const images = Array.from({ length: found.n }, (_, i) => found.at(i));
  const classes = { images, labels: model.get("labels"), names: model.get("names") };
  const withPoints = addCheckbox(el, "the codes of the images", true, () =>
    paints.forEach((paint) => paint()),
  );
  const root = element(el, "div", "ae-maps");
  const tell = mountTeller(el);
  const paints = networksOf(model).map((network) => mountMap(root, network, classes, withPoints, tell));
  element(el, "p", "ae-note", "Hatched: no image has its code in this cell.");
});
