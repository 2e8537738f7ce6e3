// What a training looks like: how far it is, its losses, and what the network makes of images.
//
// model: message          what is said last, in words
//        running          whether a network is being trained
//        updates, n_updates, seconds_left (-1 if unknown)
//        n_epochs, loss, validation_loss    one loss for each finished epoch
//        rows             names of rows of images; none before the first training
//        images           their pixels, row by row, one byte each
//
// `watchKernel`, `addStatus` and `answerForKernel` are in live.js, the other pieces in parts.js.

const ALONE =
  "Training needs a kernel, and none runs here. Run this cell in a notebook, then press Train.";
const LOST =
  "No kernel runs here any more, so this training has ended. Run this cell in a notebook to train.";
const ACROSS = 8; // images in a row
const WIDTH = 480; // of the chart, in CSS pixels where there is room
const HEIGHT = 210;
const LINES = { // as in charts.py
  training: { trait: "loss", colour: "#0072b2", dash: "" },
  validation: { trait: "validation_loss", colour: "#cc79a7", dash: "7 4" },
};

/** Build the bar with its words; return the function that shows how far the training is. */
function mountBar(parent) {
  const line = element(parent, "div", "ae-progress");
  const bar = element(line, "progress");
  bar.setAttribute("aria-label", "Training");
  const words = element(line, "span");
  return (updates, n_updates, seconds) => {
    bar.max = n_updates;
    bar.value = updates;
    const left = seconds < 0 ? "" : `, about ${seconds} s left`;
    words.textContent = `${updates.toLocaleString("en")} of ${n_updates.toLocaleString("en")} updates${left}`;
  };
}

/** Build the rows of images; return the function that draws them. */
function mountRows(parent) {
  const box = element(parent, "div", "ae-rows");
  const gap = 2;
  let rows = [];
  const build = (names) =>
    names.map((name) => {
      const figure = element(box, "figure");
      element(figure, "figcaption", "", name);
      const canvas = describe(element(figure, "canvas", "ae-row"), "img", name);
      Object.assign(canvas, { width: ACROSS * (SIDE + gap) - gap, height: SIDE });
      return { name, context: canvas.getContext("2d") };
    });
  return (names, images) => {
    if (rows.map((row) => row.name).join() !== names.join()) {
      box.replaceChildren();
      rows = build(names);
    }
    const n = images.n / names.length;
    rows.forEach(({ context }, row) => {
      for (let i = 0; i < n; i++)
        context.drawImage(picture(images.at(row * n + i)), i * (SIDE + gap), 0);
    });
  };
}

/** Return numbers from 0 to at least `most` that are easy to read, four to eight of them. */
function ticks(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  const step = power * [0.2, 0.5, 1, 2].find((part) => most / (power * part) <= 7);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
}

/** Return the losses after each epoch as SVG. The lines take the whole width in the end. */
function chart(losses, n_epochs) {
  const all = Object.values(losses).flat();
  const levels = ticks(Math.max(...all));
  const [left, right, top, bottom] = [46, WIDTH - 14, 26, HEIGHT - 36];
  const x = (epoch) => left + ((right - left) * (epoch - 1)) / Math.max(n_epochs - 1, 1);
  const y = (loss) => bottom - ((bottom - top) * loss) / levels.at(-1);
  const text = (at, height, anchor, words) =>
    `<text x="${at}" y="${height}" text-anchor="${anchor}">${words}</text>`;
  const step = Math.ceil(n_epochs / 10);
  const parts = levels.map(
    (level) =>
      `<line class="ae-grid" x1="${left}" x2="${right}" y1="${y(level)}" y2="${y(level)}"/>` +
      text(left - 6, y(level) + 4, "end", Number(level.toPrecision(2))),
  );
  for (let epoch = step; epoch <= n_epochs; epoch += step)
    parts.push(text(x(epoch), bottom + 16, "middle", epoch));
  parts.push(text((left + right) / 2, HEIGHT - 4, "middle", "epoch"), text(0, 12, "start", "loss"));
  Object.entries(LINES).forEach(([name, { colour, dash }], i) => {
    const look = `fill="none" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dash}"`;
    const places = losses[name].map((loss, j) => [x(j + 1), y(loss)]);
    parts.push(`<polyline ${look} points="${places.join(" ")}"/>`);
    for (const [cx, cy] of places)
      parts.push(`<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`);
    const at = right - 210 + 105 * i;
    parts.push(`<path ${look} d="M${at} 8h24"/>`, text(at + 30, 12, "start", name));
  });
  return parts.join("");
}

/** Build the curve of the losses; return the function that draws it. */
function mountCurve(parent) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "ae-losses");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  parent.append(svg);
  return (losses, n_epochs) => {
    const known = Object.entries(losses).filter(([, values]) => values.length);
    svg.style.display = known.length ? "" : "none";
    if (!known.length) return;
    svg.innerHTML = chart(losses, n_epochs); // of numbers only
    const words = known.map(
      ([name, values]) => `${name}: from ≈ ${values[0].toFixed(4)} to ≈ ${values.at(-1).toFixed(4)}`,
    );
    describe(svg, "img", `Loss after each epoch. ${words.join("; ")}`);
  };
}

export default widget("Training", (model, el) => {
  const status = addStatus(el);
  status.classList.add("ae-message");
  const bar = mountBar(el);
  const stage = element(el, "div", "ae-touch");
  const showRows = mountRows(stage);
  const showCurve = mountCurve(stage);
  const isAlone = watchKernel(model, el);
  const show = () => {
    const get = (trait) => model.get(trait);
    const lost = get("running") && isAlone();
    const words = lost ? LOST : get("message");
    if (status.textContent !== words) status.textContent = words; // or it is spoken again
    el.dataset.running = get("running") && !lost;
    el.dataset.lost = lost; // train.css then hides the button: there is nothing to stop
    el.dataset.started = get("rows").length > 0;
    bar(get("updates"), get("n_updates"), get("seconds_left"));
    if (get("rows").length) showRows(get("rows"), imagesOf(model));
    const losses = Object.entries(LINES).map(([name, { trait }]) => [name, get(trait)]);
    showCurve(Object.fromEntries(losses), get("n_epochs"));
  };
  model.on("change", show);
  model.on("comm_live_update", show);
  show();
  requestAnimationFrame(show); // only in the page is it known whether there is a kernel
  return answerForKernel(el, isAlone, () => (status.textContent = ALONE));
});
