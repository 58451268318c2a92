// The sheet's helps: parts loaded when somebody asks, the note copied, and the seconds that it was in sight.
async function load(link, place) {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" }, cache: "no-store" }).catch(() => null);
  if (!answer || !answer.ok || answer.redirected) {
    location.assign(link.href); // the page of its own says why
    return;
  }
  place.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
  place.dataset.shows = link.href;
  place.hidden = false;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
  readyToCopy(place);
}

function readyToCopy(root) {
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy);
      const said = button.parentElement.querySelector("[data-copied]");
      try {
        await navigator.clipboard.writeText(text.value);
        said.textContent = "Copied.";
      } catch {
        text.select();
        said.textContent = "Selected: copy it with your keyboard.";
      }
    });
  }
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest("a[data-load], a[data-override]");
  if (!link) return;
  if (link.dataset.override) {
    const fold = document.getElementById("override");
    if (!fold) return;
    event.preventDefault();
    fold.open = true;
    document.getElementById("override-option").value = link.dataset.override;
    document.getElementById("override-candidacy").focus();
    return;
  }
  const place = document.getElementById(link.dataset.load);
  if (!place) return;
  event.preventDefault();
  if (!place.hidden && place.dataset.shows === link.href) {
    place.hidden = true;
    link.focus();
    return;
  }
  load(link, place);
});
readyToCopy(document);

// Whole seconds in sight, told once when the page is left; of the sheet, and of nobody by name.
const sheet = document.querySelector("[data-read]");
if (sheet) {
  let seen = 0;
  let since = document.hidden ? null : performance.now();
  let told = false;
  const pause = () => {
    if (since !== null) seen += performance.now() - since;
    since = null;
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) pause();
    else since = performance.now();
  });
  addEventListener("pagehide", () => {
    pause();
    if (told) return;
    told = true;
    const body = new FormData();
    body.set("seconds", String(Math.round(seen / 1000)));
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
    navigator.sendBeacon(sheet.dataset.read, body);
  });
}
