// Puts the part of a page that lives at another address in its place, and looks again while it is being made.
// Without this module the link inside leads there.

const PATIENCE = [2, 3, 5, 8, 13, 20, 30]; // seconds between looks; after the last, the person reloads

async function load(place, look = 0) {
  const answer = await fetch(place.dataset.load, { headers: { "HX-Request": "true" }, cache: "no-store" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const html = await answer.text();
  if (html !== place.loaded) {
    const focused = place.contains(document.activeElement);
    place.loaded = html;
    place.innerHTML = html;
    if (focused) place.querySelector("a, button")?.focus();
  }
  if (place.querySelector("[data-poll]") && look < PATIENCE.length) {
    setTimeout(() => load(place, look + 1), PATIENCE[look] * 1000);
  }
}

for (const place of document.querySelectorAll("[data-load]")) load(place);
