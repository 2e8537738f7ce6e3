// An explorer in the browser: an atlas of pictures whose pages are turned by numbers.
//
// `mount` needs nothing but the page it draws on. The default export ties it to anywidget,
// where each slider index is a trait: slider0, slider1, ...
//
// spec.sizes    number of values of each slider
// spec.panels   [{label, width, height, images, zoom, sliders, offset, captions}]
//               Pages of width * height grey bytes start at `offset` of the atlas. `sliders`
//               lists the sliders that choose the page, the last one changing fastest.
//               captions: null, or for each page a text for each of its images.
// spec.readouts null, or a text for each combination of slider values
// spec.curve    null, or {png, alt, points}: a picture as base64, and for each combination
//               the place of the marker as fractions of its width and height

/** The number of the page for these slider indices, of those that `sliders` lists. */
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

/** Build one panel; return the function that shows one of its pages. */
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
  canvas.width = panel.width;
  canvas.height = panel.height;
  canvas.setAttribute("role", "img");
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(panel.width, panel.height);
  const words = new Uint32Array(pixels.data.buffer);
  const size = panel.width * panel.height;

  return (page) => {
    const start = panel.offset + page * size;
    // 0x010101 copies the grey byte into red, green and blue; 0xff000000 is opaque.
    for (let i = 0; i < size; i++) words[i] = (0xff000000 | (atlas[start + i] * 0x010101)) >>> 0;
    context.putImageData(pixels, 0, 0);
    const texts = panel.captions?.[page] ?? [];
    texts.forEach((text, i) => (captions[i].textContent = text));
    canvas.setAttribute("aria-label", [panel.label, ...texts].join(", "));
  };
}

/** Build the curve with its marker; return the function that moves the marker. */
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

/** Build an explorer inside `parent`; return the function that shows given slider indices. */
export function mount(parent, spec, atlas) {
  const root = element(parent, "div", "ae-explorer");
  root.dataset.sizes = JSON.stringify(spec.sizes);
  const readout = spec.readouts && element(root, "output", "ae-readout");
  const panels = element(root, "div", "ae-panels");
  const turn = spec.panels.map((panel) => mountPanel(panels, panel, atlas));
  const moveMarker = spec.curve && mountCurve(root, spec.curve);
  const all = spec.sizes.map((_, slider) => slider);

  return (indices) => {
    spec.panels.forEach((panel, i) => turn[i](pageNumber(indices, panel.sliders, spec.sizes)));
    const state = pageNumber(indices, all, spec.sizes);
    if (readout) readout.textContent = spec.readouts[state];
    if (moveMarker) moveMarker(state);
    root.dataset.state = indices.join(" ");
  };
}

export default {
  render({ model, el }) {
    let show;
    const sizes = () => model.get("spec").sizes;
    const update = () => show(sizes().map((_, slider) => model.get(`slider${slider}`)));
    const fill = () => {
      const view = model.get("atlas");
      el.replaceChildren();
      show = mount(el, model.get("spec"), new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      el.firstChild.dataset.edition = model.get("edition");
      update();
    };
    sizes().forEach((_, slider) => model.on(`change:slider${slider}`, update));
    model.on("change:edition", fill); // spec and atlas have changed together
    fill();
  },
};
