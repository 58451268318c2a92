// Single keys for those who want them: j and k walk the rows, ? lists the rest, and each letter goes to the
// link, the button or the fold that carries it as data-key. A row may carry its own with data-row-key. They
// can be put off, and are off while something is typed. Nothing is sent by a letter: it opens, or it focuses.
const OFF = "candor-keys-off";
const dialog = document.getElementById("keys");
const box = document.getElementById("keys-on");

const off = () => {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
};

const typing = (element) => element.matches?.("textarea, select, [contenteditable]") ||
  (element.matches?.("input") && !["radio", "checkbox", "button", "submit"].includes(element.type));

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);

function step(by) {
  const all = rows();
  const here = all.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
  all[next]?.focus();
  all[next]?.scrollIntoView({ block: "nearest" });
}

function go(target) {
  if (target.matches("summary")) {
    target.parentElement.open = true;
    const field = target.parentElement.querySelector("select, textarea, input:not([type=hidden]), button");
    (field ?? target).focus();
    return;
  }
  if (target.matches("a")) return target.click();
  target.focus();
  target.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || dialog?.open) return;
  if (event.key === "?" && dialog) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  if (off()) return;
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    step(event.key === "j" ? 1 : -1);
    return;
  }
  const row = event.target.closest?.("[data-row]") ?? rows()[0];
  const own = row?.querySelector(`[data-row-key="${CSS.escape(event.key)}"]`);
  const target = own ?? document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  go(target);
});

if (dialog) {
  if (box) {
    box.checked = !off();
    box.addEventListener("change", () => {
      try {
        localStorage.setItem(OFF, box.checked ? "0" : "1");
      } catch {
        box.checked = true; // nothing can be remembered here
      }
    });
  }
  for (const opener of document.querySelectorAll("[data-help]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => dialog.showModal());
  }
}
