// Asks at once what would follow from the answers as they stand; the server stores nothing of it.
const form = document.getElementById("what-if");
let asking = null;
// On the document, so that what excludes what ("Not sure" and what was typed) is settled before it is asked.
document.addEventListener("change", async ({ target }) => {
  if (target.form !== form) return;
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(form.action || location.href, {
      method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, signal: asking.signal,
    });
    if (answer.redirected) return;
    const fresh = document.createRange().createContextualFragment(await answer.text()).getElementById("what-follows");
    if (fresh) document.getElementById("what-follows").replaceChildren(...fresh.children);
  } catch {
    // Without a connection the form is still here, and the button sends it.
  }
});
