// A question with radio buttons. The group is native HTML, so the keyboard and screen readers
// work as usual: Tab reaches it, arrow keys choose, the legend names it.
//
// model: question (text), options (texts), choice (the chosen option, or "")
//
// `attend`, `watchKernel`, `addStatus` and `hideStill` are in live.js, `element` is in parts.js.

const ALONE =
  "No kernel runs here, so nothing hears your choice. Run this cell in a notebook, then choose.";

export default {
  initialize({ model }) {
    attend(model);
  },
  render({ model, el }) {
    // Buttons with the same name exclude each other, so each question needs its own name.
    const group = `ae-prediction-${Math.random()}`;
    const fieldset = element(el, "fieldset", "ae-prediction");
    element(fieldset, "legend", "", model.get("question"));
    const buttons = model.get("options").map((option) => {
      const label = element(fieldset, "label");
      const button = Object.assign(element(label, "input"), {
        type: "radio",
        name: group,
        value: option,
      });
      button.dataset.lmSuppressShortcuts = "true"; // otherwise JupyterLab takes the arrow keys
      button.addEventListener("change", () => {
        model.set("choice", option);
        model.save_changes();
        status.textContent = isAlone() ? ALONE : "";
      });
      label.append(` ${option}`);
      return button;
    });
    const show = () => buttons.forEach((b) => (b.checked = b.value === model.get("choice")));
    model.on("change:choice", show);
    show();
    const isAlone = watchKernel(model, el);
    const status = addStatus(fieldset);
    requestAnimationFrame(() => hideStill(el));
  },
};
