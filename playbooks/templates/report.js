"use strict";
const collator = new Intl.Collator("en", { numeric: true });
const valueOf = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();

function sort(table, header) {
  const column = header.cellIndex;
  const numeric = header.classList.contains("number");
  const before = header.getAttribute("aria-sort");
  const first = numeric ? "descending" : "ascending";
  const direction = before === null ? first : before === "ascending" ? "descending" : "ascending";
  const sign = direction === "ascending" ? 1 : -1;
  const compare = numeric ? (a, b) => a - b : collator.compare;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows, (row) => [valueOf(row, column), row]);
  rows.sort((a, b) => sign * compare(a[0], b[0]));
  body.append(...rows.map((pair) => pair[1]));
  table.querySelector("[aria-sort]")?.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", direction);
}

function filter(section, text) {
  const wanted = text.toLowerCase();
  const rows = Array.from(section.querySelector("tbody").rows);
  for (const row of rows) {
    row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
  }
  const shown = rows.filter((row) => !row.hidden).length;
  section.querySelector("output").textContent = wanted ? `${shown} of ${rows.length} shown` : "";
}

for (const section of document.querySelectorAll("section.folder")) {
  const table = section.querySelector("table");
  if (!table) continue;
  for (const header of table.tHead.rows[0].cells) {
    header.querySelector("button").addEventListener("click", () => sort(table, header));
  }
  const field = section.querySelector("input");
  section.querySelector(".filter").hidden = table.tBodies[0].rows.length < 10;
  field.addEventListener("input", () => filter(section, field.value));
  section.querySelector(".map")?.addEventListener("click", (event) => {
    const tile = event.target.closest("[data-row]");
    if (!tile) return;
    field.value = "";
    filter(section, "");
    const row = document.getElementById(tile.dataset.row);
    document.querySelector("tr.found")?.classList.remove("found");
    row.classList.add("found");
    row.scrollIntoView({ block: "center" });
  });
}
