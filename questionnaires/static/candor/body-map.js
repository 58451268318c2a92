// The picture of the body beside the list: tap either, both say the same.

for (const picture of document.querySelectorAll("[data-body-map]")) {
  const list = picture.parentElement.querySelector("[data-body-list]");
  const boxes = new Map([...list.querySelectorAll("input")].map((box) => [box.value, box]));
  const regions = [...picture.querySelectorAll("[data-code]")];
  const show = () => {
    for (const region of regions) region.toggleAttribute("data-chosen", boxes.get(region.dataset.code)?.checked ?? false);
  };
  picture.addEventListener("click", ({ target }) => {
    const box = boxes.get(target.closest("[data-code]")?.dataset.code);
    if (!box) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
  list.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
  picture.hidden = false;
}
