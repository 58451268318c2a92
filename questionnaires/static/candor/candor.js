// Small helps for every page; each page works without them.

// After an error, start at the list of what went wrong.
document.querySelector(".error-summary")?.focus();

// A second tap on a slow connection sends nothing twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
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

// A number or words take back "I'm not sure"; "I'm not sure" puts them aside, and gives them back.
for (const group of document.querySelectorAll("[data-exclusive-group]")) {
  const field = group.querySelector("input[type=text], textarea");
  if (!field) continue;
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  let aside = "";
  field.addEventListener("input", () => boxes.forEach((box) => (box.checked = false)));
  group.addEventListener("change", ({ target }) => {
    if (!boxes.includes(target)) return;
    if (target.checked) {
      aside = field.value || aside;
      field.value = "";
    } else if (!field.value) {
      field.value = aside;
    }
  });
}

// "None of these" clears the others, and another answer clears it.
for (const group of document.querySelectorAll("[data-exclusive-group]")) {
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  group.addEventListener("change", ({ target }) => {
    if (!target.checked) return;
    for (const box of boxes) {
      if (box === target || !box.checked) continue;
      if ("exclusive" in target.dataset || "exclusive" in box.dataset) {
        box.checked = false;
        box.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
  });
}
