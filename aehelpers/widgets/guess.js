// A question with radio buttons. The group is native HTML, so the keyboard and screen readers
// work as usual: Tab reaches it, arrow keys choose, the legend names it.
//
// model: question (text), options (texts), choice (the chosen option, or "")
//
// Its answer is another widget, perhaps not yet there. The two talk by events of the page, which
// need no kernel: "ae-guess" says what was chosen, "ae-answer" that an answer wants to know.
//
// `addStatus` is in live.js, the other pieces in parts.js.

const WAITS = "The answer opens below, as soon as it is computed.";
const OPENS = "The answer below is open now.";

export default plainWidget((model, el) => {
  // Buttons with the same name exclude each other, so each question needs its own name.
  const group = `ae-guess-${Math.random()}`;
  const fieldset = element(el, "fieldset", "ae-guess");
  element(fieldset, "legend", "", model.get("question"));
  const buttons = model.get("options").map((option) => {
    const label = element(fieldset, "label");
    const button = control(label, "input", { type: "radio", name: group, value: option });
    button.addEventListener("change", () => {
      store(model, "choice", option);
      status.textContent = tell() ? OPENS : WAITS;
    });
    label.append(` ${option}`);
    return button;
  });
  const status = addStatus(fieldset);
  const show = () => buttons.forEach((b) => (b.checked = b.value === model.get("choice")));
  model.on("change:choice", show);
  show();

  const tell = () => {
    const detail = { question: model.get("question"), choice: model.get("choice"), heard: false };
    if (detail.choice) document.dispatchEvent(new CustomEvent("ae-guess", { detail }));
    return detail.heard;
  };
  const end = new AbortController();
  const hear = ({ detail }) => detail.question === model.get("question") && tell();
  document.addEventListener("ae-answer", hear, { signal: end.signal });
  tell();
  return () => end.abort();
});
