// Pieces of which widgets are built.

/** Add an element with a class and a text. */
function element(parent, tag, className = "", text = "") {
  const created = document.createElement(tag);
  created.className = className;
  created.textContent = text;
  parent.append(created);
  return created;
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
function mountSlider(parent, { name, label, ...range }, shown, moved) {
  const line = element(parent, "label", "ae-slider");
  element(line, "span", "", label);
  const input = Object.assign(element(line, "input"), { type: "range", ...range });
  input.setAttribute("aria-label", name);
  input.dataset.lmSuppressShortcuts = "true"; // otherwise JupyterLab takes the arrow keys
  const words = element(line, "span", "ae-value");
  const write = (value) => {
    words.textContent = shown(value);
    input.setAttribute("aria-valuetext", words.textContent);
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
