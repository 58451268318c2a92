// Asks again every two seconds while a document is being made, and puts the new list in the old one's place.
const again = (list) => setTimeout(() => refresh(list), 2000);

async function refresh(list) {
  if (!list.isConnected) return;
  if (document.hidden) return again(list);
  try {
    const answer = await fetch(list.dataset.poll, { headers: { "HX-Request": "true" }, cache: "no-store" });
    if (!answer.ok || answer.redirected) return;
    const fragment = document.createRange().createContextualFragment(await answer.text());
    const fresh = fragment.querySelector("#documents");
    if (!fresh) return;
    if (fresh.textContent === list.textContent) return again(list);
    const focused = list.contains(document.activeElement);
    list.replaceWith(fresh);
    if (focused) fresh.querySelector("a, button")?.focus();
    if (fresh.dataset.poll) again(fresh);
  } catch {
    again(list);
  }
}

for (const list of document.querySelectorAll("[data-poll]")) again(list);
