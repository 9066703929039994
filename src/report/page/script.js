"use strict";
// Sorting and filtering; without it the page is complete, in order of time.
(() => {
  const table = document.querySelector(".lines");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const cards = new Map([...document.querySelectorAll("article")].map((card) => [card.id, card]));
  const holder = document.querySelector(".cards");
  const form = document.getElementById("filter");
  const count = document.getElementById("count");
  const headings = [...table.tHead.rows[0].cells];
  const cueColumn = headings.findIndex((heading) => heading.dataset.name === "Cue");
  const number = (row) => Number(row.cells[0].textContent);
  const cardOf = (row) => cards.get(`line-${number(row)}`);

  const say = (shown) => {
    count.textContent = `${shown} of ${rows.length} lines shown`;
  };

  const filter = () => {
    const text = form.elements.text.value.trim().toLowerCase();
    const verdict = form.elements.verdict.value;
    const cue = form.elements.cue?.value ?? "";
    let shown = 0;
    for (const row of rows) {
      const card = cardOf(row);
      const hasVerdict = verdict === "" || row.className === verdict || (verdict === "work" && card !== undefined);
      const hasCue = cue === "" || row.cells[cueColumn].textContent === cue;
      const isShown = hasVerdict && hasCue && row.textContent.toLowerCase().includes(text);
      row.hidden = !isShown;
      shown += isShown;
      if (card) card.hidden = !isShown;
    }
    say(shown);
  };

  const sort = (heading) => {
    const column = heading.cellIndex;
    const isUp = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of headings) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", isUp ? "ascending" : "descending");
    const order = new Intl.Collator("en", { numeric: true });
    const compare = {
      time: (a, b) => number(a) - number(b),
      value: (a, b) => a.cells[column].dataset.value - b.cells[column].dataset.value,
      text: (a, b) => order.compare(a.cells[column].textContent, b.cells[column].textContent),
    }[heading.dataset.sort];
    // Equal rows stay in order of time.
    rows.sort((a, b) => number(a) - number(b));
    rows.sort((a, b) => (isUp ? compare(a, b) : compare(b, a)));
    body.append(...rows);
    if (holder) holder.append(...rows.map(cardOf).filter(Boolean));
  };

  for (const heading of headings) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(heading));
    heading.append(button);
  }
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  // A browser that goes back to the page may have kept what was chosen.
  if ([...form.elements].some((element) => element.value)) filter();
  else say(rows.length);
})();
