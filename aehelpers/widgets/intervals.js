// Means with their intervals, one below the other, that follow sliders.
//
// Traits: spec: {title, xlabel, names, values (texts) of the sliders, arms: [[name, group], ...],
//         groups: their names, limits of the axis in percent, pages: for each combination of slider
//         values, the last slider varying fastest, [mean, low, high, runs] of each arm, or null};
//         indices: the position of each slider.

/** Return round numbers between two others, for the ends of an axis and its lines. */
function ticks(low, high) {
  const step = [1, 2, 5, 10, 20].find((size) => (high - low) / size <= 8);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

/** Build the row of an arm; return a function that moves its parts to what was measured. */
function addRow(chart, row, name, group, at) {
  element(chart, "span", "ae-arm", name).style.gridRow = row;
  const track = element(chart, "div", `ae-track ae-group${group}`);
  track.style.gridRow = row;
  const interval = element(track, "i", "ae-interval");
  const dot = element(track, "i", "ae-dot");
  const words = element(track, "span", "ae-mean");
  const runs = [];
  return (measured) => {
    track.classList.toggle("ae-absent", !measured);
    words.textContent = measured ? measured[0].toFixed(1) : "not measured";
    const [mean, low, high, values] = measured ?? [0, 0, 0, []];
    words.style.left = dot.style.left = at(mean);
    Object.assign(interval.style, { left: at(low), right: `calc(100% - ${at(high)})` });
    while (runs.length < values.length) runs.push(element(track, "i", "ae-run"));
    runs.forEach((run, i) => {
      run.hidden = i >= values.length;
      if (!run.hidden) run.style.left = at(values[i]);
    });
  };
}

export default plainWidget((model, el) => {
  const { title, xlabel, names, values, arms, groups, limits, pages } = model.get("spec");
  describe(el, "group", title);
  const moveSliders = mountSliders(model, el, names, values);
  const key = element(el, "p", "ae-key");
  groups.forEach((name, group) => {
    element(element(key, "span", `ae-group${group}`), "i", "ae-dot");
    key.lastChild.append(name);
  });
  const chart = element(el, "div", "ae-intervals");
  const [left, right] = limits;
  const share = (value) => (Math.min(Math.max(value, left), right) - left) / (right - left);
  const at = (value) => `${100 * share(value)}%`;
  const lines = element(chart, "div", "ae-lines");
  lines.style.gridRow = `1 / span ${arms.length}`;
  for (const value of ticks(...limits)) {
    element(lines, "i").style.left = at(value);
    element(lines, "span", "", value).style.left = at(value);
  }
  const show = arms.map(([name, group], i) => addRow(chart, i + 1, name, group, at));
  element(el, "p", "ae-xlabel", xlabel);
  const tell = mountTeller(el);
  const update = () => {
    const indices = model.get("indices");
    moveSliders(indices);
    const page = pages[pageNumber(indices, values.map((part) => part.length))];
    page.forEach((measured, i) => show[i](measured));
    const found = arms.map(([name], i) => [name, page[i]?.[0]]).filter(([, mean]) => mean);
    found.sort(([, one], [, other]) => other - one);
    const ranking = found.map(([name, mean]) => `${name} ${mean.toFixed(1)} %`).join("; ");
    describe(chart, "img", `${xlabel}: ${ranking}`);
    tell("Best first", ranking);
  };
  model.on("change:indices", update);
  update();
});
