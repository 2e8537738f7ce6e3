// Images to label by a button or a key, one after the other.
//
// model: images, shape as for gallery.js; classes: their names
//        suggested: for each image [class, certainty from 0 to 1], or none
//        answers: [image, class] in the order in which they were given

/** Return the key of each class: its own letter, where it has one, or a digit. */
function keysOf(classes) {
  const letters = classes.map((name) => name.toLowerCase());
  const single = letters.every((name) => name.length === 1);
  return single ? letters : classes.map((_, i) => (i < 10 ? String((i + 1) % 10) : ""));
}

export default widget("Label", (model, el) => {
  const album = albumOf(model);
  const [classes, suggested] = [model.get("classes"), model.get("suggested")];
  const n = model.get("n");
  const keys = keysOf(classes);
  let again = null; // an image that is labeled anew
  const answers = () => model.get("answers");
  const given = () => new Map(answers());
  const keep = (list) => {
    store(model, "answers", list);
    again = null;
    show();
  };
  const current = () => {
    const known = given();
    return again ?? Array.from({ length: n }, (_, i) => i).find((i) => !known.has(i));
  };
  const answer = (label) => {
    if (current() !== undefined) keep([...answers(), [current(), label]]);
  };

  const root = element(el, "div", "ae-labeling");
  const showImage = addCaptioned(element(root, "div", "ae-asked"), album);
  const tools = element(root, "div", "ae-tools");
  const line = element(tools, "p", "ae-place");
  const group = describe(element(tools, "div", "ae-classes"), "group", "Which class is it?");
  const buttons = classes.map((name, label) => {
    const button = addButton(group, name, () => answer(label));
    if (keys[label]) button.setAttribute("aria-keyshortcuts", keys[label]);
    if (keys[label] && keys[label] !== name.toLowerCase()) button.title = `key ${keys[label]}`;
    return button;
  });
  const undo = addButton(tools, "Undo", () => keep(answers().slice(0, -1)));
  const done = element(el, "div");
  const tell = mountTeller(el);
  el.addEventListener("keydown", (event) => {
    const label = event.key ? keys.indexOf(event.key.toLowerCase()) : -1;
    if (label < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // JupyterLab has meanings of its own for letters
    answer(label);
  });

  const show = () => {
    const known = given();
    const at = current();
    const open = n - known.size;
    if (at !== undefined) showImage(at, `image ${at + 1} of ${n}`);
    const [guess, certainty] = suggested[at] ?? [];
    const hint = guess === undefined ? "" : `Suggested: ${classes[guess]}, ${Math.round(100 * certainty)} % sure. `;
    line.textContent = at === undefined ? "All are labeled." : `${hint}${open} still to label.`;
    undo.disabled = answers().length === 0;
    if (at === undefined && group.contains(document.activeElement)) undo.focus(); // or it is lost
    buttons.forEach((button, label) => {
      button.disabled = at === undefined;
      button.classList.toggle("ae-likely", label === guess);
    });
    const labeled = [...known].map(([number, label]) => ({ number, name: classes[label] }));
    const focused = done.contains(document.activeElement);
    done.replaceChildren();
    if (labeled.length) {
      element(done, "p", "ae-name", "Labeled so far; press one to change it");
      const words = labeled.map(({ number, name }) => ({ number, name: `${name}, image ${number + 1}` }));
      const mark = addGalleryOf(done, "Labeled images", album, words, (place) => {
        again = labeled[place].number;
        show();
        buttons[given().get(again)].focus();
      });
      mark(labeled.findIndex(({ number }) => number === again));
      done.querySelectorAll(".ae-gallery button").forEach((button, i) => element(button, "span", "", labeled[i].name));
    }
    if (focused && again === null) buttons[0].focus();
    tell("Label", line.textContent);
  };
  model.on("change:answers", show);
  show();
});
