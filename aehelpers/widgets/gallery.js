// Images of any size, in grey or in colour, and a gallery of them to choose from.
//
// model: images: one after the other, a byte for each value; shape: [height, width, channels]

/**
 * Return the images of a widget.
 *
 * @returns {{paint: (canvas: HTMLCanvasElement, number: number) => void}}
 */
function albumOf(model) {
  const bytes = model.get("images");
  const [height, width, channels] = model.get("shape");
  const paint = (canvas, number) => {
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(width, height);
    for (let i = 0; i < height * width; i++) {
      const at = (number * height * width + i) * channels;
      for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = bytes.getUint8(at + (channels === 3 ? c : 0));
      pixels.data[4 * i + 3] = 255;
    }
    context.putImageData(pixels, 0, 0);
  };
  return { paint };
}

/** Add an image with a caption below it; return the function that shows another one. */
function addCaptioned(parent, album) {
  const figure = element(parent, "figure");
  const canvas = element(figure, "canvas", "ae-image");
  const words = element(figure, "figcaption");
  return (number, text) => {
    album.paint(describe(canvas, "img", text), number);
    words.textContent = text;
  };
}

/**
 * Add images as buttons. Tab reaches the chosen one, arrow keys, Home and End go to the others.
 *
 * @param {{number: number, name: string}[]} images   of the album, with the name of each
 * @param {(place: number) => void} act   gets the place of the image that is pressed
 * @returns {(place: number) => void} marks an image as the chosen one
 */
function addGalleryOf(parent, title, album, images, act) {
  const root = describe(element(parent, "div", "ae-gallery"), "group", title);
  const buttons = images.map(({ number, name }, place) => {
    const button = addButton(root, "", () => act(place), name);
    album.paint(element(button, "canvas"), number);
    return button;
  });
  const across = () => buttons.filter((button) => button.offsetTop === buttons[0].offsetTop).length;
  const go = (step) => buttons[buttons.indexOf(document.activeElement) + step]?.focus();
  onArrows(root, (right, up) => go(right - up * across()));
  onKeys(root, { Home: () => buttons[0].focus(), End: () => buttons.at(-1).focus() });
  return (chosen) =>
    buttons.forEach((button, place) => {
      button.setAttribute("aria-pressed", place === chosen);
      button.tabIndex = place === Math.max(chosen, 0) ? 0 : -1;
    });
}
