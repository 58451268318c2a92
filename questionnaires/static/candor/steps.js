// From question to question without a new page, and on while there is no connection.
// What waits to be sent lives in the memory of this page only: nothing about a person is written to the device.

const PATIENCE = 10_000; // milliseconds for one request; after them the connection counts as lost
const PAUSES = [2, 4, 8, 15, 30]; // seconds between tries
const TYPING = 1_000; // milliseconds without a key, after which what is typed is kept

const told = document.querySelector("[data-connection]");
const queue = []; // answers that no server has confirmed, in the order given
const kept = new Map(); // address → the page as the person left it
const ahead = new Map(); // question → what is needed to ask it without a connection
const STOPPED = {}; // sending stopped at a page that the person must see first
let more = main().querySelector("form[data-code]")?.dataset.ahead; // where the next questions are
let state = ""; // of each question in order: 0 not asked, 1 open, 2 answered
let sending = null;
let holding = false; // nothing more can be asked until the connection is back
let tries = 0;
let timer = 0;
let again = 0; // answers that the server could not take as they were
let busy = false;
let lost = false;
let here = location.pathname; // of the page that is shown

function main() {
  return document.getElementById("main");
}

function question() {
  return main().querySelector("form[data-code]");
}

// ── Asking the server ────────────────────────────────────────────────────────────────────────────────────

// The page at an address; null without a connection, or when something else than our service answers.
async function ask(address, options = {}) {
  try {
    const answer = await fetch(address, { ...options, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.status >= 500 || !page.body.classList.contains("patient")) return null;
    return { page, address: answer.url, status: answer.status };
  } catch {
    return null;
  }
}

// The next part of the form, a little with every step, so that it can be asked without a connection.
async function lookAhead() {
  if (!more) return;
  try {
    const part = await (await fetch(more, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })).json();
    for (const one of part.questions) ahead.set(one.code, one);
    more = part.more;
  } catch {
    // Without it there is only less to ask; the next step looks again.
  }
}

// ── Showing a page ───────────────────────────────────────────────────────────────────────────────────────

function show(answer, push = true) {
  document.querySelector(".site-header").replaceWith(answer.page.querySelector(".site-header"));
  put(answer.page.getElementById("main"), answer.page.title, answer.address, push);
  lookAhead();
}

function put(page, title, address, push = true) {
  kept.set(here, { page: main(), title: document.title });
  main().replaceWith(page);
  document.title = title;
  here = new URL(address).pathname;
  if (push && here !== location.pathname) history.pushState(null, "", address);
  holding = false;
  begin();
  document.dispatchEvent(new Event("page-shown"));
  window.scrollTo(0, 0);
  const start = page.querySelector(".error-summary") ?? page.querySelector("h1");
  if (start && !start.hasAttribute("tabindex")) start.tabIndex = -1;
  start?.focus({ preventScroll: true });
}

function begin() {
  state = question()?.dataset.state ?? state;
  typed = text();
}

function tell(words, ...nodes) {
  if (told.dataset.said === words) return;
  told.dataset.said = words;
  const line = document.createElement("p");
  line.textContent = words;
  told.replaceChildren(...(words ? [line, ...nodes] : []));
}

// ── Sending answers ──────────────────────────────────────────────────────────────────────────────────────

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-step]")) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  event.submitter?.setAttribute("aria-disabled", "true");
  clearTimeout(pause);
  await keeping;
  const body = new URLSearchParams(new FormData(form));
  const go = event.submitter?.value || "on";
  if (event.submitter?.name) body.append(event.submitter.name, go);
  typed = text();
  await (form.dataset.code ? give(form.dataset.code, form.action, body, go) : settle(form.action, body));
  event.submitter?.removeAttribute("aria-disabled");
  busy = false;
});

async function give(code, address, body, go) {
  const waiting = queue.findIndex((one) => one.code === code);
  if (waiting > (sending ? 0 : -1)) queue.splice(waiting, 1); // only the newest of what was never sent
  queue.push({ code, address, body });
  const answer = await sync();
  if (answer === STOPPED) return;
  if (answer) {
    show(answer);
    return document.getElementById(code)?.querySelector("a").focus(); // the line of the page of all answers
  }
  body.set("go", "on"); // when it is sent later, a mistake in it must be told
  if (isEmpty(body)) queue.splice(queue.findIndex((one) => one.code === code), 1); // nothing to lose
  tellLost();
  goOn(code, go);
}

// A form that is no answer of its own: the choice between two, the birth date, “I understand”.
async function settle(address, body) {
  const answer = await ask(address, { method: "POST", body });
  if (!answer) return tellLost();
  show(answer);
  sync();
}

function isEmpty(body) {
  return !body.get("seen") && [...body].every(([name, value]) => !name.startsWith("answer") || name === "answer_units" || !value.trim());
}

