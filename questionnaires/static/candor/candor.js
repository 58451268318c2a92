// Small helps for every page; each page works without them.

// After an error, start at the list of what went wrong.
document.querySelector(".error-summary")?.focus();

// A second tap on a slow connection sends nothing twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "1";
  event.submitter?.setAttribute("aria-disabled", "true");
});
// A page brought back by the browser's own Back may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sending;
  for (const button of document.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
});

const FIELDS = "input[type=text], textarea";
const BOXES = "input[type=checkbox]";
const aside = new WeakMap(); // what a field held when "I'm not sure" put it aside

// A number or words take back "I'm not sure".
document.addEventListener("input", ({ target }) => {
  if (!target.matches(FIELDS)) return;
  for (const box of target.closest("[data-exclusive-group]")?.querySelectorAll(BOXES) ?? []) box.checked = false;
});

document.addEventListener("change", ({ target }) => {
  const group = target.matches(BOXES) && target.closest("[data-exclusive-group]");
  if (!group) return;
  // "I'm not sure" puts what was typed aside, and gives it back.
  for (const field of group.querySelectorAll(FIELDS)) {
    if (target.checked) {
      aside.set(field, field.value || aside.get(field) || "");
      field.value = "";
    } else if (!field.value) {
      field.value = aside.get(field) ?? "";
    }
  }
  // "None of these" clears the others, and another answer clears it.
  for (const box of target.checked ? group.querySelectorAll(BOXES) : []) {
    if (box !== target && box.checked && ("exclusive" in target.dataset || "exclusive" in box.dataset)) {
      box.checked = false;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
});
