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
// `attend`, `watchKernel`, `addStatus` and `hideStill` are in live.js.

const ALONE =
  "The kernel that makes other images is gone. The sliders still work; " +
  "run this cell again to get other images.";
const REST = 600; // milliseconds without a new state before a screen reader is told

/** Return the number of the page for these slider indices, of the sliders in `sliders`. */
function pageNumber(indices, sliders, sizes) {
  return sliders.reduce((page, slider) => page * sizes[slider] + indices[slider], 0);
}

function element(parent, tag, className, text = "") {
  const created = document.createElement(tag);
  created.className = className;
  created.textContent = text;
  parent.append(created);
  return created;
}

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
  const canvas = element(figure, "canvas", panel.zoom > 1 ? "ae-picture" : "ae-picture ae-chart");
  canvas.width = panel.width;
  canvas.height = panel.height;
  canvas.setAttribute("role", "img");
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(panel.width, panel.height);
  const words = new Uint32Array(pixels.data.buffer);
  const size = panel.width * panel.height;

  return (page, place) => {
    const start = panel.offset + page * size;
    // 0x010101 copies the grey byte into red, green and blue; 0xff000000 is opaque.
    for (let i = 0; i < size; i++) words[i] = (0xff000000 | (atlas[start + i] * 0x010101)) >>> 0;
    context.putImageData(pixels, 0, 0);
    const texts = panel.captions?.[page] ?? [];
    texts.forEach((text, i) => (captions[i].textContent = text));
    const count = panel.images > 1 ? [`${panel.images} images`] : [];
    canvas.setAttribute("aria-label", [panel.label, ...count, ...place, ...texts].join(", "));
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
  const all = spec.sizes.map((_, slider) => slider);

  return (indices) => {
    const place = (slider) => `${spec.names[slider]} ${spec.values[slider][indices[slider]]}`;
    spec.panels.forEach((panel, i) =>
      turn[i](pageNumber(indices, panel.sliders, spec.sizes), panel.sliders.map(place)),
    );
    const state = pageNumber(indices, all, spec.sizes);
    if (read) read(spec.readouts[state]);
    if (moveMarker) moveMarker(state);
    root.dataset.state = indices.join(" ");
  };
}

function setAttribute(target, name, value) {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

/**
 * Tell a screen reader the name of an ipywidgets slider, and its value as shown.
 *
 * ipywidgets gives the handle no name, and its index as the value. There, the shown value can
 * be edited, without any effect; here it is plain text.
 */
function describeSlider(slider) {
  const [name, handle, value] = [".widget-label", ".noUi-handle", ".widget-readout"].map((part) =>
    slider.querySelector(part),
  );
  if (!name || !handle || !value) return; // not built yet
  setAttribute(handle, "aria-label", name.textContent);
  setAttribute(handle, "aria-valuetext", value.textContent);
  setAttribute(value, "contenteditable", "false");
}

/**
 * Keep the sliders next to the atlas described, whenever they are built or changed.
 *
 * Does nothing in front ends that arrange widgets differently. Returns a function that
 * stops it.
 */
function describeSliders(el, title, otherImages) {
  let box, whole, listening;
  const describe = () => {
    box.querySelectorAll(".widget-slider").forEach(describeSlider);
    // Otherwise JupyterLab takes some keys: Enter on a button, arrow keys on a list.
    whole
      .querySelectorAll(".noUi-handle, button, select")
      .forEach((control) => setAttribute(control, "data-lm-suppress-shortcuts", "true"));
  };
  const changes = new MutationObserver(describe);
  const arrival = new ResizeObserver(() => {
    const found = el.closest(".widget-vbox"); // null while the atlas is not in the page
    if (!found || found === box) return;
    box = found;
    // Looked up here: the box may have left the page by the time a change to it is described.
    whole = box.parentElement?.closest(".widget-vbox") ?? box;
    setAttribute(box, "role", "group");
    setAttribute(box, "aria-label", title);
    const attributeFilter = ["aria-valuetext", "contenteditable"];
    changes.observe(box, { subtree: true, childList: true, characterData: true, attributeFilter });
    listening?.abort();
    listening = new AbortController();
    const options = { capture: true, signal: listening.signal };
    for (const event of ["click", "change"]) whole.addEventListener(event, otherImages, options);
    hideStill(el);
    describe();
  });
  arrival.observe(el);
  return () => {
    [arrival, changes].forEach((observer) => observer.disconnect());
    listening?.abort();
  };
}

export default {
  initialize({ model }) {
    attend(model);
  },
  render({ model, el }) {
    let show;
    const isAlone = watchKernel(model, el);
    const status = addStatus(el);
    const stage = element(el, "div", "");
    const sizes = () => model.get("spec").sizes;
    const update = () => show(sizes().map((_, slider) => model.get(`slider${slider}`)));
    const fill = () => {
      const view = model.get("atlas");
      stage.replaceChildren();
      show = mount(stage, model.get("spec"), new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      stage.firstChild.dataset.edition = model.get("edition");
      update();
    };
    sizes().forEach((_, slider) => model.on(`change:slider${slider}`, update));
    model.on("change:edition", fill); // spec and atlas change together
    fill();
    return describeSliders(el, model.get("spec").title, (event) => {
      if (!event.target.closest("button, select") || !isAlone()) return;
      event.stopPropagation(); // otherwise it is sent to a kernel that is gone
      status.textContent = ALONE;
    });
  },
};