// Sends what waits, in order; the page that follows the last, null without a connection, or STOPPED.
function sync() {
  sending ??= sendAll().finally(() => (sending = null));
  return sending;
}

async function sendAll() {
  clearTimeout(timer);
  let answer = null;
  while (queue.length) {
    answer = await ask(queue[0].address, { method: "POST", body: queue[0].body });
    if (!answer) {
      timer = setTimeout(syncLater, 1000 * PAUSES[Math.min(tries++, PAUSES.length - 1)]);
      return null;
    }
    if (answer.page.querySelector("[data-closed]")) {
      show(answer);
      return STOPPED;
    }
    queue.shift();
    if (queue.length && answer.status >= 400) again += 1;
    if (answer.page.querySelector("[data-urgent]")) {
      show(answer);
      if (queue.length) tellLost();
      return STOPPED;
    }
  }
  if (again) tell(told.dataset.again, lastOf("[data-connection-sections]"));
  else tell(lost ? told.dataset.found : "");
  lost = false;
  tries = again = 0;
  return answer;
}

// Nobody pressed a button: leave the person where they are, unless there is nothing to do there.
async function syncLater() {
  const answer = await sync();
  if (answer === null) return tellLost();
  if (answer === STOPPED) return;
  if (answer.status >= 400) tell(told.dataset.again, lastOf("[data-connection-sections]"));
  state = answer.page.querySelector("form[data-code]")?.dataset.state ?? state;
  if (holding) show(answer);
  lookAhead();
}

addEventListener("online", () => queue.length && syncLater());

function tellLost() {
  lost = true;
  const words = queue.length ? `${told.dataset.lost} ${told.dataset.waiting} ${queue.length}` : told.dataset.lost;
  tell(words, lastOf("[data-connection-safety]"));
}

function lastOf(template) {
  return document.querySelector(`template${template}`).content.cloneNode(true);
}

// ── Going on without a connection ────────────────────────────────────────────────────────────────────────

function goOn(code, go) {
  if (go === "list") return;
  const place = Number(question()?.dataset.place);
  if (go === "back") return goBack(place);
  const next = askable().find((one) => one.place > place);
  if (next) return putAhead(next);
  const page = main().cloneNode(false);
  page.append(lastOf("[data-connection-end]"));
  put(page, document.title, location.href);
  holding = true;
}

// Open questions whose condition reads no answer that the server has not seen yet.
function askable() {
  const unsent = new Set(queue.map((one) => one.code));
  return [...ahead.values()]
    .filter((one) => state[one.place] === "1" && !unsent.has(one.code) && !one.reads.some((read) => unsent.has(read)))
    .sort((one, other) => one.place - other.place);
}

function putAhead(one) {
  const before = kept.get(new URL(one.address, location).pathname);
  const page = before?.page ?? main().cloneNode(false);
  if (!before) page.innerHTML = one.html;
  put(page, one.title, new URL(one.address, location).href);
}

function goBack(place) {
  const earlier = [...kept.values()].filter(({ page }) => Number(page.querySelector("form[data-code]")?.dataset.place) < place);
  const placeOf = ({ page }) => Number(page.querySelector("form[data-code]").dataset.place);
  const last = earlier.sort((one, other) => placeOf(one) - placeOf(other)).at(-1);
  if (last) put(last.page, last.title, new URL(last.page.querySelector("form[data-code]").action).href);
}

addEventListener("popstate", async () => {
  if (here === location.pathname) return; // a link to a place on this page, such as the field of a mistake
  keep();
  const answer = queue.length ? null : await ask(location.href);
  if (answer) return show(answer, false);
  tellLost();
  const before = kept.get(location.pathname);
  if (before) put(before.page, before.title, location.href, false);
});

// ── Losing nothing ───────────────────────────────────────────────────────────────────────────────────────

let typed = ""; // what the question held when it was shown, or when it was last kept or given
let keeping = Promise.resolve();
let pause = 0;

function text() {
  return question() ? String(new URLSearchParams(new FormData(question()))) : "";
}

// Keep at the server what is typed but not given: it is no answer yet, and no rule reads it.
function keep() {
  clearTimeout(pause);
  if (busy || text() === typed) return;
  typed = text();
  const body = new URLSearchParams(typed);
  body.set("go", "keep");
  keeping = fetch(question().action, { method: "POST", body, keepalive: true }).catch(() => {});
}

for (const event of ["input", "change"]) {
  document.addEventListener(event, () => {
    clearTimeout(pause);
    pause = setTimeout(keep, TYPING);
  });
}
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
addEventListener("pagehide", keep);
addEventListener("beforeunload", (event) => queue.length && event.preventDefault());

begin();
lookAhead();
