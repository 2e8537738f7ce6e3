// From one image to another: through the pixels, and through the codes of autoencoders.
//
// model: networks, weights, images as for draw.js

/** Add one end of the way: an image, and buttons that choose another. */
function mountEnd(parent, title, images, first, changed) {
  const root = element(parent, "div");
  const show = addImage(root, title);
  const tools = element(root, "div", "ae-tools");
  const end = { image: null };
  const choose = (image) => {
    end.image = image;
    show(image);
    changed();
  };
  const go = addGallery(tools, images, first, choose, title);
  return { end, begin: () => go(0) };
}

export default widget("Morph", (model, el) => {
  const networks = networksOf(model);
  const images = imagesOf(model);
  let share = 0.5;
  const root = element(el, "div", "ae-morph");
  const ends = element(root, "div", "ae-images");
  const { end: from, begin } = mountEnd(ends, "from", images, 0, () => update());
  const { end: to, begin: beginTo } = mountEnd(ends, "to", images, 1, () => update());
  const range = { name: "way from one image to the other", label: "way", min: 0, max: 1, step: 0.01 };
  const percent = (value) => `${Math.round(100 * value)} %`;
  const move = mountSlider(root, range, percent, (value) => {
    share = value;
    update();
  });
  const between = element(root, "div", "ae-images ae-large");
  const showPixels = addImage(between, "in the pixels");
  const shows = networks.map(({ name }) => addImage(between, `in the code, ${name}`));
  const tell = mountTeller(el);
  const mix = (a, b) => a.map((value, i) => (1 - share) * value + share * b[i]);

  const update = () => {
    if (!from.image || !to.image) return; // one end is still to come
    showPixels(mix(from.image, to.image));
    networks.forEach(({ encoder, decoder }, i) => {
      const [a, b] = [from, to].map((end) => forward(encoder, end.image));
      shows[i](forward(decoder, mix(a, b)));
    });
    tell("Morph", `${percent(share)} of the way`);
  };
  begin();
  beginTo();
  move(share);
});
