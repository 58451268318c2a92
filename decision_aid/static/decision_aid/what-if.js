// Asks at once what would follow from the answers as they stand; the server stores nothing of it.
const form = document.getElementById("what-if");
let asking = null;
form?.addEventListener("change", async () => {
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
