// Moving questions by mouse and by keys; without this file the buttons beside each question do the same.

const form = document.querySelector("[data-arrange]");
const because = document.getElementById("because");

function send(act, section = "", place = "") {
  if (!form.reportValidity()) return;
  form.elements.section.value = section;
  form.elements.place.value = place;
  const button = document.createElement("button");
  button.name = "act";
  button.value = act;
  button.hidden = true;
  form.append(button);
  form.requestSubmit(button);
}

if (form && because) {
  let dragged = null;
  const rows = () => [...form.querySelectorAll("[data-question]")];
  const unmark = () => rows().forEach((row) => row.classList.remove("drop-before", "drop-after"));

  form.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-question]");
    if (!dragged) return;
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.question);
  });
  form.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    unmark();
    dragged = null;
  });
  form.addEventListener("dragover", (event) => {
    const list = event.target.closest("[data-section]");
    if (!dragged || !list) return;
    event.preventDefault();
    unmark();
    const row = event.target.closest("[data-question]");
    if (row) row.classList.add(isAbove(event, row) ? "drop-before" : "drop-after");
  });
  form.addEventListener("drop", (event) => {
    const section = event.target.closest("[data-section]");
    if (!dragged || !section) return;
    event.preventDefault();
    const others = [...section.querySelectorAll("[data-question]")].filter((row) => row !== dragged);
    const row = event.target.closest("[data-question]");
    if (row === dragged) return;
    const place = row ? others.indexOf(row) + (isAbove(event, row) ? 0 : 1) : others.length;
    send(`to:question-${dragged.dataset.question}`, section.dataset.section, String(place));
  });

  form.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-question]");
    if (!event.altKey || !row || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    send(`${event.key === "ArrowUp" ? "up" : "down"}:question-${row.dataset.question}`);
  });

  // After a move the reader is where they were: on the row that moved. The browser goes to the row itself
  // first, and takes the focus off everything on the way.
  const moved = document.getElementById(location.hash.slice(1));
  if (moved) {
    const told = document.querySelector("[data-told]");
    const follow = () => {
      (moved.querySelector("[data-up]") ?? moved.querySelector("a"))?.focus({ preventScroll: true });
      if (told) told.textContent = moved.querySelector(".outline-text a, h2 a")?.textContent ?? "";
    };
    if (document.readyState === "complete") follow();
    else addEventListener("load", () => requestAnimationFrame(follow));
  }
}

function isAbove(event, row) {
  const box = row.getBoundingClientRect();
  return event.clientY < box.top + box.height / 2;
}
