// An answer, closed until its question was guessed at or somebody opens it.
//
// model: question, outcome, because (texts)
//
// The events by which it hears of a guess are described in guess.js.

export default plainWidget((model, el) => {
  const details = element(el, "details", "ae-answer");
  const summary = control(details, "summary");
  const happened = element(element(details, "p"), "b");
  happened.after(` ${model.get("because")}`);
  const show = (choice) => {
    const outcome = model.get("outcome");
    const right = choice === outcome;
    summary.textContent = choice ? `You guessed: ${choice}.` : "Guess first, or open.";
    happened.textContent = right ? "That is what happened." : `What happened: ${outcome}.`;
  };
  show("");

  const end = new AbortController();
  const hear = ({ detail }) => {
    if (detail.question !== model.get("question")) return;
    detail.heard = details.open = true;
    show(detail.choice);
  };
  document.addEventListener("ae-guess", hear, { signal: end.signal });
  const detail = { question: model.get("question") };
  document.dispatchEvent(new CustomEvent("ae-answer", { detail }));
  return () => end.abort();
});
