// On a tablet of the clinic: a page that nobody touches goes, and says so a minute before. Without this module
// the browser's own refresh does it.

const WARNING = 60; // seconds
const told = document.querySelector("[data-idle]");
const { idle, over, words } = told.dataset;
let touched = 0;
let goes = 0;
let timers = [];

function leave() {
  location.replace(over);
}

function begin() {
  if (Date.now() - touched < 1000) return;
  touched = Date.now();
  goes = touched + 1000 * idle;
  for (const timer of timers) clearTimeout(timer);
  told.replaceChildren();
  timers = [setTimeout(leave, goes - touched)];
  if (idle > 2 * WARNING) timers.push(setTimeout(warn, goes - touched - 1000 * WARNING));
}

function warn() {
  const line = document.createElement("p");
  line.textContent = words;
  told.replaceChildren(line);
}

for (const event of ["pointerdown", "keydown", "input", "scroll"]) document.addEventListener(event, begin, { passive: true });
// Timers stand still while the tablet sleeps.
document.addEventListener("visibilitychange", () => Date.now() >= goes && leave());
begin();
