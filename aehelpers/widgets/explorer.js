// An explorer in the browser: an atlas of images, whose pages the slider indices turn.
//
// `mount` needs only the page it draws on. The default export connects it to anywidget,
// where each slider index is a trait: slider0, slider1, ...
//
// spec.title    what the explorer shows
// spec.names    name of each slider
// spec.values   values of each slider, as texts
// spec.sizes    number of values of each slider
// spec.panels   [{label, width, height, images, zoom, sliders, offset, captions}]
//               Pages of width * height grey bytes start at `offset` in the atlas. `sliders`
//               lists the sliders that select the page, the last one varying fastest.
//               captions: null, or for each page one text for each image.
// spec.readouts null, or one text for each combination of slider values
// spec.curve    null, or {png, alt, points}: a PNG in base64, and for each combination the
//               position of the marker as fractions of its width and height
//
// `watchKernel`, `answerForKernel` and `addStatus` are in live.js, the other pieces in parts.js.

const ALONE =
  "Other images need a kernel, and none runs here. The sliders still work; " +
  "run this cell in a notebook to get other images.";

/** Build one panel; return a function that shows one of its pages and labels it. */
function mountPanel(parent, panel, atlas) {
  const figure = element(parent, "figure", "ae-panel");
  figure.style.width = `${panel.width * panel.zoom}px`;
  element(figure, "figcaption", "ae-label", panel.label);
  const captions = (panel.captions?.[0] ?? []).map(() => null);
  if (captions.length) {
    const line = element(figure, "div", "ae-captions");
    captions.forEach((_, i) => (captions[i] = element(line, "span", "")));
  }
  const canvas = element(figure, "canvas", "ae-picture");
  Object.assign(canvas, { width: panel.width, height: panel.height });
  const paint = painter(canvas.getContext("2d"), opaque);
  const size = panel.width * panel.height;

  return (page, place) => {
    paint(atlas.subarray(panel.offset + page * size));
    const texts = panel.captions?.[page] ?? [];
    texts.forEach((text, i) => (captions[i].textContent = text));
    const count = panel.images > 1 ? [`${panel.images} images`] : [];
    describe(canvas, "img", [panel.label, ...count, ...place, ...texts].join(", "));
  };
}

/**
 * Build the line of text above the panels; return a function that changes it.
 *
 * The visible text changes at once. A screen reader has its own copy and speaks it when it
 * changes: only after a pause, so that holding down a slider does not flood the listener.
 */
function mountReadout(parent) {
  const seen = element(parent, "div", "ae-readout");
  seen.setAttribute("aria-hidden", "true");
  const said = element(parent, "output", "ae-said");
  let timer;
  return (text) => {
    seen.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(() => (said.textContent = text), said.textContent ? REST : 0);
  };
}

/** Build the curve with its marker; return a function that moves the marker. */
function mountCurve(parent, curve) {
  const frame = element(parent, "div", "ae-curve");
  const image = element(frame, "img", "");
  image.alt = curve.alt;
  image.src = `data:image/png;base64,${curve.png}`;
  const marker = element(frame, "span", "ae-marker");
  return (state) => {
    const [x, y] = curve.points[state];
    marker.style.left = `${100 * x}%`;
    marker.style.top = `${100 * y}%`;
  };
}

/** Build an explorer inside `parent`; return a function that shows given slider indices. */
export function mount(parent, spec, atlas) {
  const root = element(parent, "div", "ae-explorer");
  root.dataset.sizes = JSON.stringify(spec.sizes);
  const read = spec.readouts && mountReadout(root);
  const panels = element(root, "div", "ae-panels");
  const turn = spec.panels.map((panel) => mountPanel(panels, panel, atlas));
  const moveMarker = spec.curve && mountCurve(root, spec.curve);

  return (indices) => {
    const place = (slider) => `${spec.names[slider]} ${spec.values[slider][indices[slider]]}`;
    spec.panels.forEach((panel, i) =>
      turn[i](pageNumber(indices, spec.sizes, panel.sliders), panel.sliders.map(place)),
    );
    const state = pageNumber(indices, spec.sizes);
    if (read) read(spec.readouts[state]);
    if (moveMarker) moveMarker(state);
    root.dataset.state = indices.join(" ");
  };
}

export default plainWidget((model, el) => {
  const { title, names, values } = model.get("spec");
  describe(el, "group", title);
  const moveSliders = mountSliders(model, el, names, values);
  const status = addStatus(el);
  const stage = element(el, "div", "");
  let show;
  const update = () => {
    moveSliders(model.get("indices"));
    show(model.get("indices"));
  };
  const fill = () => {
    const view = model.get("atlas");
    stage.replaceChildren();
    show = mount(stage, model.get("spec"), new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    stage.firstChild.dataset.edition = model.get("edition");
    update();
  };
  model.on("change:indices", update);
  model.on("change:edition", fill); // spec and atlas change together
  fill();
  return answerForKernel(el, watchKernel(model, el), () => (status.textContent = ALONE));
});
