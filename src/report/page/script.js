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
  const key = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent;

  const filter = () => {
    const text = form.elements.text.value.trim().toLowerCase();
    const verdict = form.elements.verdict.value;
    const cue = form.elements.cue?.value ?? "";
    let shown = 0;
    for (const row of rows) {
      const hasVerdict = verdict === "" || row.dataset.verdict === verdict || (verdict === "work" && row.dataset.work !== undefined);
      const hasCue = cue === "" || row.dataset.cue === cue;
      const isShown = hasVerdict && hasCue && row.textContent.toLowerCase().includes(text);
      row.hidden = !isShown;
      shown += isShown;
      const card = cards.get(`line-${row.dataset.number}`);
      if (card) card.hidden = !isShown;
    }
    count.textContent = `${shown} of ${rows.length} lines shown`;
  };

  const sort = (heading) => {
    const column = heading.cellIndex;
    const isUp = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", isUp ? "ascending" : "descending");
    const order = new Intl.Collator("en", { numeric: true });
    const isNumeric = rows.every((row) => row.cells[column].dataset.value !== undefined);
    const compare = isNumeric
      ? (a, b) => key(a, column) - key(b, column)
      : (a, b) => order.compare(key(a, column), key(b, column));
    // Equal rows stay in order of time.
    rows.sort((a, b) => a.dataset.number - b.dataset.number);
    rows.sort((a, b) => (isUp ? compare(a, b) : compare(b, a)));
    body.append(...rows);
    if (holder) holder.append(...rows.map((row) => cards.get(`line-${row.dataset.number}`)).filter(Boolean));
  };

  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(heading));
    heading.append(button);
  }
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
})();
