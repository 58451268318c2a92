// Writing a condition: names and values are completed, and it is read while it is typed.

const holder = document.getElementById("completions");
const facts = holder ? JSON.parse(holder.textContent) : [];
const PAUSE = 250;

document.querySelectorAll("[data-refit]").forEach((button) => {
  const kind = document.getElementById("id_kind");
  kind?.addEventListener("change", () => button.click());
});

document.querySelectorAll("[data-condition]").forEach((field) => {
  const box = field.querySelector("textarea");
  const list = field.querySelector("[role=listbox]");
  const said = field.querySelector("[data-said]");
  const always = field.querySelector("[data-always]");
  if (!box || box.closest("fieldset[disabled]")) return;
  Object.entries({
    "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": list.id,
    "aria-describedby": "condition-help", autocomplete: "off", autocapitalize: "off",
  }).forEach(([name, value]) => box.setAttribute(name, value));
  let offers = [];
  let chosen = 0;
  let from = 0;
  let waiting;
  let asked = 0;

  const close = () => {
    offers = [];
    list.hidden = true;
    box.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    chosen = (place + offers.length) % offers.length;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === chosen)));
    list.children[chosen].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", list.children[chosen].id);
  };

  const take = () => {
    const offer = offers[chosen];
    const end = box.selectionEnd;
    box.setRangeText(offer.text, from, end, "end");
    close();
    box.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  };

  const open = (found, start) => {
    offers = found.slice(0, 40);
    from = start;
    if (!offers.length) return close();
    list.replaceChildren(...offers.map((offer, number) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${number}`;
      item.setAttribute("role", "option");
      item.append(offer.text);
      if (offer.words) {
        const words = document.createElement("small");
        words.textContent = offer.words;
        item.append(words);
      }
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        chosen = number;
        take();
      });
      return item;
    }));
    list.hidden = false;
    choose(0);
  };

  const complete = () => {
    const before = box.value.slice(0, box.selectionEnd);
    const name = before.match(/%([A-Za-z0-9_]*)$/);
    if (name) {
      const wanted = name[1].toLowerCase();
      const fits = facts.filter((fact) => fact.code.includes(wanted) || fact.words.toLowerCase().includes(wanted));
      fits.sort((one, other) => Number(other.code.startsWith(wanted)) - Number(one.code.startsWith(wanted)));
      if (fits.length === 1 && fits[0].code === name[1]) return close();
      return open(fits.map((fact) => ({ text: `%${fact.code}`, words: fact.words })), before.length - name[0].length);
    }
    const value = before.match(/%([A-Za-z0-9_]+)\s*(?:=|!=|~|contains|in\s*\((?:[^)]*\|)?)\s*('?[A-Za-z0-9_]*)$/);
    const fact = value && facts.find((one) => one.code === value[1]);
    if (!fact || !fact.values.length) return close();
    const typed = value[2].replace("'", "").toLowerCase();
    const fits = fact.values.filter((one) => one.code.includes(typed) || one.words.toLowerCase().includes(typed));
    return open(fits.map((one) => ({ text: `'${one.code}'`, words: one.words })), before.length - value[2].length);
  };

  const show = (answer) => {
    field.classList.toggle("field-invalid", answer.problems.length > 0);
    box.setAttribute("aria-invalid", String(answer.problems.length > 0));
    if (!answer.problems.length) {
      if (!answer.words) return said.replaceChildren(always.content.cloneNode(true));
      const words = document.createElement("p");
      words.className = "condition-words";
      words.textContent = answer.words;
      return said.replaceChildren(words);
    }
    const [before, here, after] = answer.marked;
    const marked = document.createElement("p");
    marked.className = "condition-marked";
    const code = document.createElement("code");
    const mark = document.createElement("mark");
    mark.textContent = here;
    code.append(before, mark, after);
    marked.append(code);
    const problems = document.createElement("ul");
    problems.className = "plain-list";
    answer.problems.forEach((problem) => {
      const item = document.createElement("li");
      const place = document.createElement("strong");
      place.textContent = `Character ${problem.position}:`;
      item.append(place, ` ${problem.sentence} ${problem.hint}`);
      problems.append(item);
    });
    return said.replaceChildren(marked, problems);
  };

  const check = async () => {
    const number = ++asked;
    const body = new URLSearchParams({ text: box.value });
    for (const name of ["questionnaire", "aid", "before"]) if (field.dataset[name]) body.set(name, field.dataset[name]);
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    try {
      const answer = await fetch(field.dataset.check, { method: "POST", body, headers: { "X-CSRFToken": token } });
      if (answer.ok && number === asked) show(await answer.json());
    } catch {
      // Without a connection it is read when it is saved.
    }
  };

  box.addEventListener("input", () => {
    complete();
    clearTimeout(waiting);
    waiting = setTimeout(check, PAUSE);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      take();
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
});

document.querySelector(".error-summary")?.focus();
