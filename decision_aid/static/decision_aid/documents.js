// Asks again while a document is being made, less and less often, and puts the new list in the old one's place.
const PAUSES = [2, 2, 2, 3, 5, 8, 13, 20, 30]; // seconds; the last one for good

function later(list, look) {
  setTimeout(() => refresh(list, look), PAUSES[Math.min(look, PAUSES.length - 1)] * 1000);
}

async function refresh(list, look) {
  if (!list.isConnected) return;
  if (document.hidden) return later(list, look);
  const answer = await fetch(list.dataset.poll, { headers: { "HX-Request": "true", "Candor-Poll": "1" }, cache: "no-store" }).catch(() => null);
  if (!answer) return later(list, look + 1); // no connection now
  if (!answer.ok || answer.redirected) return;
  const fresh = document.createRange().createContextualFragment(await answer.text()).querySelector("#documents");
  if (!fresh) return;
  if (fresh.textContent !== list.textContent) {
    const focused = list.contains(document.activeElement);
    list.replaceWith(fresh);
    if (focused) fresh.querySelector("a, button")?.focus();
    list = fresh;
  }
  if (fresh.dataset.poll) later(list, look + 1);
}

for (const list of document.querySelectorAll("[data-poll]")) later(list, 0);
