// An image to choose, and those nearest to it in several spaces.
//
// model: images, shape as for gallery.js; captions: a text for each image, or none
//        asked: which images can be chosen; chosen: the place of one of them
//        spaces: for each its name, and near: for each of the images asked, the nearest ones

export default widget("Search", (model, el) => {
  const album = albumOf(model);
  const [captions, asked] = [model.get("captions"), model.get("asked")];
  const caption = (number) => captions[number] ?? "image";
  const named = asked.map((number, place) => ({ number, name: `${caption(number)}, image ${place + 1}` }));
  element(el, "p", "ae-name", "Choose an image");
  const mark = addGalleryOf(el, "Images to choose from", album, named, (place) => {
    store(model, "chosen", place);
    show();
  });
  const root = element(el, "div", "ae-found");
  const parts = model.get("spaces").map(({ name, near }) => {
    const part = addPart(root, "ae-space", name);
    const images = element(part, "div", "ae-images");
    const shows = near[0].map(() => addCaptioned(images, album));
    return { name, near, shows, line: element(part, "p", "ae-place") };
  });
  const tell = mountTeller(el);

  const show = () => {
    const chosen = model.get("chosen");
    mark(chosen);
    const own = caption(asked[chosen]);
    for (const { name, near, shows, line } of parts) {
      near[chosen].forEach((number, i) => shows[i](number, caption(number)));
      const same = near[chosen].filter((number) => caption(number) === own).length;
      line.textContent = captions.length ? `${same} of ${shows.length} are ${own}` : "";
      tell(name, near[chosen].map(caption).join(", "));
    }
  };
  model.on("change:chosen", show);
  show();
});
