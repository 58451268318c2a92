// Helps at some kinds of questions: the picture of the body beside its list, and measures in other units.

const centre = (region) => {
  const { left, top, width, height } = region.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
};
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const boxOf = (region) => region.closest(".body-map-with-list").querySelector(`[data-body-list] input[value="${region.dataset.code}"]`);

// The picture and the list say the same: a region is chosen when its box is.
function match(whole) {
  for (const region of whole.querySelectorAll("[data-code]")) {
    const chosen = boxOf(region)?.checked ?? false;
    region.toggleAttribute("data-chosen", chosen);
    region.setAttribute("aria-checked", chosen);
  }
}

function toggle(region) {
  const box = region && boxOf(region);
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

// With the keyboard: one stop for the picture, arrows from place to place, space to choose.
function prepare() {
  for (const whole of document.querySelectorAll(".body-map-with-list")) {
    const picture = whole.querySelector("[data-body-map]");
    picture.hidden = false;
    for (const drawing of picture.querySelectorAll("svg")) drawing.removeAttribute("aria-hidden");
    const regions = [...picture.querySelectorAll("[data-code]")].filter(boxOf);
    for (const [number, region] of regions.entries()) {
      region.setAttribute("role", "checkbox");
      region.setAttribute("tabindex", number ? "-1" : "0");
      region.setAttribute("aria-label", `${boxOf(region).closest("label").innerText.trim()} (${region.closest("svg").getAttribute("aria-label")})`);
    }
    match(whole);
  }
}

document.addEventListener("click", ({ target }) => toggle(target.closest("[data-body-map] [data-code]")));
document.addEventListener("change", ({ target }) => {
  const whole = target.closest(".body-map-with-list");
  if (whole) match(whole);
});
document.addEventListener("keydown", (event) => {
  const region = event.target.closest("[data-body-map] [data-code]");
  if (!region) return;
  const step = STEPS[event.key];
  if (event.key === " ") toggle(region);
  else if (!step) return;
  event.preventDefault();
  if (!step) return;
  const [x, y] = centre(region);
  const distance = (other) => {
    const [along, across] = [centre(other)[0] - x, centre(other)[1] - y];
    const forward = along * step[0] + across * step[1];
    return forward > 1 ? forward + 2 * Math.abs(along * step[1] + across * step[0]) : Infinity;
  };
  const others = [...region.closest("[data-body-map]").querySelectorAll("[tabindex]")].filter((other) => distance(other) < Infinity);
  const next = others.sort((one, other) => distance(one) - distance(other))[0];
  if (!next) return;
  region.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
});

// A measure that was typed in one system is there in the other when the person switches.
document.addEventListener("change", ({ target }) => {
  if (target.name !== "answer_units") return;
  const [plain, large, small] = target.closest("[data-large]").querySelectorAll("input[type=text]");
  const { large: perLarge, small: perSmall } = target.closest("[data-large]").dataset;
  const number = (field) => Number.parseFloat(field.value.replace(",", ".")) || 0;
  if (target.value === "other" && number(plain)) {
    const smalls = Math.round(number(plain) / perSmall);
    const inLarge = Math.round(perLarge / perSmall);
    large.value = Math.floor(smalls / inLarge);
    small.value = smalls % inLarge;
  } else if (target.value === "own" && (number(large) || number(small))) {
    plain.value = (number(large) * perLarge + number(small) * perSmall).toFixed(1).replace(/\.0$/, "");
  }
});

document.addEventListener("page-shown", prepare);
window.addEventListener("pageshow", prepare);
