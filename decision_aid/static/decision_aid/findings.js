// Shows at once the questions that an answer opens or closes: saves quietly, and swaps the questions only
// when another set of them is shown, so that nobody's place or typing is lost.
const form = document.getElementById("findings");
let saving = null;
let again = false;

const asked = (root) => [...root.querySelectorAll("[name=asked]")].map((one) => one.value).join();

async function save() {
  if (saving) {
    again = true;
    return;
  }
  const body = new FormData(form);
  body.set("act", "save");
  try {
    saving = fetch(form.action || location.href, { method: "POST", body, headers: { "HX-Request": "true" } });
    const answer = await saving;
    if (!answer.ok || answer.redirected) return;
    const fragment = document.createRange().createContextualFragment(await answer.text());
    const fresh = fragment.querySelector("#questions");
    const old = document.getElementById("questions");
    if (!fresh) return;
    const effects = fragment.querySelector("#effects");
    if (effects && !again) document.getElementById("effects").replaceChildren(...effects.childNodes);
    if (asked(fresh) === asked(old) || again) {
      old.querySelector("[name=revision]").value = fresh.querySelector("[name=revision]").value;
      return;
    }
    const { id, name, value } = document.activeElement ?? {};
    for (const fold of fresh.querySelectorAll("details[data-keep]")) {
      fold.open ||= old.querySelector(`details[data-keep="${fold.dataset.keep}"]`)?.open ?? false;
    }
    old.replaceWith(fresh);
    const place = id ? document.getElementById(id) : name ? fresh.querySelector(`[name="${name}"][value="${value}"]`) : null;
    place?.focus({ preventScroll: true });
  } catch {
    // Without a connection nothing is lost: the form is still here, and the button sends it.
  } finally {
    saving = null;
    if (again) {
      again = false;
      save();
    }
  }
}

// On the document, so that what excludes what ("Not sure" and what was typed) is settled before it is saved.
document.addEventListener("change", ({ target }) => {
  if (target.form === form) save();
});
